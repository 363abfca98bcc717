import { expect, onTestFinished, test } from 'vitest';
import type { LoadedPlugin } from '../../../../core/index.ts';
import { createMemoryStore } from '../../../../core/store.ts';
import awattar from '../../../../plugins/tariffs/awattar/index.ts';
import { startHouse } from '../../../helpers/house.ts';
import { startHttpDevice } from '../../../helpers/http-device.ts';

const HOUR = 3_600_000;
/** Half past twelve in central Europe */
const NOW = Date.parse('2026-03-14T11:30:00Z');
const MIDNIGHT = Date.parse('2026-03-14T23:00:00Z');

/** A market in a house: charges and tax on top, the next day published at one o'clock, a restart without network. */
test('a service in a house: publication, charges, failure and restart', async (t) => {
  const http = await startHttpDevice();
  onTestFinished(() => http.close());
  let until = MIDNIGHT;
  http.route('GET /v1/marketdata', () => ({
    json: {
      data: Array.from({ length: (until - MIDNIGHT) / HOUR + 24 }, (_, hour) => ({
        start_timestamp: MIDNIGHT + (hour - 24) * HOUR,
        end_timestamp: MIDNIGHT + (hour - 23) * HOUR,
        marketprice: hour * 10,
      })),
    },
  }));
  const store = { ...createMemoryStore(), location: 'kept by the test' };
  const begin = (now: number) =>
    startHouse(t, {
      now,
      interval: 60,
      store,
      plugins: [awattar as LoadedPlugin],
      config: { tariffs: { grid: { type: 'awattar', url: http.url, charges: 0.1, tax: 0.2 } } } as never,
    });
  /** Time goes on, and so does what is asked over the network. */
  const pass = async (house: Awaited<ReturnType<typeof begin>>, minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 1) {
      await house.run(60);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  const house = await begin(NOW);
  await pass(house, 5);
  expect(house.site('tariffGrid')).toBeCloseTo((0.12 + 0.1) * 1.2, 9);
  expect(http.requests).toHaveLength(1);

  until = MIDNIGHT + 24 * HOUR;
  await pass(house, 50);
  const { length } = http.requests;
  expect(length).toBeGreaterThan(1);
  expect(length).toBeLessThan(5);
  await http.fail('refuse');
  await house.stop();

  const later = await begin(MIDNIGHT + 12.5 * HOUR);
  await pass(later, 3);
  expect(later.site('tariffGrid')).toBeCloseTo((0.36 + 0.1) * 1.2, 9);
  expect(later.site('devices')).toContainEqual(expect.objectContaining({ name: 'grid', state: 'unavailable' }));
});
