import type { DeviceContext, MeterDevice, MeterReading, PerPhase } from '../../../core/index.ts';
import { type BlockLimits, createRegisterReader } from './blocks.ts';
import type { ModbusLink } from './pool.ts';
import type { Register } from './registers.ts';

/** Values of a meter: W, A, V, and Wh in the direction of the name. */
export type MeterPoint = 'power' | `${'power' | 'current' | 'voltage'}L${1 | 2 | 3}` | 'energy' | 'returnEnergy';

/** Where a meter has its values; scales lead to W, A, V and Wh. Has at least `power`. */
export type MeterTable = Readonly<Partial<Record<MeterPoint, Register>>> & { readonly power: Register };

/** What a meter can measure at most, for `min` and `max` of registers. */
export const PLAUSIBLE = {
  power: { min: -10_000_000, max: 10_000_000 },
  current: { min: -20_000, max: 20_000 },
  voltage: { min: 0, max: 1_000 },
  energy: { min: 0, max: 1e13 },
} as const;

/** The registers of L1, L2 and L3, `step` addresses apart. */
export function perPhase<Name extends 'power' | 'current' | 'voltage'>(
  name: Name,
  step: number,
  first: Register,
): Record<`${Name}L${1 | 2 | 3}`, Register> {
  const rows = [0, 1, 2].map((index) => [`${name}L${index + 1}`, { ...first, address: first.address + index * step }]);
  return Object.fromEntries(rows) as Record<`${Name}L${1 | 2 | 3}`, Register>;
}

/**
 * A meter that is a table of registers. `invert`: it is wired the other way round, so that power has the other sign and the
 * counters change places. Errors of reading: those of the link, `EVCC_DEVICE_PROTOCOL` for what is not plausible,
 * `EVCC_DEVICE_UNAVAILABLE` without a power.
 */
export function createRegisterMeter(
  table: MeterTable,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail'>,
  { invert = false, limits }: { readonly invert?: boolean | undefined; readonly limits?: BlockLimits } = {},
): MeterDevice {
  const read = createRegisterReader(table as Readonly<Record<string, Register>>, link, context, limits);
  return {
    read: async (signal) => {
      const values = (await read(signal)) as Readonly<Partial<Record<MeterPoint, number>>>;
      const { power } = values;
      if (power === undefined) {
        return context.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}, power: there is no value now`);
      }
      return toReading({ ...values, power }, invert);
    },
    close: () => link.close(),
  };
}

function toReading(
  values: Readonly<Partial<Record<MeterPoint, number>>> & { readonly power: number },
  invert: boolean,
): MeterReading {
  const sign = (value: number): number => (invert && value !== 0 ? -value : value);
  const phases = (name: 'power' | 'current' | 'voltage'): PerPhase | undefined => {
    const { [`${name}L1`]: l1, [`${name}L2`]: l2, [`${name}L3`]: l3 } = values as Readonly<Record<string, number>>;
    return l1 === undefined || l2 === undefined || l3 === undefined ? undefined : [l1, l2, l3];
  };
  const powers = phases('power')?.map(sign) as PerPhase | undefined;
  const currents = phases('current');
  const voltages = phases('voltage');
  const [energy, returnEnergy] = invert ? [values.returnEnergy, values.energy] : [values.energy, values.returnEnergy];
  return {
    power: sign(values.power),
    ...(powers && { powers }),
    ...(currents && { currents: directed(currents, powers ?? [values.power, values.power, values.power].map(sign)) }),
    ...(voltages && { voltages }),
    ...(energy !== undefined && { energy }),
    ...(returnEnergy !== undefined && { returnEnergy }),
  };
}

/** Many meters say currents without sign: they flow as the power of their phase does. */
function directed([l1, l2, l3]: PerPhase, [p1 = 0, p2 = 0, p3 = 0]: readonly number[]): PerPhase {
  const along = (current: number, power: number): number =>
    power < 0 && current !== 0 ? -Math.abs(current) : Math.abs(current);
  return [along(l1, p1), along(l2, p2), along(l3, p3)];
}
