import assert from 'node:assert/strict';
import { applyPlugin, type TariffPeer, tariffContract } from 'evcc/testing';
import { describe, onTestFinished, test } from 'vitest';
import acme from '../src/index.ts';
import { hourly, startPrices } from './prices.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

async function setup(): Promise<TariffPeer> {
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

describe('the contract of tariffs', () => {
  for (const { title, run } of tariffContract(setup)) test(title, run);
});

test('a price list that does not exist is an error without what stands in its query', async () => {
  const prices = await startPrices([30], NOON);
  onTestFinished(() => prices.close());
  const { tariffs } = await applyPlugin(acme);
  const device = await tariffs.create('acme-spot', { url: `http://${prices.host}/gone?key=s3cret` });
  const error: unknown = await device.rates(AbortSignal.timeout(5_000)).catch((reason: unknown) => reason);
  assert.match(String(error), /GET http:\/\/127\.0\.0\.1:\d+\/gone: answered with status 404/);
  assert.doesNotMatch(String(error), /s3cret/);
});
