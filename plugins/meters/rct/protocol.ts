/**
 * RCT Power inverters at TCP port 8899 ("RCT Power Serial Communication Protocol", version 1.13): frames of a start byte, command,
 * length, id, data and checksum. What looks like a start or an escape byte is preceded by the escape byte.
 */

const START = 0x2b;
const ESCAPE = 0x2d;
const READ = 1;
const ANSWER = 5;
const LONG_ANSWER = 6;

/** Floats by id: W, Wh, and the soc from 0 to 1 */
export const IDS = {
  gridPower: 0x6002891f,
  gridImport: 0x62fbe7dc,
  /** Negative */
  gridExport: 0x44d4c533,
  pvPowerA: 0xb5317b78,
  pvPowerB: 0xaa9aa253,
  pvEnergyA: 0xfc724a9e,
  pvEnergyB: 0x68eefd3d,
  /** + discharge */
  batteryPower: 0x400f015b,
  soc: 0x959930bf,
  stored: 0x5570401b,
  used: 0xa9033880,
} as const;

/** A value of the inverter. */
export type RctValue = keyof typeof IDS;

/** A question for the value of an id. */
export function question(id: number): Buffer {
  const body = Buffer.alloc(6);
  body.writeUInt8(READ, 0);
  body.writeUInt8(4, 1);
  body.writeUInt32BE(id, 2);
  return frame(body);
}

/** Command, length, id and data between start and checksum, escaped. */
export function frame(body: Buffer): Buffer {
  const sum = Buffer.alloc(2);
  sum.writeUInt16BE(crc16(body));
  const escaped = [...body, ...sum].flatMap((byte) => (byte === START || byte === ESCAPE ? [ESCAPE, byte] : [byte]));
  return Buffer.from([START, ...escaped]);
}

/** What stands first in the bytes that arrived. */
export type Found =
  | { readonly id: number; readonly data: Buffer; readonly rest: Buffer }
  /** Not asked for, or damaged */
  | { readonly damaged: boolean; readonly rest: Buffer };

/** Cuts the first frame off; `undefined`: it is not complete. */
export function cut(bytes: Buffer): Found | undefined {
  const start = bytes.indexOf(START);
  if (start < 0) return undefined;
  const plain: number[] = [];
  for (let at = start + 1; at < bytes.length; at += 1) {
    let byte = bytes[at] ?? 0;
    if (byte === START) return { damaged: true, rest: bytes.subarray(at) };
    if (byte === ESCAPE) {
      at += 1;
      if (at >= bytes.length) return undefined;
      byte = bytes[at] ?? 0;
    }
    plain.push(byte);
    const long = plain[0] === 3 || plain[0] === LONG_ANSWER;
    const head = long ? 3 : 2;
    if (plain.length < head) continue;
    const length = long ? ((plain[1] ?? 0) << 8) | (plain[2] ?? 0) : (plain[1] ?? 0);
    if (plain.length === head + length + 2) return toFound(Buffer.from(plain), head, bytes.subarray(at + 1));
  }
  return undefined;
}

function toFound(plain: Buffer, head: number, rest: Buffer): Found {
  const body = plain.subarray(0, -2);
  if (body.length < head + 4 || crc16(body) !== plain.readUInt16BE(plain.length - 2)) return { damaged: true, rest };
  if (plain[0] !== ANSWER && plain[0] !== LONG_ANSWER) return { damaged: false, rest };
  return { id: body.readUInt32BE(head), data: body.subarray(head + 4), rest };
}

/** CRC-16 with the polynomial 0x1021 that begins with 0xffff; an odd number of bytes is filled up with 0. */
export function crc16(bytes: Buffer): number {
  let crc = 0xffff;
  const even = bytes.length % 2 === 0 ? bytes : [...bytes, 0];
  for (const byte of even) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff) >>> 0;
  }
  return crc;
}
