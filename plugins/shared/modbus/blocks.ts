import type { DeviceContext } from '../../../core/index.ts';
import type { ModbusLink, RegisterTable } from './pool.ts';
import { type Decoded, decode, lengthOf, type Register } from './registers.ts';

/** Registers of a device by name. */
export type Registers = Readonly<Record<string, Register>>;

/** What was read; absent: the device says "not available". */
export type Values<T extends Registers> = { readonly [Name in keyof T]?: Decoded<T[Name]> };

/** What a device takes in one request. */
export interface BlockLimits {
  /** Registers of one request, 1 to 125; absent: 100 */
  readonly length?: number;
  /** Registers that nobody asked for, between two that are read together; absent: 8 */
  readonly gap?: number;
}

/** Registers that one request reads. */
export interface Block {
  readonly table: RegisterTable;
  readonly address: number;
  readonly count: number;
}

interface Growing extends Block {
  count: number;
}

/** The fewest requests that read all registers, in the order of their addresses. */
export function toBlocks(registers: Iterable<Register>, { length = 100, gap = 8 }: BlockLimits = {}): Block[] {
  const blocks: Growing[] = [];
  const sorted = [...registers].sort(
    (a, b) => Number(b.table === 'input') - Number(a.table === 'input') || a.address - b.address,
  );
  for (const register of sorted) {
    const { table = 'holding', address } = register;
    const last = blocks.at(-1);
    const end = address + lengthOf(register);
    const fits = last?.table === table && address - (last.address + last.count) <= gap && end - last.address <= length;
    if (fits) last.count = Math.max(last.count, end - last.address);
    else blocks.push({ table, address, count: lengthOf(register) });
  }
  return blocks;
}

/**
 * Reads all registers of a table, block by block, and decodes them. Errors: those of the link, and `EVCC_DEVICE_PROTOCOL`
 * for a value that cannot be or is outside its range, named with its register.
 */
export function createRegisterReader<const T extends Registers>(
  registers: T,
  link: ModbusLink,
  { fail }: Pick<DeviceContext, 'fail'>,
  limits?: BlockLimits,
): (signal: AbortSignal) => Promise<Values<T>> {
  const entries = Object.entries<Register>(registers);
  const blocks = toBlocks(
    entries.map(([, register]) => register),
    limits,
  ).map((block) => ({ ...block, entries: entries.filter(([, register]) => within(register, block)) }));
  return async (signal) => {
    const values: Record<string, number | string> = {};
    for (const { table, address, count, entries: here } of blocks) {
      const bytes = await link.read(table, address, count, signal);
      for (const [name, register] of here) {
        const start = (register.address - address) * 2;
        const result = decode(register, bytes.subarray(start, start + lengthOf(register) * 2));
        if ('problem' in result) {
          fail(
            'EVCC_DEVICE_PROTOCOL',
            `${link.name}, ${name} (${table} register ${register.address}): ${result.problem}`,
          );
        } else if (result.value !== undefined) values[name] = result.value;
      }
    }
    return values as Values<T>;
  };
}

function within(register: Register, { table, address, count }: Block): boolean {
  const offset = register.address - address;
  return (register.table ?? 'holding') === table && offset >= 0 && offset + lengthOf(register) <= count;
}
