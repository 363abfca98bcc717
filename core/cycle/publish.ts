import type { MeterReading } from '../devices.ts';
import { effectiveCo2, effectivePrice, greenShare, rateAt } from '../runtime/energy.ts';
import type { Loadpoint } from '../runtime/loadpoint.ts';
import { figures } from '../runtime/session.ts';
import type { DeviceState, LoadpointState, Sampled, SiteState, Timer } from '../site.ts';
import type { State } from '../state.ts';
import type { LoadpointMemory } from './memory.ts';
import { greenShares, powerOf } from './site-state.ts';

/**
 * Writes what a cycle found out into the state store, under public names and in internal units. Of a meter that is stale,
 * powers, currents and voltages are unknown; its counters and soc stay the last known ones.
 */

/** Shares and prices of a cycle, as published and as booked to sessions. */
export interface Mix {
  readonly greenShareHome: number;
  readonly greenShareLoadpoints: number;
  readonly price: number | undefined;
  readonly co2: number | undefined;
}

export function mixOf(site: SiteState): Mix & Readonly<Record<string, number | undefined>> {
  const { green, home, loadpoints } = greenShares(site);
  const grid = rateAt(site.rates.grid, site.now)?.price;
  const feedIn = rateAt(site.rates.feedin, site.now)?.price;
  const co2 = rateAt(site.rates.co2, site.now)?.price;
  const greenShareHome = greenShare(green, home[0], home[1]);
  const greenShareLoadpoints = greenShare(green, loadpoints[0], loadpoints[1]);
  return {
    greenShareHome,
    greenShareLoadpoints,
    price: effectivePrice(greenShareLoadpoints, grid, feedIn),
    co2: effectiveCo2(greenShareLoadpoints, co2),
    tariffGrid: grid,
    tariffFeedIn: feedIn,
    tariffCo2: co2,
    tariffPriceHome: effectivePrice(greenShareHome, grid, feedIn),
    tariffCo2Home: effectiveCo2(greenShareHome, co2),
  };
}

export function publishSite(state: State, site: SiteState, mix: ReturnType<typeof mixOf>): void {
  const set = (key: string, value: unknown): void => state.set('site', 0, key, value);
  const { readings } = site;
  if (readings.grid) {
    const grid = current(readings.grid.sample);
    set('gridPower', site.gridPower);
    set('gridPowers', grid?.powers);
    set('gridCurrents', signed(grid));
    set('gridEnergy', readings.grid.sample?.value.energy);
  }
  set('pvPower', site.pvPower);
  if (readings.pv.length > 0) {
    set(
      'pvEnergy',
      sum(readings.pv, (reading) => reading.energy),
    );
    set(
      'pv',
      readings.pv.map((meter) => ({ power: powerOf(meter) ?? null, energy: meter.sample?.value.energy })),
    );
  }
  if (readings.battery.length > 0) {
    set('batteryPower', site.batteryPower);
    set('batterySoc', site.batterySoc);
    set('batteryCapacity', site.batteryCapacity ?? 0);
    set(
      'batteryEnergy',
      sum(readings.battery, (reading) => reading.energy),
    );
    set(
      'battery',
      readings.battery.map((meter) => ({
        power: powerOf(meter) ?? null,
        energy: meter.sample?.value.energy,
        soc: meter.sample?.value.soc,
        capacity: meter.capacity,
      })),
    );
  }
  if (readings.aux.length > 0) {
    set('auxPower', site.auxPower);
    set(
      'aux',
      readings.aux.map((meter) => ({ power: powerOf(meter) ?? null })),
    );
  }
  set('homePower', site.homePower);
  set('greenShareHome', mix.greenShareHome);
  set('greenShareLoadpoints', mix.greenShareLoadpoints);
  set('tariffGrid', mix.tariffGrid);
  set('tariffFeedIn', mix.tariffFeedIn);
  set('tariffCo2', mix.tariffCo2);
  set('tariffPriceHome', mix.tariffPriceHome);
  set('tariffPriceLoadpoints', mix.price);
  set('tariffCo2Home', mix.tariffCo2Home);
  set('tariffCo2Loadpoints', mix.co2);
}

