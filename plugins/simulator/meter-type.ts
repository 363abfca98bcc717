import Type, { type TSchema } from 'typebox';
import type { DeviceContext, MeterDevice, MeterReading, PerPhase, TypeDefinition } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { createBattery, soc } from './battery.ts';
import type { House } from './house.ts';
import { install, type Model, rounded } from './model.ts';

const schema = Type.Union([
  Type.Object({ usage: Type.Literal('grid', { description: 'What it measures' }) }),
  Type.Object({
    usage: Type.Literal('pv'),
    peak: Type.Optional(Type.Number({ description: 'W peak', default: 10_000, minimum: 1 })),
    limit: Type.Optional(
      Type.Number({ description: 'W that the inverter gives at most; default: no limit', minimum: 1 }),
    ),
  }),
  Type.Object({
    usage: Type.Literal('battery'),
    capacity: Type.Optional(Type.Number({ description: 'kWh usable', default: 10, minimum: 0.5 })),
    chargePower: Type.Optional(Type.Number({ description: 'W at most', default: 5_000, minimum: 1 })),
    dischargePower: Type.Optional(Type.Number({ description: 'W at most', default: 5_000, minimum: 1 })),
    efficiency: Type.Optional(
      Type.Number({ description: '%, of each direction', default: 95, minimum: 50, maximum: 100 }),
    ),
    minSoc: Type.Optional(
      Type.Number({ description: '%, below which it does not discharge', default: 0, minimum: 0, maximum: 100 }),
    ),
    soc: Type.Optional(Type.Number({ description: '%, at the beginning', default: 50, minimum: 0, maximum: 100 })),
    reaction: Type.Optional(
      Type.Number({
        description: 's, time constant with which it follows the demand; 0: at once',
        default: 0,
        minimum: 0,
        maximum: 60,
      }),
    ),
  }),
  Type.Object({
    usage: Type.Literal('aux'),
    limit: Type.Optional(Type.Number({ description: 'W that it takes at most', default: 3_000, minimum: 1 })),
  }),
  Type.Object({
    usage: Type.Literal('charge'),
    charger: Type.String({ description: 'Name of the charger that it measures', minLength: 1 }),
  }),
]);

/** Options of a `simulator` meter at the grid connection. */
export interface SimulatorGridOptions {
  usage: 'grid';
}

/** Options of a `simulator` meter with a PV system behind it. */
export interface SimulatorPvOptions {
  usage: 'pv';
  /** W peak; default 10000 */
  peak?: number;
  /** W that the inverter gives at most; default: no limit */
  limit?: number;
}

/** Options of a `simulator` meter with a home battery behind it. */
export interface SimulatorBatteryOptions {
  usage: 'battery';
  /** kWh usable; default 10 */
  capacity?: number;
  /** W at most; default 5000 */
  chargePower?: number;
  /** W at most; default 5000 */
  dischargePower?: number;
  /** %, of each direction, 50 to 100; default 95 */
  efficiency?: number;
  /** %, below which it does not discharge; default 0 */
  minSoc?: number;
  /** %, at the beginning; default 50 */
  soc?: number;
  /** s, time constant with which it follows the demand, 0 to 60; 0: at once; default 0 */
  reaction?: number;
}

/** Options of a `simulator` meter with a consumer behind it that takes surplus and gives way to cars. */
export interface SimulatorAuxOptions {
  usage: 'aux';
  /** W that it takes at most; default 3000 */
  limit?: number;
}

/** Options of a `simulator` meter in front of a charger that has none. */
export interface SimulatorChargeMeterOptions {
  usage: 'charge';
  /** Name of the charger that it measures */
  charger: string;
}

/** Options of a `simulator` meter: what it measures, and what stands behind it. */
export type SimulatorMeterOptions =
  | SimulatorGridOptions
  | SimulatorPvOptions
  | SimulatorBatteryOptions
  | SimulatorAuxOptions
  | SimulatorChargeMeterOptions;

declare module 'evcc' {
  interface MeterTypes {
    simulator: SimulatorMeterOptions;
  }
}

