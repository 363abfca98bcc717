import { describe, expect, onTestFinished, test } from 'vitest';
import energinet from '../../../../plugins/tariffs/energinet/index.ts';
import { type RateFixture, serviceCases, startService, utc, withOffset } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: energinet,
  type: 'energinet',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { region: 'DK1' },
  routes: (slots) => ({
    'GET /dataset/DayAheadPrices': ({ query }) => {
      if (query.get('filter') !== '{"PriceArea":["DK1"]}' || query.get('timezone') !== 'UTC') {
        return { status: 400, text: 'bad filter' };
      }
      const records = slots
        .filter(({ start }) => start >= Date.parse(`${query.get('start')}Z`))
        .map(({ start, price }) => ({
          TimeUTC: utc(start).slice(0, -1),
          TimeDK: withOffset(start, 'Europe/Copenhagen').slice(0, 19),
          PriceArea: 'DK1',
          DayAheadPriceEUR: price * 134,
          DayAheadPriceDKK: Number((price * 1_000).toFixed(2)),
        }));
      return { json: { total: records.length, dataset: 'DayAheadPrices', records } };
    },
  }),
};

describe('energinet', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('prices in EUR', async () => {
    const now = Date.parse('2026-03-14T10:00:00Z');
    const running = await startService(fixture, now, { currency: 'EUR' });
    onTestFinished(() => running.close());
    running.publish([{ start: now, end: now + 900_000, price: 1 }]);
    expect((await running.rates())[0]?.price).toBe(0.134);
  });
});
