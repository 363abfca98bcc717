import type {
  BatteryController,
  BatteryMode,
  Closable,
  DeviceContext,
  MeterReading,
  PerPhase,
} from '../../../core/index.ts';
import { repeatModes } from '../modbus/battery.ts';
import type { PointRef, SunSpecDevice } from './device.ts';
import { INVERTERS, METERS } from './models.ts';

/** Which of a device's values a meter of the house takes. */
export interface SunSpecRoleOptions {
  /** Of several meters in the device, from 1; default 1 */
  meter?: number;
  /** Whether the device counts import or export as positive power; default import */
  positive?: 'import' | 'export';
  /** Modules (MPPT) that solar panels are connected to, of an inverter with a battery; default: its AC power counts */
  strings?: readonly number[];
  /** Module that says the power of charging; default 3 */
  chargeModule?: number;
  /** Module that says the power of discharging; default 4 */
  dischargeModule?: number;
}

/** Reads one of the roles that a SunSpec device can have. `undefined`: it does not say its power. */
export type Reader = (signal: AbortSignal) => Promise<MeterReading | undefined>;

const PHASES = {
  a: 'AphA',
  b: 'AphB',
  c: 'AphC',
  u: 'PhVphA',
  v: 'PhVphB',
  w: 'PhVphC',
} as const;

export function gridReader(device: SunSpecDevice, { meter = 1, positive = 'import' }: SunSpecRoleOptions): Reader {
  const at = (point: string): PointRef => ({ model: METERS, point, occurrence: meter });
  const points = {
    ...mapPoints(PHASES, at),
    power: at('W'),
    x: at('WphA'),
    y: at('WphB'),
    z: at('WphC'),
    energy: at('TotWhImp'),
    returnEnergy: at('TotWhExp'),
  };
  const sign = (value: number): number => (positive === 'export' && value !== 0 ? -value : value);
  return async (signal) => {
    const values = await device.read(points, signal);
    if (values.power === undefined) return undefined;
    const powers = triple(values.x, values.y, values.z)?.map(sign) as PerPhase | undefined;
    const currents = triple(values.a, values.b, values.c);
    const voltages = triple(values.u, values.v, values.w);
    const along = (current: number, index: number): number =>
      (powers?.[index] ?? 0) < 0 && current !== 0 ? -Math.abs(current) : Math.abs(current);
    return {
      power: sign(values.power),
      ...(powers && { powers }),
      // Without the powers nobody knows where they flow.
      ...(currents && powers && { currents: currents.map(along) as unknown as PerPhase }),
      ...(voltages && { voltages }),
      ...counters(values.energy, values.returnEnergy),
    };
  };
}

/** An inverter that sleeps says nothing: it generates nothing then. */
export function pvReader(device: SunSpecDevice, { strings }: SunSpecRoleOptions): Reader {
  const at = (point: string): PointRef => ({ model: INVERTERS, point });
  if (!strings) {
    const points = { ...mapPoints(PHASES, at), power: at('W'), energy: at('WH') };
    return async (signal) => {
      if (!(await device.has(INVERTERS, signal))) return undefined;
      const values = await device.read(points, signal);
      const currents = triple(values.a, values.b, values.c);
      const voltages = triple(values.u, values.v, values.w);
      return {
        power: values.power ?? 0,
        ...(currents && { currents }),
        ...(voltages && { voltages }),
        ...counters(values.energy),
      };
    };
  }
  const points = Object.fromEntries(
    strings.flatMap((module) => [
      [`power of module ${module}`, { model: 160, point: 'DCW', module }],
      [`energy of module ${module}`, { model: 160, point: 'DCWH', module }],
    ]),
  ) as Readonly<Record<string, PointRef>>;
  return async (signal) => {
    if (!(await device.has(160, signal))) return undefined;
    const values = await device.read(points, signal);
    const sum = (name: string): number =>
      strings.reduce((total, module) => total + (values[`${name} of module ${module}`] ?? 0), 0);
    const all = strings.every((module) => values[`energy of module ${module}`] !== undefined);
    return { power: sum('power'), ...counters(all ? sum('energy') : undefined) };
  };
}

