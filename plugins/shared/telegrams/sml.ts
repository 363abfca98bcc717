import { tidy } from '../sources/value.ts';
import type { ObisValues } from './obis.ts';
import type { Cut } from './reader.ts';

/**
 * SML (Smart Message Language 1.04, BSI TR-03109-1 annex): what German meters send at their optical interface. A file of
 * messages between escape sequences, with a checksum; in it lists of lists, of which one has the values.
 */

const ESCAPE = Buffer.from('1b1b1b1b', 'hex');
const START = Buffer.from('1b1b1b1b01010101', 'hex');
const END = 0x1a;
const GET_LIST_RESPONSE = 0x0701;
/** Lists in lists; real messages have five */
const DEEPEST = 10;
/** Physical units of values (DLMS): W, Wh, A, V */
const UNITS = new Set([27, 30, 33, 35]);

/** An element: bytes, a number, true or false, a list, or nothing. */
type Element = Buffer | number | boolean | undefined | readonly Element[];

/** Cuts off the first file, checked and decoded, with its values by code. */
export function cutSml(bytes: Buffer): Cut<ObisValues> | undefined {
  const start = bytes.indexOf(START);
  if (start < 0) return undefined;
  const parts: Buffer[] = [];
  for (let from = start + START.length, at = from; ; ) {
    at = bytes.indexOf(ESCAPE, at);
    if (at < 0 || bytes.length < at + 8) return undefined;
    const sequence = bytes.subarray(at + 4, at + 8);
    if (sequence.equals(ESCAPE)) {
      // Data that looks like an escape sequence is sent twice.
      parts.push(bytes.subarray(from, at + 4));
      from = at + 8;
      at = from;
    } else if (sequence[0] === END) {
      parts.push(bytes.subarray(from, at));
      return { ...check(bytes.subarray(start, at + 8), Buffer.concat(parts)), rest: bytes.subarray(at + 8) };
    } else if (sequence.equals(START.subarray(4))) {
      return { problem: 'a telegram broke off', rest: bytes.subarray(at) };
    } else at += 1;
  }
}

function check(frame: Buffer, content: Buffer): { readonly value: ObisValues } | { readonly problem: string } {
  const covered = frame.subarray(0, -2);
  const said = frame.readUInt16LE(frame.length - 2);
  // Meters of Holley begin with 0 and invert nothing (CRC-16/KERMIT), against the standard (CRC-16/X-25).
  if ((crc16(covered, 0xffff) ^ 0xffff) !== said && crc16(covered, 0) !== said) {
    return { problem: 'the checksum of a telegram is wrong' };
  }
  const padding = frame[frame.length - 3] ?? 0;
  const values = decode(content.subarray(0, content.length - padding));
  return values ? { value: values } : { problem: 'a telegram is not as SML says' };
}

/** CRC-16 with the reflected polynomial 0x8408. */
export function crc16(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

function decode(content: Buffer): ObisValues | undefined {
  const values = new Map<string, number>();
  let offset = 0;
  while (offset < content.length) {
    const message = element(content, offset);
    if (!message) return undefined;
    offset = message.end;
    const body = asList(asList(message.value)?.[3]);
    if (body?.[0] !== GET_LIST_RESPONSE) continue;
    for (const entry of asList(asList(body[1])?.[4]) ?? []) {
      const found = asList(entry);
      const named = found && toNamed(found);
      if (named) values.set(...named);
    }
  }
  return values;
}

/** An entry: name, status, time, unit, scale, value, signature. */
function toNamed([name, , , unit, scale, value]: readonly Element[]): readonly [string, number] | undefined {
  if (!Buffer.isBuffer(name) || name.length !== 6 || typeof value !== 'number') return undefined;
  const [medium, , c, d, e, storage] = name;
  // Electricity, as it is now; others are counters of earlier days.
  if (medium !== 1 || storage !== 255 || typeof unit !== 'number' || !UNITS.has(unit)) return undefined;
  return [`${c}.${d}.${e}`, tidy(value * 10 ** (typeof scale === 'number' ? scale : 0))];
}

/** The element that begins at an offset, and where the next one does; `undefined`: there is none. */
function element(bytes: Buffer, offset: number, depth = 0): { value: Element; end: number } | undefined {
  let at = offset;
  let byte = bytes[at];
  if (byte === undefined || depth > DEEPEST) return undefined;
  if (byte === 0) return { value: undefined, end: at + 1 };
  const type = (byte >> 4) & 7;
  let length = byte & 0x0f;
  while (byte & 0x80) {
    at += 1;
    byte = bytes[at];
    if (byte === undefined || at - offset > 3) return undefined;
    length = (length << 4) | (byte & 0x0f);
  }
  at += 1;
  if (type === 7) return list(bytes, at, length, depth);
  const end = offset + length;
  if (length < at - offset || end > bytes.length) return undefined;
  const data = bytes.subarray(at, end);
  if (data.length === 0) return { value: undefined, end };
  if (type === 0) return { value: data, end };
  if (type === 4) return { value: data[0] !== 0, end };
  if ((type !== 5 && type !== 6) || data.length > 8) return undefined;
  const unsigned = data.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  return { value: Number(type === 5 ? BigInt.asIntN(data.length * 8, unsigned) : unsigned), end };
}

function list(
  bytes: Buffer,
  start: number,
  length: number,
  depth: number,
): { value: Element; end: number } | undefined {
  const value: Element[] = [];
  let end = start;
  while (value.length < length) {
    const next = element(bytes, end, depth + 1);
    if (!next) return undefined;
    value.push(next.value);
    end = next.end;
  }
  return { value, end };
}

const asList = (value: Element): readonly Element[] | undefined =>
  Array.isArray(value) ? (value as readonly Element[]) : undefined;
