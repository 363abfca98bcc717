import Type, { type TSchema } from 'typebox';
import type { DeviceContext, MeterDevice, MeterReading, PerPhase, TypeDefinition } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { createBattery, soc } from './battery.ts';
import { type House, rearrange } from './house.ts';
import { install, type Model, rounded } from './model.ts';

const USAGES = ['grid', 'pv', 'battery', 'aux', 'charge'] as const;
type Usage = (typeof USAGES)[number];

const schema = Type.Object({
  usage: Type.Enum(USAGES, { description: 'What it measures' }),
  peak: Type.Optional(Type.Number({ description: 'pv: W peak', default: 10_000, minimum: 1 })),
  limit: Type.Optional(
    Type.Number({
      description:
        'pv: W that the inverter gives at most, default: no limit; aux: W that it takes at most, default 3000',
      minimum: 1,
    }),
  ),
  capacity: Type.Optional(Type.Number({ description: 'battery: kWh usable', default: 10, minimum: 0.5 })),
  chargePower: Type.Optional(Type.Number({ description: 'battery: W at most', default: 5_000, minimum: 1 })),
  dischargePower: Type.Optional(Type.Number({ description: 'battery: W at most', default: 5_000, minimum: 1 })),
  efficiency: Type.Optional(
    Type.Number({ description: 'battery: %, of each direction', default: 95, minimum: 50, maximum: 100 }),
  ),
  minSoc: Type.Optional(
    Type.Number({ description: 'battery: %, below which it does not discharge', default: 0, minimum: 0, maximum: 100 }),
  ),
  soc: Type.Optional(
    Type.Number({ description: 'battery: %, at the beginning', default: 50, minimum: 0, maximum: 100 }),
  ),
  reaction: Type.Optional(
    Type.Number({
      description: 'battery: s, time constant with which it follows the demand; 0: at once',
      default: 0,
      minimum: 0,
      maximum: 60,
    }),
  ),
  charger: Type.Optional(Type.String({ description: 'charge: name of the charger that it measures', minLength: 1 })),
});

/** Options of a `simulator` meter: what it measures, and what stands behind it. */
export interface SimulatorMeterOptions {
  /** What it measures */
  usage: Usage;
  /** pv: W peak; default 10000 */
  peak?: number;
  /** pv: W that the inverter gives at most, default: no limit; aux: W that it takes at most, default 3000 */
  limit?: number;
  /** battery: kWh usable; default 10 */
  capacity?: number;
  /** battery: W at most; default 5000 */
  chargePower?: number;
  /** battery: W at most; default 5000 */
  dischargePower?: number;
  /** battery: %, of each direction, 50 to 100; default 95 */
  efficiency?: number;
  /** battery: %, below which it does not discharge; default 0 */
  minSoc?: number;
  /** battery: %, at the beginning; default 50 */
  soc?: number;
  /** battery: s, time constant with which it follows the demand, 0 to 60; 0: at once; default 0 */
  reaction?: number;
  /** charge: name of the charger that it measures */
  charger?: string;
}

declare module 'evcc' {
  interface MeterTypes {
    simulator: SimulatorMeterOptions;
  }
}

/** Which options belong to which usage. */
const OPTIONS: Readonly<Record<Usage, readonly string[]>> = {
  grid: [],
  pv: ['peak', 'limit'],
  battery: ['capacity', 'chargePower', 'dischargePower', 'efficiency', 'minSoc', 'soc', 'reaction'],
  aux: ['limit'],
  charge: ['charger'],
};

/** Meters of the simulated house. PV, battery and aux meters bring with them what they measure. */
export function meterType(model: Model): TypeDefinition<TSchema, MeterDevice> {
  return {
    schema,
    create(options: OptionsOf<typeof schema, SimulatorMeterOptions>, context) {
      const { usage } = options;
      const own = new Set(Object.values(OPTIONS).flat());
      const foreign = Object.keys(options).find((key) => own.has(key) && !OPTIONS[usage].includes(key));
      if (foreign !== undefined) {
        const allowed = OPTIONS[usage].length === 0 ? 'it has no options' : `it has ${OPTIONS[usage].join(', ')}`;
        context.fail('EVCC_CONFIG_INVALID', `a meter of usage ${usage} has no option "${foreign}": ${allowed}`);
      }
      model.live();
      return MAKERS[usage](model, options, context);
    },
  };
}

