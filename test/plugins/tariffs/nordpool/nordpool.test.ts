import { describe, expect, onTestFinished, test } from 'vitest';
import nordpool from '../../../../plugins/tariffs/nordpool/index.ts';
import {
  type RateFixture,
  serviceCases,
  slotsOf,
  startService,
  utc,
  withOffset,
} from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: nordpool,
  type: 'nordpool',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { region: 'SE3', currency: 'SEK' },
  routes: (slots) => ({
    'GET /api/DayAheadPrices': ({ query }) => {
      const date = query.get('date') ?? '';
      const entries = slots.filter(({ start }) => withOffset(start, 'Europe/Berlin').startsWith(date));
      if (query.get('currency') !== 'SEK' || query.get('deliveryArea') !== 'SE3') return { status: 400, text: 'no' };
      if (entries.length === 0) return { status: 204, text: '' };
      return {
        json: {
          deliveryDateCET: date,
          currency: 'SEK',
          deliveryAreas: ['SE3'],
          multiAreaEntries: entries.map(({ start, end, price }) => ({
            deliveryStart: utc(start),
            deliveryEnd: utc(end),
            entryPerArea: { SE3: Number((price * 1_000).toFixed(2)) },
          })),
        },
      };
    },
  }),
};

describe('nordpool', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('a day that is known is not asked for again, and the next one not before noon', async () => {
    const running = await startService(fixture, Date.parse('2026-03-14T09:00:00Z'));
    onTestFinished(() => running.close());
    running.publish(slotsOf(fixture, '2026-03-14', 1));
    const asked = async (time: string) => {
      running.clock.jump(Date.parse(time));
      const before = running.http.requests.length;
      const { length } = await running.rates();
      return [length, ...running.http.requests.slice(before).map(({ query }) => query.get('date'))];
    };
    expect(await asked('2026-03-14T09:00:00Z')).toEqual([96, '2026-03-14']);
    expect(await asked('2026-03-14T10:00:00Z')).toEqual([96]);
    expect(await asked('2026-03-14T12:00:00Z')).toEqual([96, '2026-03-15']);
    running.publish(slotsOf(fixture, '2026-03-14', 2));
    expect(await asked('2026-03-14T12:30:00Z')).toEqual([192, '2026-03-15']);
    expect(await asked('2026-03-14T20:00:00Z')).toEqual([192]);
    expect(await asked('2026-03-15T09:00:00Z')).toEqual([96]);
  });
});