export function batteryReader(
  device: SunSpecDevice,
  { chargeModule = 3, dischargeModule = 4 }: SunSpecRoleOptions,
): Reader {
  const own = { power: { model: 802, point: 'W' }, soc: { model: 802, point: 'SoC' } };
  const module = (number: number, point: string): PointRef => ({ model: 160, point, module: number });
  const inverter = {
    charge: module(chargeModule, 'DCW'),
    discharge: module(dischargeModule, 'DCW'),
    charged: module(chargeModule, 'DCWH'),
    discharged: module(dischargeModule, 'DCWH'),
    soc: { model: 124, point: 'ChaState' },
  };
  return async (signal) => {
    if (await device.has(802, signal)) {
      const { power, soc } = await device.read(own, signal);
      return power === undefined ? undefined : { power, ...percent(soc) };
    }
    const { charge, discharge, charged, discharged, soc } = await device.read(inverter, signal);
    if (charge === undefined && discharge === undefined) return undefined;
    return { power: (discharge ?? 0) - (charge ?? 0), ...counters(discharged, charged), ...percent(soc) };
  };
}

/** s after which the limits of a battery end by themselves, and ms after which they are set anew */
const LAPSE = 120;
const REPEAT = 60_000;

/**
 * Sets the mode of a battery by model 124: bit 0 of `StorCtl_Mod` limits charging to `InWRte`, bit 1 discharging to `OutWRte`,
 * in % of `WChaMax`; a negative limit of discharging is charging. Errors: those of writing.
 */
export function sunSpecModes(
  device: SunSpecDevice,
  name: string,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): BatteryController & Closable {
  const tell = async (mode: BatteryMode, signal: AbortSignal): Promise<void> => {
    if (!(await device.has(124, signal))) {
      context.fail(
        'EVCC_NOT_SUPPORTED',
        `${name}: the battery cannot be controlled: the device has no SunSpec model 124`,
      );
    }
    // Devices that do not know how to end by themselves say no time here.
    const { lapse } = await device.read({ lapse: RVRT_TMS }, signal);
    if (mode !== 'normal' && lapse !== undefined && lapse !== LAPSE) await device.write(RVRT_TMS, LAPSE, signal);
    // The limits come first, so that the battery never does what neither the old nor the new mode says.
    for (const [point, value] of MODES[mode]) await device.write({ model: 124, point }, value, signal);
  };
  return repeatModes(name, { hold: REPEAT, charge: REPEAT, holdcharge: REPEAT }, tell, context);
}

const RVRT_TMS: PointRef = { model: 124, point: 'InOutWRte_RvrtTms' };

/** Limits what an inverter generates, by model 123: to a share of its nominal power; 100 %: no limit. Errors: those of writing. */
export async function curtailSunSpec(device: SunSpecDevice, percent: number, signal: AbortSignal): Promise<void> {
  if (percent < 100) await device.write({ model: 123, point: 'WMaxLimPct' }, percent, signal);
  await device.write({ model: 123, point: 'WMaxLim_Ena' }, percent < 100 ? 1 : 0, signal);
}

const MODES: Readonly<Record<BatteryMode, readonly (readonly [point: string, value: number])[]>> = {
  normal: [
    ['StorCtl_Mod', 0],
    ['OutWRte', 100],
    ['InWRte', 100],
  ],
  hold: [
    ['OutWRte', 0],
    ['StorCtl_Mod', 2],
  ],
  charge: [
    ['ChaGriSet', 1],
    ['OutWRte', -100],
    ['StorCtl_Mod', 2],
  ],
  holdcharge: [
    ['InWRte', 0],
    ['StorCtl_Mod', 1],
  ],
};

function mapPoints<Names extends Readonly<Record<string, string>>>(
  names: Names,
  at: (point: string) => PointRef,
): Readonly<Record<keyof Names, PointRef>> {
  return Object.fromEntries(Object.entries(names).map(([name, point]) => [name, at(point)])) as Record<
    keyof Names,
    PointRef
  >;
}

function triple(first?: number, second?: number, third?: number): PerPhase | undefined {
  return first === undefined || second === undefined || third === undefined ? undefined : [first, second, third];
}

/** A counter of 0 is how accumulators of SunSpec say that they do not count. */
function counters(energy?: number, returnEnergy?: number): Pick<MeterReading, 'energy' | 'returnEnergy'> {
  return { ...(energy && energy > 0 && { energy }), ...(returnEnergy && returnEnergy > 0 && { returnEnergy }) };
}

function percent(soc?: number): Pick<MeterReading, 'soc'> {
  return soc === undefined ? {} : { soc };
}
