import type { DeviceContext, MeterDevice } from '../../../core/index.ts';
import { type MeterValues, type MeterWiring, PLAUSIBLE, toMeterReading } from '../meter-reading.ts';
import { type BlockLimits, createRegisterReader } from './blocks.ts';
import type { ModbusLink } from './pool.ts';
import type { Register } from './registers.ts';

/** Values of a meter: W, A, V, Wh in the direction of the name, and % of a battery. */
export type MeterPoint =
  | 'power'
  | `${'power' | 'current' | 'voltage'}L${1 | 2 | 3}`
  | 'energy'
  | 'returnEnergy'
  | 'soc';

/** A register, or several whose values are added; a negative scale subtracts. */
export type Sum = Register | readonly Register[];

/** Where a meter has its values; scales lead to W, A, V and Wh. Has at least `power`. */
export type MeterTable = Readonly<Partial<Record<MeterPoint, Sum>>> & {
  readonly power: Sum;
  /** Says where the power flows, for those that have it without sign: negative while `negative` stands there */
  readonly direction?: Register & { readonly negative: number };
};

/** What is the same for all meters of a kind. */
export interface MeterManner extends MeterWiring {
  readonly limits?: BlockLimits | undefined;
  /** What says no power generates none, as inverters do at night; of several powers those that are there count. */
  readonly sleeps?: boolean | undefined;
}

export { PLAUSIBLE };

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
 * A meter that is a table of registers. Errors of reading: those of the link, `EVCC_DEVICE_PROTOCOL` for what is not plausible,
 * `EVCC_DEVICE_UNAVAILABLE` without a power.
 */
export function createRegisterMeter(
  table: MeterTable,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail'>,
  { invert, limits, sleeps = false }: MeterManner = {},
): MeterDevice {
  const { direction, ...points } = table;
  const sums = Object.entries<Sum>({ ...points, ...(direction && { direction }) }).map(
    ([point, sum]) => [point, partsOf(point, sum)] as const,
  );
  const registers = Object.fromEntries(sums.flatMap(([, parts]) => parts));
  const read = createRegisterReader<Readonly<Record<string, Register>>>(registers, link, context, limits);
  return {
    read: async (signal) => {
      const raw = (await read(signal)) as Readonly<Record<string, number>>;
      const values: Partial<Record<MeterPoint, number>> = {};
      for (const [point, parts] of sums) {
        const known = parts.flatMap(([name]) => raw[name] ?? []);
        if (known.length < parts.length && !(sleeps && point === 'power')) continue;
        values[point as MeterPoint] = known.reduce((sum, value) => sum + value, 0);
      }
      if (direction && values.power !== undefined) {
        const size = Math.abs(values.power);
        values.power = raw.direction === direction.negative && size > 0 ? -size : size;
      }
      if (values.power === undefined) {
        return context.fail('EVCC_DEVICE_UNAVAILABLE', `${link.name}, power: there is no value now`);
      }
      return toMeterReading(toValues(values), link.name, context, { invert });
    },
    close: () => link.close(),
  };
}

/** The registers of a sum, with the names that errors have for them. */
function partsOf(point: string, sum: Sum): (readonly [name: string, register: Register])[] {
  const several = [sum].flat();
  return several.map((register, index) => [several.length === 1 ? point : `${point} ${index + 1}`, register]);
}

function toValues(values: Readonly<Partial<Record<MeterPoint, number>>>): MeterValues {
  const phases = (name: 'power' | 'current' | 'voltage'): readonly (number | undefined)[] => {
    const { [`${name}L1`]: l1, [`${name}L2`]: l2, [`${name}L3`]: l3 } = values as Readonly<Record<string, number>>;
    return [l1, l2, l3];
  };
  const [powers, currents, voltages] = [phases('power'), phases('current'), phases('voltage')];
  return { ...values, powers, currents, voltages };
}