type Maker = (model: Model, options: SimulatorMeterOptions, context: DeviceContext) => MeterDevice;

const MAKERS: Readonly<Record<Usage, Maker>> = {
  grid: (model, _options, { voltage }) =>
    meter(model, ({ grid, imported, exported }) => {
      const powers = gridPowers(model.house, voltage);
      return {
        power: rounded(grid, 10),
        powers,
        currents: powers.map((power) => rounded(power / voltage, 1_000)) as unknown as PerPhase,
        energy: rounded(imported, 1_000),
        returnEnergy: rounded(exported, 1_000),
      };
    }),

  pv: (model, { peak = 10_000, limit = Number.POSITIVE_INFINITY }, { name, signal }) => {
    const { house } = model;
    const system = { name, peak, limit, power: 0, energy: house.pv.get(name)?.energy ?? 0 };
    install(house.pv, name, system, signal);
    rearrange(house);
    signal.addEventListener('abort', () => rearrange(house), { once: true });
    return meter(model, () => ({ power: rounded(system.power, 10), energy: rounded(system.energy, 1_000) }));
  },

  battery: ({ house, live }, options, { name, signal }) => {
    const { minSoc = 0, reaction = 0, chargePower = 5_000, dischargePower = 5_000 } = options;
    const capacity = (options.capacity ?? 10) * 1_000;
    const efficiency = (options.efficiency ?? 95) / 100;
    const initial = { capacity, chargePower, dischargePower, efficiency, minSoc, reaction, soc: options.soc ?? 50 };
    const battery = createBattery(initial);
    const before = house.batteries.get(name);
    if (before) {
      battery.charged = before.charged;
      battery.discharged = before.discharged;
      battery.stored = Math.min(capacity, before.stored);
    }
    install(house.batteries, name, battery, signal);
    return {
      traits: { capacity },
      ...meter({ house, live }, () => ({
        power: rounded(battery.power, 10),
        energy: rounded(battery.discharged, 1_000),
        returnEnergy: rounded(battery.charged, 1_000),
        soc: rounded(soc(battery), 100),
      })),
      setBatteryMode: async (mode, abort) => {
        abort.throwIfAborted();
        live();
        battery.mode = mode;
      },
    };
  },

  aux: (model, { limit = 3_000 }, { name, signal }) => {
    const consumer = { name, limit, power: 0, energy: model.house.aux.get(name)?.energy ?? 0 };
    install(model.house.aux, name, consumer, signal);
    return meter(model, () => ({ power: rounded(consumer.power, 10), energy: rounded(consumer.energy, 1_000) }));
  },

  charge: (model, options, { fail }) => {
    const name = options.charger ?? fail('EVCC_CONFIG_INVALID', 'a meter of usage charge needs the name of a charger');
    return meter(model, ({ chargers }) => {
      const charger = chargers.get(name) ?? fail('EVCC_DEVICE_UNAVAILABLE', `there is no simulated charger "${name}"`);
      return { power: rounded(charger.power, 10), energy: rounded(charger.energy, 1_000) };
    });
  },
};

function meter({ house, live }: Pick<Model, 'house' | 'live'>, reading: (house: House) => MeterReading): MeterDevice {
  return {
    read: async (abort) => {
      abort.throwIfAborted();
      live();
      return reading(house);
    },
  };
}

/** How the household spreads over the phases; PV, batteries and aux use all three alike. */
const LOAD_SHARES: PerPhase = [0.45, 0.35, 0.2];

/** W on L1 to L3; they add up to the grid power. */
function gridPowers({ grid, load, chargers }: House, voltage: number): PerPhase {
  let charging = 0;
  const each: [number, number, number] = [0, 0, 0];
  for (const { current, activePhases, power } of chargers.values()) {
    charging += power;
    for (let phase = 0; phase < activePhases; phase += 1) each[phase as 0 | 1 | 2] += current * voltage;
  }
  const symmetric = (grid - load - charging) / 3;
  for (const phase of [0, 1, 2] as const) {
    each[phase] = rounded(each[phase] + load * LOAD_SHARES[phase] + symmetric, 10);
  }
  return each;
}
