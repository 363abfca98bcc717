import type { DeviceContext, MeterReading, PerPhase } from '../../core/index.ts';

/** What a meter says, before it is a reading: W, A, V, Wh and %; absent: it says nothing of it. */
export interface MeterValues {
  readonly power?: number | undefined;
  /** Of L1, L2 and L3; those of a meter of fewer phases are left out */
  readonly powers?: readonly (number | undefined)[] | undefined;
  /** With the sign of the powers, or without */
  readonly currents?: readonly (number | undefined)[] | undefined;
  readonly voltages?: readonly (number | undefined)[] | undefined;
  readonly energy?: number | undefined;
  readonly returnEnergy?: number | undefined;
  readonly soc?: number | undefined;
}

/** What a meter can measure at most, in the units of readings. */
export const PLAUSIBLE = {
  power: { min: -10_000_000, max: 10_000_000 },
  current: { min: -20_000, max: 20_000 },
  voltage: { min: 0, max: 1_000 },
  energy: { min: 0, max: 1e13 },
  soc: { min: 0, max: 100 },
} as const;

export interface MeterWiring {
  /** The meter is wired the other way round: power changes its sign, and the counters change places. */
  readonly invert?: boolean | undefined;
}

/**
 * Makes a reading of what a meter says. Currents get the sign of the power of their phase, since many meters have none.
 * Errors: `EVCC_DEVICE_PROTOCOL` without a power, and for what no meter can measure; `where` names the meter.
 */
export function toMeterReading(
  values: MeterValues,
  where: string,
  { fail }: Pick<DeviceContext, 'fail'>,
  { invert = false }: MeterWiring = {},
): MeterReading {
  const check = (name: string, value: number | undefined, { min, max }: { min: number; max: number }): void => {
    if (value === undefined || (value >= min && value <= max)) return;
    fail('EVCC_DEVICE_PROTOCOL', `${where}, ${name}: ${value} is not between ${min} and ${max}`);
  };
  const phases = (
    name: 'powers' | 'currents' | 'voltages',
    range: { min: number; max: number },
  ): PerPhase | undefined => {
    const [l1, l2, l3] = values[name] ?? [];
    if (l1 === undefined || l2 === undefined || l3 === undefined) return undefined;
    for (const value of [l1, l2, l3]) check(name, value, range);
    return [l1, l2, l3];
  };
  const { power, soc } = values;
  if (power === undefined) return fail('EVCC_DEVICE_PROTOCOL', `${where}: the answer has no power`);
  check('power', power, PLAUSIBLE.power);
  check('soc', soc, PLAUSIBLE.soc);
  const [energy, returnEnergy] = invert ? [values.returnEnergy, values.energy] : [values.energy, values.returnEnergy];
  check('energy', energy, PLAUSIBLE.energy);
  check('returnEnergy', returnEnergy, PLAUSIBLE.energy);
  const sign = (value: number): number => (invert && value !== 0 ? -value : value);
  const powers = phases('powers', PLAUSIBLE.power)?.map(sign) as PerPhase | undefined;
  const currents = phases('currents', PLAUSIBLE.current);
  const voltages = phases('voltages', PLAUSIBLE.voltage);
  const total = sign(power);
  return {
    power: total,
    ...(powers && { powers }),
    ...(currents && { currents: directed(currents, powers ?? [total, total, total]) }),
    ...(voltages && { voltages }),
    ...(energy !== undefined && { energy }),
    ...(returnEnergy !== undefined && { returnEnergy }),
    ...(soc !== undefined && { soc }),
  };
}

/** Currents that flow as the power of their phase does. */
function directed([l1, l2, l3]: PerPhase, [p1, p2, p3]: PerPhase): PerPhase {
  const along = (current: number, power: number): number =>
    power < 0 && current !== 0 ? -Math.abs(current) : Math.abs(current);
  return [along(l1, p1), along(l2, p2), along(l3, p3)];
}
