import { tidy } from '../sources/value.ts';
import type { ObisValues } from './obis.ts';
import type { Cut } from './reader.ts';

/**
 * DSMR P1 (Dutch Smart Meter Requirements, P1 Companion Standard 5.0.2, and its relatives in Belgium, Luxembourg and Sweden):
 * lines of text from `/` to `!`, followed by a checksum since version 4.
 */

/** Cuts off the first telegram, checked and decoded, with its values by code. */
export function cutP1(bytes: Buffer): Cut<ObisValues> | undefined {
  const start = bytes.indexOf('/');
  const end = start < 0 ? -1 : bytes.indexOf('!', start);
  if (end < 0) return undefined;
  const after = bytes.toString('latin1', end + 1, end + 5);
  const old = after.startsWith('\r') || after.startsWith('\n');
  if (!old && after.length < 4) return undefined;
  const rest = bytes.subarray(end + (old ? 1 : 5));
  const covered = bytes.subarray(start, end + 1);
  const said = /^[0-9A-F]{4}$/i.test(after) ? Number.parseInt(after, 16) : Number.NaN;
  if (!old && crc16Arc(covered) !== said) return { problem: 'the checksum of a telegram is wrong', rest };
  return { value: decode(covered.toString('latin1')), rest };
}

/** CRC-16/ARC: reflected polynomial 0xA001, begins with 0. */
export function crc16Arc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** Values of electricity, such as `1-0:1.7.0(00.330*kW)` */
const LINE = /^1-\d+:(\d+\.\d+\.\d+)(?:[.*]255)?\((-?\d+(?:\.\d+)?)\*(k?)(?:Wh|W|A|V)\)\s*$/gm;

function decode(text: string): ObisValues {
  return new Map(
    [...text.matchAll(LINE)].map(([, code = '', value, kilo]) => [code, tidy(Number(value) * (kilo ? 1_000 : 1))]),
  );
}
