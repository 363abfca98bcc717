import { describe, expect, onTestFinished, test } from 'vitest';
import groupeE from '../../../../plugins/tariffs/groupe-e/index.ts';
import { type RateFixture, serviceCases, startService, withOffset } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: groupeE,
  type: 'groupe-e',
  slot: 15,
  timezone: 'Europe/Zurich',
  publication: true,
  routes: (slots) => ({
    'GET /v2/tariffs': ({ query }) => ({
      json: {
        publication_timestamp: '2026-03-13T17:00:00+01:00',
        prices: slots
          .filter(({ start }) => start >= Date.parse(query.get('start_timestamp') ?? ''))
          .filter(({ start }) => start < Date.parse(query.get('end_timestamp') ?? ''))
          .map(({ start, end, price }) => ({
            start_timestamp: withOffset(start, 'Europe/Zurich'),
            end_timestamp: withOffset(end, 'Europe/Zurich'),
            integrated: [
              { unit: 'CHF_m', value: 3 },
              { unit: 'CHF_kWh', value: price },
            ],
            grid: [{ unit: 'CHF/kWh', value: 0.11 }],
          })),
      },
    }),
  }),
};

describe('groupe-e', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('a part of the price', async () => {
    const now = Date.parse('2026-03-14T10:00:00Z');
    const running = await startService(fixture, now, { part: 'grid' });
    onTestFinished(() => running.close());
    running.publish([{ start: now, end: now + 900_000, price: 1 }]);
    expect((await running.rates())[0]?.price).toBe(0.11);
  });
});
