import type { RegisterTable } from './pool.ts';

export const REGISTER_TYPES = [
  'u16',
  'i16',
  'u32',
  'i32',
  'u64',
  'i64',
  'f32',
  'f64',
  'string',
  'bcd',
  'bits',
] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

/** One value in the registers of a device. */
export interface Register {
  /** On the wire, from 0 */
  readonly address: number;
  readonly type: RegisterType;
  /** Absent: holding */
  readonly table?: RegisterTable;
  /** Registers of a string or of decimal digits (bcd); absent: 1 */
  readonly count?: number;
  /** Whether the word of the lower address is the higher one; bytes in a word are big endian always. Absent: big */
  readonly order?: 'big' | 'little';
  /** First bit of `bits`, 0 being the lowest, and how many; absent: 0 and 1 */
  readonly bit?: number;
  readonly bits?: number;
  /** Factor to the unit inside; absent: 1 */
  readonly scale?: number;
  /** Raw values that mean "not available"; absent: those that SunSpec has for the type, and NaN */
  readonly nan?: readonly number[];
  /** Range that is plausible, after `scale`: anything else is an error. Absent: none */
  readonly min?: number;
  readonly max?: number;
}

/** What is in a register: `undefined` means that the device says "not available". */
export type Decoded<R extends Register> = R['type'] extends 'string' ? string : number;

const WORDS: Readonly<Record<RegisterType, number>> = {
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  u64: 4,
  i64: 4,
  f32: 2,
  f64: 4,
  string: 1,
  bcd: 1,
  bits: 1,
};

/** Bits that mean "not available" where a device says nothing else (SunSpec Device Information Model Specification, 4.6) */
const NAN: Partial<Record<RegisterType, bigint>> = {
  u16: 0xffffn,
  i16: 0x8000n,
  u32: 0xffffffffn,
  i32: 0x80000000n,
  u64: 0xffffffffffffffffn,
  i64: 0x8000000000000000n,
};

/** Registers that a value takes. */
export function lengthOf({ type, count }: Pick<Register, 'type' | 'count'>): number {
  return type === 'string' || type === 'bcd' ? (count ?? 1) : WORDS[type];
}

/** The bytes of a value; `problem`: why they are none. */
export function decode(
  register: Register,
  bytes: Buffer,
): { value: number | string | undefined } | { problem: string } {
  const { type, scale = 1, nan, min, max } = register;
  const words = inOrder(bytes, register.order);
  if (type === 'string') return { value: toText(words) };
  if (nan === undefined && NAN[type] !== undefined && bits(words) === NAN[type]) return { value: undefined };
  const raw = toNumber(register, words);
  if (typeof raw === 'string') return { problem: raw };
  if (!Number.isFinite(raw) || nan?.includes(raw)) return { value: undefined };
  const value = scale === 1 ? raw : Number((raw * scale).toPrecision(12));
  if (min !== undefined && value < min) return { problem: `${value} is less than the ${min} that are possible` };
  if (max !== undefined && value > max) return { problem: `${value} is more than the ${max} that are possible` };
  return { value };
}

function toNumber({ type, bit = 0, bits: width = 1 }: Register, words: Buffer): number | string {
  switch (type) {
    case 'u16':
      return words.readUInt16BE();
    case 'i16':
      return words.readInt16BE();
    case 'u32':
      return words.readUInt32BE();
    case 'i32':
      return words.readInt32BE();
    case 'u64':
      return safe(words.readBigUInt64BE());
    case 'i64':
      return safe(words.readBigInt64BE());
    case 'f32':
      // Seven digits are what it holds; more would be those of the binary fraction.
      return Number(words.readFloatBE().toPrecision(7));
    case 'f64':
      return words.readDoubleBE();
    case 'bits':
      return (words.readUInt16BE() >> bit) & (2 ** width - 1);
    case 'bcd': {
      const digits = words.toString('hex');
      return /^\d+$/.test(digits) ? Number(digits) : `${digits} are no decimal digits`;
    }
    case 'string':
      return 'a text is no number';
  }
}

function safe(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value} is too large`;
}

function bits(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString('hex')}`);
}

/** Text ends with the first zero byte. */
function toText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes
    .subarray(0, end < 0 ? bytes.length : end)
    .toString('latin1')
    .trim();
}

/** With the word of the highest value first. */
function inOrder(bytes: Buffer, order: Register['order']): Buffer {
  return order === 'little' ? Buffer.from(bytes).swap16().reverse() : bytes;
}

/** The words to write for a value; `problem`: why it does not fit. Only whole numbers, floats and texts can be written. */
export function encode(register: Register, value: number | string): { words: number[] } | { problem: string } {
  const { type, scale = 1, min, max } = register;
  const bytes = Buffer.alloc(lengthOf(register) * 2);
  if (type === 'string') {
    const text = Buffer.from(String(value), 'latin1');
    if (text.length > bytes.length) return { problem: `"${value}" is longer than ${bytes.length} characters` };
    text.copy(bytes);
    return { words: toWords(bytes) };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return { problem: `${value} is not a number` };
  if (min !== undefined && value < min) return { problem: `${value} is less than ${min}` };
  if (max !== undefined && value > max) return { problem: `${value} is more than ${max}` };
  const raw = scale === 1 ? value : Number((value / scale).toPrecision(12));
  const limits = LIMITS[type];
  if (type === 'f32') bytes.writeFloatBE(raw);
  else if (type === 'f64') bytes.writeDoubleBE(raw);
  else if (limits) {
    const whole = BigInt(Math.round(raw));
    if (whole < limits[0] || whole > limits[1]) return { problem: `${value} does not fit into ${type}` };
    bytes.write(
      BigInt.asUintN(bytes.length * 8, whole)
        .toString(16)
        .padStart(bytes.length * 2, '0'),
      'hex',
    );
  } else return { problem: `${type} cannot be written` };
  return { words: toWords(inOrder(bytes, register.order)) };
}

const LIMITS: Partial<Record<RegisterType, readonly [bigint, bigint]>> = {
  u16: [0n, 0xffffn],
  i16: [-0x8000n, 0x7fffn],
  u32: [0n, 0xffffffffn],
  i32: [-0x80000000n, 0x7fffffffn],
  u64: [0n, 0xffffffffffffffffn],
  i64: [-0x8000000000000000n, 0x7fffffffffffffffn],
};

export function toWords(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2));
}