/** Meters of the simulated house. PV, battery and aux meters bring with them what they measure. */
export function meterType(model: Model): TypeDefinition<TSchema, MeterDevice> {
  return {
    schema,
    create(options: OptionsOf<typeof schema, SimulatorMeterOptions>, context) {
      model.live();
      switch (options.usage) {
        case 'grid':
          return gridMeter(model, context);
        case 'pv':
          return pvMeter(model, options, context);
        case 'battery':
          return batteryMeter(model, options, context);
        case 'aux':
          return auxMeter(model, options, context);
        case 'charge':
          return chargeMeter(model, options, context);
      }
    },
  };
}

function gridMeter(model: Model, { voltage }: DeviceContext): MeterDevice {
  return meter(model, (house) => {
    const powers = gridPowers(house, voltage);
    const [l1, l2, l3] = powers;
    return {
      power: rounded(house.grid, 10),
      powers,
      currents: [rounded(l1 / voltage, 1_000), rounded(l2 / voltage, 1_000), rounded(l3 / voltage, 1_000)],
      energy: rounded(house.imported, 1_000),
      returnEnergy: rounded(house.exported, 1_000),
    };
  });
}

function pvMeter(model: Model, options: SimulatorPvOptions, { name, signal }: DeviceContext): MeterDevice {
  const { house } = model;
  const { peak = 10_000, limit = Number.POSITIVE_INFINITY } = options;
  const system = { name, peak, limit, power: 0, energy: house.pv.get(name)?.energy ?? 0 };
  const close = install(house, house.pv, name, system, signal);
  return {
    close,
    ...meter(model, () => ({ power: rounded(system.power, 10), energy: rounded(system.energy, 1_000) })),
  };
}

function batteryMeter(model: Model, options: SimulatorBatteryOptions, { name, signal }: DeviceContext): MeterDevice {
  const { batteries } = model.house;
  const capacity = (options.capacity ?? 10) * 1_000;
  const battery = createBattery({
    capacity,
    chargePower: options.chargePower ?? 5_000,
    dischargePower: options.dischargePower ?? 5_000,
    efficiency: (options.efficiency ?? 95) / 100,
    minSoc: options.minSoc ?? 0,
    soc: options.soc ?? 50,
    reaction: options.reaction ?? 0,
  });
  const before = batteries.get(name);
  if (before) {
    battery.charged = before.charged;
    battery.discharged = before.discharged;
    battery.stored = Math.min(capacity, before.stored);
  }
  const close = install(model.house, batteries, name, battery, signal);
  return {
    close,
    traits: { capacity },
    ...meter(model, () => ({
      power: rounded(battery.power, 10),
      energy: rounded(battery.discharged, 1_000),
      returnEnergy: rounded(battery.charged, 1_000),
      soc: rounded(soc(battery), 100),
    })),
    setBatteryMode: async (mode, abort) => {
      abort.throwIfAborted();
      model.command(() => {
        battery.mode = mode;
      });
    },
  };
}

function auxMeter(model: Model, { limit = 3_000 }: SimulatorAuxOptions, { name, signal }: DeviceContext): MeterDevice {
  const consumer = { name, limit, power: 0, energy: model.house.aux.get(name)?.energy ?? 0 };
  const close = install(model.house, model.house.aux, name, consumer, signal);
  return {
    close,
    ...meter(model, () => ({ power: rounded(consumer.power, 10), energy: rounded(consumer.energy, 1_000) })),
  };
}

function chargeMeter(
  model: Model,
  { charger: name }: SimulatorChargeMeterOptions,
  { fail }: DeviceContext,
): MeterDevice {
  return meter(model, ({ chargers }) => {
    const charger = chargers.get(name) ?? fail('EVCC_DEVICE_UNAVAILABLE', `there is no simulated charger "${name}"`);
    return { power: rounded(charger.power, 10), energy: rounded(charger.energy, 1_000) };
  });
}

function meter(model: Model, reading: (house: House) => MeterReading): MeterDevice {
  return {
    read: async (abort) => {
      abort.throwIfAborted();
      model.live();
      return reading(model.house);
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
    for (const phase of [0, 1, 2] as const) if (phase < activePhases) each[phase] += current * voltage;
  }
  const symmetric = (grid - load - charging) / 3;
  for (const phase of [0, 1, 2] as const) {
    each[phase] = rounded(each[phase] + load * LOAD_SHARES[phase] + symmetric, 10);
  }
  return each;
}
