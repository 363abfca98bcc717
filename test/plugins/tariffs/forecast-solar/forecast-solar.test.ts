import { describe, expect, onTestFinished, test } from 'vitest';
import forecastSolar from '../../../../plugins/tariffs/forecast-solar/index.ts';
import { type RateFixture, serviceCases, startService, utc } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: forecastSolar,
  type: 'forecast-solar',
  slot: 60,
  timezone: 'Europe/Berlin',
  step: 1,
  positive: true,
  patience: 900_000,
  options: { lat: 52.5, lon: 13.4, dec: 35, az: -10, kwp: 9.8, apikey: 'hush-key' },
  secrets: ['hush-key'],
  expected: (slots) =>
    slots.slice(0, -1).map((slot, index) => ({ ...slot, price: (slot.price + (slots[index + 1]?.price ?? 0)) / 2 })),
  routes: (slots) => ({
    'GET /hush-key/estimate/52.5/13.4/35/-10/9.8': ({ query }) => ({
      json: {
        result: {
          watts: Object.fromEntries(slots.map(({ start, price }) => [utc(start).replace('Z', '+00:00'), price])),
          watt_hours_period: {},
          watt_hours_day: { '2026-03-14': 24_510 },
        },
        message: {
          code: 0,
          type: 'success',
          text: query.get('time'),
          ratelimit: { period: 3_600, limit: 12, remaining: 9 },
        },
      },
    }),
  }),
};

describe('forecast-solar', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('without a key; the night between two days is one slot', async () => {
    const now = Date.parse('2026-03-14T10:00:00Z');
    const options = { apikey: undefined, horizon: '0,10,20', dampingEvening: 0.5 };
    const running = await startService(fixture, now, options);
    onTestFinished(() => running.close());
    const watts = {
      '2026-03-14T16:00:00+00:00': 400,
      '2026-03-14T17:31:00+00:00': 0,
      '2026-03-15T05:29:00+00:00': 0,
      '2026-03-15T06:00:00+00:00': 212,
    };
    running.http.route('GET /estimate/52.5/13.4/35/-10/9.8', { json: { result: { watts } } });
    expect((await running.rates()).map(({ start, price }) => [utc(start), price])).toEqual([
      ['2026-03-14T16:00:00Z', 200],
      ['2026-03-14T17:31:00Z', 0],
      ['2026-03-15T05:29:00Z', 106],
    ]);
    const query = running.http.requests[0]?.query;
    expect([query?.get('horizon'), query?.get('damping')]).toEqual(['0,10,20', '0,0.5']);
    expect(running.device.pause?.(now, [])).toBeGreaterThanOrEqual(3_600_000);
  });
});
