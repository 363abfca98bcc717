import { describe, expect, onTestFinished, test } from 'vitest';
import ostrom from '../../../../plugins/tariffs/ostrom/index.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: ostrom,
  type: 'ostrom',
  slot: 60,
  timezone: 'Europe/Berlin',
  publication: true,
  options: (url: string) => ({ clientid: 'me', clientsecret: 'hush-secret', zip: '10115', loginUrl: url }),
  secrets: ['hush-secret', 'hush-access'],
  // Refused credentials are not tried again.
  faults: ['refuse', 'hang', 'garbage'],
  authorized: ({ headers, path }) =>
    headers.authorization === (path === '/oauth2/token' ? `Basic ${btoa('me:hush-secret')}` : 'Bearer hush-access'),
  routes: (slots) => ({
    'POST /oauth2/token': ({ body }) =>
      body.includes('grant_type=client_credentials')
        ? { json: { access_token: 'hush-access', token_type: 'Bearer', expires_in: 3_600 } }
        : { status: 400, text: '{"error":"unsupported_grant_type"}' },
    'GET /spot-prices': ({ query }) => ({
      json: {
        data: slots
          .filter(({ start }) => start >= Date.parse(query.get('startDate') ?? ''))
          .filter(({ start }) => start < Date.parse(query.get('endDate') ?? ''))
          .map(({ start, price }) => ({
            date: new Date(start).toISOString(),
            netMwhPrice: 84.1,
            grossKwhPrice: Number((price * 100 - 17).toFixed(3)),
            ...(query.get('zip') === '10115' && { grossKwhTaxAndLevies: 17 }),
          })),
      },
    }),
  }),
};

describe('ostrom', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('refused credentials are said so', async () => {
    const running = await startService(fixture, Date.parse('2026-03-14T10:00:00Z'), { clientsecret: 'wrong' });
    onTestFinished(() => running.close());
    running.publish([]);
    await expect(running.rates()).rejects.toThrow(expect.objectContaining({ code: 'EVCC_DEVICE_AUTH' }));
  });
});
