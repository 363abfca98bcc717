/** Composed after the vendor's description: serial 1900123456, 1234.0 W fed in, software 1.2.4.R. */
export const TELEGRAM: Buffer = Buffer.from(
  '534d4100000402a000000001003c00106069010e71419540000003e8' +
    '00010400000000000001080000000001 08e8ca70'.replace(' ', '') +
    '0002040000003034' +
    '00020800000000006b49d200' +
    '9000000001020452' +
    '00000000',
  'hex',
);

/** A telegram of channels and their numbers: up to 65535 with four bytes each, counters in Ws with eight. */
export function telegram(
  now: Readonly<Record<number, number>>,
  counters: Readonly<Record<number, number>> = {},
  { serial = 1900123456, protocol = 0x6069 } = {},
): Buffer {
  const records = [
    ...Object.entries(now).map(([channel, value]) => {
      const record = Buffer.alloc(8);
      record.writeUInt16BE(Number(channel), 0);
      record[2] = 4;
      record.writeUInt32BE(Math.round(value), 4);
      return record;
    }),
    ...Object.entries(counters).map(([channel, value]) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(Number(channel), 0);
      record[2] = 8;
      record.writeBigUInt64BE(BigInt(Math.round(value)), 4);
      return record;
    }),
    Buffer.from('900000000102045200000000', 'hex'),
  ];
  const head = Buffer.from('534d4100000402a000000001000000100000010e00000000000003e8', 'hex');
  const whole = Buffer.concat([head, ...records]);
  whole.writeUInt16BE(whole.length - 20, 12);
  whole.writeUInt16BE(protocol, 16);
  whole.writeUInt32BE(serial, 20);
  return whole;
}
