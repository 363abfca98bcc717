import { describe, expect, onTestFinished, test } from 'vitest';
import amber from '../../../../plugins/tariffs/amber/index.ts';
import { type RateFixture, serviceCases, startService, utc } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: amber,
  type: 'amber',
  slot: 30,
  timezone: 'Australia/Sydney',
  days: [
    ['2026-10-04', 23],
    ['2026-03-30', 24],
    ['2026-04-05', 25],
  ],
  options: { token: 'hush-token' },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers.authorization === 'Bearer hush-token',
  routes: (slots) => ({
    'GET /v1/sites': () => ({
      json: [
        { id: 'MOVED', nmi: '1', status: 'closed' },
        { id: 'HERE', nmi: '2', status: 'active' },
      ],
    }),
    'GET /v1/sites/HERE/prices/current': () => ({
      json: slots.flatMap(({ start, end, price }, index) =>
        [
          { channelType: 'general', factor: 100 },
          { channelType: 'feedIn', factor: -40 },
        ].map(({ channelType, factor }) => ({
          type: index === 0 ? 'CurrentInterval' : 'ForecastInterval',
          duration: 30,
          startTime: utc(start + 1_000),
          endTime: utc(end),
          perKwh: index % 2 === 0 ? Number((price * factor).toFixed(3)) : 99,
          spotPerKwh: 9.77,
          channelType,
          ...(index % 2 === 1 && {
            advancedPrice: { low: 1, predicted: Number((price * factor).toFixed(3)), high: 88 },
          }),
        })),
      ),
    }),
  }),
};

describe('amber', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T00:00:00Z');

  test('what is paid for feed-in is positive', async () => {
    const running = await startService(fixture, NOW, { channel: 'feedIn' });
    onTestFinished(() => running.close());
    running.publish([
      { start: NOW, end: NOW + 1_800_000, price: 0.2 },
      { start: NOW + 1_800_000, end: NOW + 3_600_000, price: 0 },
    ]);
    expect((await running.rates()).map(({ price }) => price)).toEqual([0.08, 0]);
  });

  test('the site is looked for once, or configured; intervals of 5 and 30 minutes', async () => {
    const running = await startService(fixture, NOW, { siteid: 'HERE' });
    onTestFinished(() => running.close());
    running.publish([
      { start: NOW, end: NOW + 300_000, price: 0.2 },
      { start: NOW + 300_000, end: NOW + 2_100_000, price: 0.3 },
    ]);
    expect((await running.rates()).map(({ start, end }) => [start - NOW, end - NOW])).toEqual([
      [0, 300_000],
      [300_000, 2_100_000],
    ]);
    expect(running.http.requests.map(({ path }) => path)).toEqual(['/v1/sites/HERE/prices/current']);
    expect(running.device.pause?.(NOW, [])).toBe(60_000);
  });
});
