import { type Device, startDevice } from './server.ts';

export interface Slot {
  /** RFC 3339 */
  readonly start: string;
  readonly minutes: number;
  /** Cents per kWh */
  readonly cents: number;
}

export interface PriceList extends Device {
  readonly url: string;
  slots: readonly Slot[];
}

/** A price list on loopback: one slot for each hour from `from` (ms since the epoch) on. */
export async function startPrices(cents: readonly number[], from: number): Promise<PriceList> {
  const list = { slots: hourly(cents, from) };
  const device = await startDevice(0, ({ path }) => (path === '/prices.json' ? list : 404));
  return Object.assign(list, device, { url: `http://${device.host}/prices.json` });
}

export function hourly(cents: readonly number[], from: number): Slot[] {
  return cents.map((price, index) => ({
    start: new Date(from + index * 3_600_000).toISOString(),
    minutes: 60,
    cents: price,
  }));
}
