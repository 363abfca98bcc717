import type { MeterValues } from '../../shared/meter-reading.ts';

/**
 * SMA Energy Meter and Sunny Home Manager 2.0: "EMETER-Protokoll", SMA, version 2.x. A datagram once a second: a header, and
 * records of channels, with 4 bytes for present values and 8 for counters.
 */

export const GROUP = '239.12.255.254';
export const PORT = 9_522;

const HEADER = Buffer.from('534d4100000402a000000001', 'hex');
const DATA = 28;
const EMETER = 0x6069;
const END = 0x0000;
const SOFTWARE = 0x9000;

/** What a meter sent. */
export interface Telegram {
  readonly serial: number;
  readonly values: MeterValues;
}

/** `undefined`: it is no telegram of an energy meter; other devices of SMA send to the same group. */
export function decode(data: Buffer): Telegram | undefined {
  if (data.length < DATA || !data.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  if (data.readUInt16BE(14) !== 0x0010 || data.readUInt16BE(16) !== EMETER) return undefined;
  const end = data.readUInt16BE(12) + 16;
  if (end > data.length) return undefined;
  const now = new Map<number, number>();
  const counters = new Map<number, number>();
  for (let at = DATA; at + 4 <= end; ) {
    const channel = data.readUInt16BE(at);
    const kind = data[at + 2];
    if (channel === END) break;
    const size = kind === 8 ? 8 : 4;
    if (at + 4 + size > end) return undefined;
    if (channel !== SOFTWARE && kind === 4) now.set(channel, data.readUInt32BE(at + 4));
    if (channel !== SOFTWARE && kind === 8) counters.set(channel, Number(data.readBigUInt64BE(at + 4)));
    at += 4 + size;
  }
  return { serial: data.readUInt32BE(20), values: toValues(now, counters) };
}

/** Channels of the sum begin at 0, of L1, L2 and L3 at 20, 40 and 60. */
const PHASES = [20, 40, 60];

function toValues(now: ReadonlyMap<number, number>, counters: ReadonlyMap<number, number>): MeterValues {
  const scaled = (channel: number, factor: number): number | undefined => {
    const value = now.get(channel);
    return value === undefined ? undefined : value / factor;
  };
  const power = (base: number): number | undefined => {
    const [drawn, fed] = [now.get(base + 1), now.get(base + 2)];
    return drawn === undefined || fed === undefined ? undefined : (drawn - fed) / 10;
  };
  const energy = (channel: number): number | undefined => {
    const seconds = counters.get(channel);
    return seconds === undefined ? undefined : seconds / 3_600;
  };
  return {
    power: power(0),
    powers: PHASES.map(power),
    currents: PHASES.map((base) => scaled(base + 11, 1_000)),
    voltages: PHASES.map((base) => scaled(base + 12, 1_000)),
    energy: energy(1),
    returnEnergy: energy(2),
  };
}
