import { crc16 } from '../../plugins/shared/telegrams/sml.ts';

/** A value of a meter: code as six bytes in hex, unit (27 W, 30 Wh, 33 A, 35 V), power of ten, number. */
export type SmlEntry = readonly [code: string, unit: number, scale: number, value: number];

export interface SmlOptions {
  /** Bytes of a number; absent: 4 */
  readonly bytes?: number;
  /** Where the checksum begins: absent: 0xffff as in the standard */
  readonly crc?: number;
  /** What stands as the time of each value, in hex; absent: nothing */
  readonly time?: string;
}

/** Writes a file as meters do: opening, list of values, closing, between escape sequences. */
export function writeSml(
  entries: readonly SmlEntry[],
  { bytes = 4, crc = 0xffff, time = '01' }: SmlOptions = {},
): Buffer {
  const message = (tag: string, body: string): string => `7605000000016200620072${tag}${body}63000000`;
  const number = (value: number): string =>
    (0x50 + bytes + 1).toString(16) +
    BigInt.asUintN(bytes * 8, BigInt(value))
      .toString(16)
      .padStart(bytes * 2, '0');
  const scale = (value: number): string => `52${(value & 0xff).toString(16).padStart(2, '0')}`;
  const values = entries.map(
    ([code, unit, exponent, value]) =>
      `7707${code}01${time}62${unit.toString(16).padStart(2, '0')}${scale(exponent)}${number(value)}01`,
  );
  const length = entries.length;
  const head = length < 16 ? `7${length.toString(16)}` : `f${(length >> 4).toString(16)}0${(length & 15).toString(16)}`;
  const list = `77010b0a01454d480000123456070100620affff7262016500000001${head}${values.join('')}0101`;
  const content = Buffer.from(
    [
      message('630101', '76010105000000010b0a01454d4800001234560101'),
      message('630701', list),
      message('630201', '7101'),
    ].join(''),
    'hex',
  );
  return frame(content, crc);
}

/** Content between escape sequences, filled up and with its checksum. */
export function frame(content: Buffer, crc = 0xffff): Buffer {
  const padding = (4 - (content.length % 4)) % 4;
  const escaped = content.toString('latin1').replaceAll('\x1b\x1b\x1b\x1b', '\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b');
  const covered = Buffer.concat([
    Buffer.from('1b1b1b1b01010101', 'hex'),
    Buffer.from(escaped, 'latin1'),
    Buffer.alloc(padding),
    Buffer.from('1b1b1b1b1a', 'hex'),
    Buffer.from([padding]),
  ]);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc16(covered, crc) ^ crc);
  return Buffer.concat([covered, sum]);
}
