import { describe, expect, onTestFinished, test } from 'vitest';
import gruenstromindex from '../../../../plugins/tariffs/gruenstromindex/index.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: gruenstromindex,
  type: 'gruenstromindex',
  slot: 60,
  timezone: 'Europe/Berlin',
  step: 1,
  positive: true,
  patience: 900_000,
  options: { zip: '69256', token: 'hush-token' },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers.authorization === 'Bearer hush-token',
  routes: (slots) => ({
    'GET /v2.0/gsi/prediction': ({ query }) =>
      query.get('zip') === '69256'
        ? {
            json: {
              forecast: slots.map(({ start, end, price }) => ({
                epochtime: start / 1_000,
                gsi: 61.2,
                co2_g_standard: price,
                co2_g_oekostrom: 41,
                timeframe: { start, end },
              })),
              location: { zip: '69256' },
            },
          }
        : { json: { err: true, message: 'unknown postcode' } },
  }),
};

describe('gruenstromindex', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('errors come with status 200', async () => {
    const running = await startService(fixture, Date.parse('2026-03-14T10:00:00Z'), { zip: '00000' });
    onTestFinished(() => running.close());
    running.publish([]);
    await expect(running.rates()).rejects.toThrow(
      expect.objectContaining({
        code: 'EVCC_DEVICE_UNAVAILABLE',
        message: expect.stringContaining('unknown postcode') as string,
      }),
    );
  });
});
