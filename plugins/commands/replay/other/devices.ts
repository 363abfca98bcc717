import type {
  ChargerDevice,
  Evcc,
  LoadedPlugin,
  MeterDevice,
  TariffDevice,
  VehicleDevice,
} from '../../../../core/index.ts';
import type { History } from './history.ts';
import { RECORDED } from './house.ts';
import { carSoc, type Model, type ModelLoadpoint } from './model.ts';

/** The devices of the other configuration, as parts of the model. */

/** Whatever the real type was told is of no interest here. */
const SCHEMA = { type: 'object', properties: {}, additionalProperties: true } as const;

export interface Wiring {
  readonly history: History;
  readonly model: () => Model;
  /** The loadpoint of the model that a charger of the configuration stands for; `undefined`: it was not recorded */
  readonly loadpointOf: (charger: string) => ModelLoadpoint | undefined;
  /** What a meter of the configuration measures; the first of each role measures all of it */
  readonly roleOf: (meter: string) => 'grid' | 'pv' | 'battery' | undefined;
}

export function modelDevices(wiring: Wiring): LoadedPlugin {
  return {
    name: 'recorded-house',
    apply(evcc: Evcc) {
      evcc.chargers.define(RECORDED, { schema: SCHEMA, create: (_, { name }) => charger(name, wiring) });
      evcc.meters.define(RECORDED, { schema: SCHEMA, create: (_, { name }) => meter(name, wiring) });
      evcc.vehicles.define(RECORDED, { schema: SCHEMA, create: (_, { name }) => vehicle(name, wiring) });
      evcc.tariffs.define(RECORDED, { schema: SCHEMA, create: (_, { name }) => tariff(name, wiring) });
    },
  };
}

function charger(name: string, { history, model, loadpointOf }: Wiring): ChargerDevice {
  const loadpoint = loadpointOf(name);
  const recorded = history.loadpoints.find((each) => each.name === loadpoint?.name);
  const change = async (apply: (of: ModelLoadpoint) => void): Promise<void> => {
    if (loadpoint) apply(loadpoint);
    model().settle();
  };
  return {
    ...(recorded && { traits: recorded.traits }),
    async read() {
      if (!loadpoint) return { status: 'A', enabled: false, power: 0 };
      const { stay, enabled, power, energy, current, phases } = loadpoint;
      const active = Math.min(phases, stay?.phases ?? 3);
      const taken = power / (active * history.voltage);
      const on = (phase: number): number => (phase <= active ? taken : 0);
      const soc = carSoc(loadpoint);
      return {
        status: power > 0 ? 'C' : stay ? 'B' : 'A',
        enabled,
        power,
        energy,
        maxCurrent: current,
        phases,
        currents: [on(1), on(2), on(3)],
        ...(soc !== undefined && recorded?.traits.integrated && { soc }),
      };
    },
    enable: (enabled) =>
      change((of) => {
        of.enabled = enabled;
      }),
    setMaxCurrent: (current) =>
      change((of) => {
        of.current = current;
      }),
    ...(recorded?.canSwitchPhases && {
      setPhases: (phases: 1 | 3) =>
        change((of) => {
          if (of.phases !== phases) of.phaseSwitches += 1;
          of.phases = phases;
        }),
    }),
  };
}

function meter(name: string, { model, roleOf }: Wiring): MeterDevice {
  const role = roleOf(name);
  const { battery } = model();
  const device: MeterDevice = {
    async read() {
      const { powers } = model();
      if (role === undefined) return { power: 0 };
      return {
        power: powers[role],
        ...(role === 'battery' && battery && { soc: (battery.stored / battery.capacity) * 100 }),
      };
    },
  };
  if (role !== 'battery' || !battery) return device;
  return {
    ...device,
    traits: { capacity: battery.capacity },
    async setBatteryMode(mode) {
      battery.mode = mode;
      model().settle();
    },
  };
}

/** A car says its soc where it was plugged in, if it did in the recording. */
function vehicle(name: string, { model }: Wiring): VehicleDevice {
  return {
    async read() {
      const { loadpoints } = model();
      const here =
        loadpoints.find(({ stay }) => stay?.vehicle === name) ?? loadpoints.find(({ stay }) => stay && !stay.vehicle);
      const soc = here && carSoc(here);
      const limitSoc = here?.stay?.limitSoc;
      return { ...(soc !== undefined && { soc }), ...(limitSoc !== undefined && { limitSoc }) };
    },
  };
}

function tariff(role: string, { history }: Wiring): TariffDevice {
  const known = history.rates.get(role as 'grid');
  return { kind: known?.kind ?? 'priceforecast', rates: async () => known?.rates ?? [] };
}
