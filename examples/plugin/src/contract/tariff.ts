import { applyPlugin, type TariffPeer } from 'evcc/testing';
import acme from '../index.ts';
import { hourly, startPrices } from './prices.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

/** The price list as the contract sees it. */
export async function pricesPeer(): Promise<TariffPeer> {
  const prices = await startPrices([31.2, 28.4, 35], NOON);
  const { tariffs } = await applyPlugin(acme);
  return {
    device: await tariffs.create('acme-spot', { url: prices.url, charges: 0.1, tax: 0.19 }),
    now: () => NOON + HOUR / 2,
    expected: () =>
      prices.slots.map(({ start, minutes, cents }) => ({
        start: Date.parse(start),
        end: Date.parse(start) + minutes * 60_000,
        price: (cents / 100 + 0.1) * 1.19,
      })),
    set: (wanted) => {
      prices.slots = hourly(
        wanted.map((price) => price * 100),
        NOON,
      );
      return true;
    },
    faults: prices.faults,
    fail: prices.fail,
    recover: prices.recover,
    connections: prices.connections,
    close: prices.close,
  };
}