export function publishLoadpoint(state: State, site: SiteState, before: LoadpointState, loadpoint: Loadpoint): void {
  const { memory, account } = loadpoint;
  const { now } = site;
  const set = (key: string, value: unknown): void => state.set('loadpoint', before.id, key, value);
  const { vehicle, traits } = before;
  set('title', before.title);
  // The settings show it too, but only here is it known whether the charger can switch.
  set('phasesConfigured', before.canSwitchPhases ? before.settings.phases : null);
  set('phasesEnabled', memory.phasesEnabled);
  set('phasesActive', before.phasesActive);
  publishTimer(set, 'phaseAction', 'phaseRemaining', memory.timers.phase, now);
  publishTimer(set, 'pvAction', 'pvRemaining', memory.timers.pv, now);
  publishTimer(set, 'guardAction', 'guardRemaining', memory.timers.guard, now);
  set('enabled', memory.enabled);
  set('connected', before.connected);
  set('charging', before.charging);
  set('connectedDuration', before.connectedAt === undefined ? 0 : now - before.connectedAt);
  set('chargePower', before.chargePower);
  set('chargeCurrent', memory.enabled ? memory.offeredCurrent : 0);
  set('chargeCurrents', before.chargeCurrents);
  set('chargeVoltages', current(before.charger)?.voltages);
  set('chargeDuration', account.duration);
  set('chargedEnergy', account.energy);
  set('sessionEnergy', account.energy);
  const { solarPercentage, price, pricePerKwh, co2PerKwh } = figures(account);
  set('sessionSolarPercentage', solarPercentage ?? 0);
  set('sessionPrice', price ?? null);
  set('sessionPricePerKWh', pricePerKwh ?? null);
  set('sessionCo2PerKWh', co2PerKwh ?? null);
  set('chargeTotalImport', loadpoint.counter(now));
  set('chargerFeatureIntegratedDevice', traits.integrated ?? false);
  set('chargerFeatureHeating', traits.heating ?? false);
  set('chargerIcon', traits.icon ?? null);
  set('vehiclePresent', vehicle !== undefined);
  set('vehicleName', vehicle?.name ?? '');
  set('vehicleTitle', vehicle?.title ?? '');
  set('vehicleIcon', vehicle?.icon ?? '');
  set('vehicleCapacity', vehicle?.capacity ?? 0);
  set('vehicleSoc', before.soc ?? 0);
  set('vehicleRange', Math.round(vehicle?.sample?.value.range ?? 0));
  set('vehicleTargetSoc', vehicle?.sample?.value.limitSoc ?? 0);
  set('vehicleOdometer', vehicle?.sample?.value.odometer ?? 0);
  set('vehicleIdentity', before.charger?.value.identifier);
  set('vehicleFeatureOffline', vehicle?.offline ?? false);
  set('vehicleDetectionActive', false);
  set('climaterActive', vehicle?.sample?.value.climater);
  publishPlan(set, site, before.id);
  publishReasons(set, memory);
}

type Set = (key: string, value: unknown) => void;

function publishTimer(set: Set, action: string, remaining: string, timer: Timer | undefined, now: number): void {
  const waiting = timer !== undefined && timer.delay > 0;
  set(action, waiting ? timer.action : 'inactive');
  // Whole seconds: what counts down is not worth a message every few milliseconds.
  set(remaining, waiting ? Math.ceil(Math.max(0, timer.since + timer.delay - now) / 1_000) * 1_000 : 0);
}

function publishPlan(set: Set, site: SiteState, id: number): void {
  const slots = site.plans.get(id)?.slots ?? [];
  set(
    'planActive',
    slots.some((slot) => slot.start <= site.now && site.now < slot.end),
  );
  const first = slots[0];
  if (first) set('planProjectedStart', first.start);
}

function publishReasons(set: Set, memory: LoadpointMemory): void {
  set('reasons', memory.setpoint?.reasons ?? []);
}

/** What a device says now; `undefined`: it was never read, or is stale. */
function current<T>(sample: Sampled<T> | undefined): T | undefined {
  return sample?.stale ? undefined : sample?.value;
}

/** Currents with the sign of the power of their phase. */
function signed(reading: MeterReading | undefined): readonly number[] | undefined {
  if (!reading?.currents) return undefined;
  const { currents, powers } = reading;
  return currents.map((current, phase) => (current > 0 && (powers?.[phase] ?? 0) < 0 ? -current : current));
}

/** Sum of what is known; `undefined`: nothing is. */
function sum(
  meters: readonly DeviceState<MeterReading>[],
  value: (reading: MeterReading) => number | undefined,
): number | undefined {
  let total: number | undefined;
  for (const meter of meters) {
    const part = meter.sample && value(meter.sample.value);
    if (part !== undefined) total = (total ?? 0) + part;
  }
  return total;
}
