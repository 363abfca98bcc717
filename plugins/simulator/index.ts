import type { Evcc, Plugin } from '../../core/index.ts';
import { chargerType } from './charger-type.ts';
import { createHouse } from './house.ts';
import { household } from './household.ts';
import { readProfile, readStays } from './inputs.ts';
import { HOUR, type Offset, systemZone, toUtc, zoneOffset } from './local-time.ts';
import { meterType } from './meter-type.ts';
import { createModel, type Model } from './model.ts';
import { type SimulatorOptions, sectionSchema } from './options.ts';
import { profile } from './profile.ts';
import type { Sources } from './sources.ts';
import { tariffType } from './tariff-type.ts';
import { vehicleType } from './vehicle-type.ts';
import { sky } from './weather.ts';

export type { SimulatorChargerOptions } from './charger-type.ts';
export type { SimulatorMeterOptions } from './meter-type.ts';
export type { SimulatorOptions, SimulatorProfile, SimulatorSession } from './options.ts';
export type { SimulatorTariffOptions } from './tariff-type.ts';
export type { SimulatorTrip, SimulatorVehicleOptions } from './vehicle-type.ts';

/** A house without hardware: all `simulator` devices of a configuration are parts of one physical model that adds up. */
const simulator: Plugin<SimulatorOptions | undefined> = {
  name: 'simulator',
  section: { key: 'simulator', schema: sectionSchema },
  async apply(evcc, options = {}) {
    const model = await build(evcc, options);
    evcc.chargers.define('simulator', chargerType(model));
    evcc.meters.define('simulator', meterType(model));
    evcc.vehicles.define('simulator', vehicleType(model));
    evcc.tariffs.define('simulator', tariffType(model));
    evcc.hooks.started.tapPromise('simulator', async () => {
      for (const [name, { options: car }] of model.house.cars) {
        if (model.house.chargers.has(car.charger)) continue;
        evcc.log.warn(`vehicle ${name} is never connected: there is no simulated charger "${car.charger}"`);
      }
    });
  },
};

export default simulator;

async function build(evcc: Evcc, options: SimulatorOptions): Promise<Model> {
  const { seed = 1, startAt, latitude = 50, clouds = 0.4, tilt = 30, baseLoad = 250, spikes = 2_500 } = options;
  const offset = localTime(options.timezone ?? systemZone(), evcc);
  const now = evcc.clock.now();
  const shift = startAt === undefined ? 0 : shiftTo(startAt, now, offset, evcc);
  const series = await readProfile(options.profile, evcc);
  const stays = await readStays(options.sessions, evcc);

  const longitude = options.longitude ?? standardMeridian(now, offset);
  const variation = options.variation ?? 0;
  const sources: Sources = series
    ? {
        load: profile({ ...series, values: series.load }, variation, seed),
        pv: profile({ ...series, values: series.pv }, variation, seed + 1),
        pvUnit: 'total',
      }
    : {
        load: household({ seed, base: baseLoad, spikes, offset }),
        pv: sky({ seed, latitude, longitude, clouds, tilt }),
        pvUnit: 'peak',
      };
  return createModel(
    {
      house: createHouse(sources, now + shift),
      seed,
      shift,
      offset,
      stays,
      ...(series && { prices: { start: series.start, slot: series.slot, values: series.price } }),
    },
    evcc.clock,
  );
}

function localTime(timezone: string, { fail }: Evcc): Offset {
  try {
    return zoneOffset(timezone);
  } catch (cause) {
    return fail('EVCC_CONFIG_INVALID', `simulator.timezone: "${timezone}" is no time zone, such as Europe/Berlin`, {
      cause,
    });
  }
}

/** ms from now to the local time `HH:MM` of today or `MM-DDTHH:MM` of this year. */
function shiftTo(startAt: string, now: number, offset: Offset, { time, fail }: Evcc): number {
  const today = time.format(now + offset(now));
  const text = `${today.slice(0, startAt.includes('T') ? 5 : 11)}${startAt}:00Z`;
  const local = time.parse(text) ?? fail('EVCC_CONFIG_INVALID', `simulator.startAt: there is no day ${startAt}`);
  return toUtc(local, offset) - now;
}

/** Degrees east of the meridian that standard time goes by; daylight saving adds to the offset, so the smaller one counts. */
function standardMeridian(now: number, offset: Offset): number {
  const halfYear = (365 * 24 * HOUR) / 2;
  const standard = Math.min(offset(now), offset(now + halfYear));
  return (standard / HOUR) * 15;
}
