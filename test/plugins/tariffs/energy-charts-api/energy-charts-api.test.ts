import { describe, expect, onTestFinished, test } from 'vitest';
import energyCharts from '../../../../plugins/tariffs/energy-charts-api/index.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: energyCharts,
  type: 'energy-charts-api',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { bzn: 'AT' },
  routes: (slots) => ({
    'GET /price': ({ query }) => {
      const asked = slots.filter(
        ({ start }) => start >= Number(query.get('start')) * 1_000 && start <= Number(query.get('end')) * 1_000,
      );
      if (query.get('bzn') !== 'AT') return { status: 404, text: 'no such zone' };
      return {
        json: {
          license_info: 'CC BY 4.0',
          unix_seconds: asked.map(({ start }) => start / 1_000),
          price: asked.map(({ price }) => Number((price * 1_000).toFixed(2))),
          unit: 'EUR / MWh',
          deprecated: false,
        },
      };
    },
  }),
};

describe('energy-charts-api', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('what is not known yet is left out; lists that do not fit each other are refused', async () => {
    const now = Date.parse('2026-03-14T10:00:00Z');
    const running = await startService(fixture, now);
    onTestFinished(() => running.close());
    running.publish([{ start: now, end: now + 1, price: 0 }]);
    const times = [0, 900, 1_800].map((seconds) => now / 1_000 + seconds);
    running.spoil(() => ({ json: { unix_seconds: times, price: [250, null, null] } }));
    expect(await running.rates()).toEqual([{ start: now, end: now + 900_000, price: 0.25 }]);
    running.spoil(() => ({ json: { unix_seconds: times, price: [1, 2] } }));
    await expect(running.rates()).rejects.toThrow('there are 3 times, but 2 prices');
  });
});
