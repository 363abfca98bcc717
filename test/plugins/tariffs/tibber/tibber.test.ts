import { describe, expect, onTestFinished, test } from 'vitest';
import tibber from '../../../../plugins/tariffs/tibber/index.ts';
import { type RateFixture, serviceCases, startService, withOffset } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: tibber,
  type: 'tibber',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { token: 'hush-token' },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers.authorization === 'Bearer hush-token',
  routes: (slots) => ({
    'POST /v1-beta/gql': () => {
      const day = (slots[0]?.start ?? 0) + 24 * 3_600_000;
      const listed = slots.map(({ start, price }) => ({
        total: price,
        energy: price / 2,
        startsAt: withOffset(start, 'Europe/Berlin'),
      }));
      const today = listed.filter((_, index) => (slots[index]?.start ?? 0) < day);
      const priceInfo = { today, tomorrow: listed.slice(today.length) };
      const homes = [
        {
          id: 'sold',
          appNickname: 'Old',
          currentSubscription: { status: 'ended', priceInfo: { today: [], tomorrow: [] } },
        },
        { id: 'empty', appNickname: 'Cabin', currentSubscription: null },
        { id: 'home', appNickname: 'House', currentSubscription: { status: 'running', priceInfo } },
      ];
      return { json: { data: { viewer: { homes } } } };
    },
  }),
};

describe('tibber', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T10:00:00Z');
  const begin = async (options: object) => {
    const running = await startService(fixture, NOW, options);
    onTestFinished(() => running.close());
    running.publish([{ start: NOW, end: NOW + 900_000, price: 0.3 }]);
    return running;
  };

  test('the price of the exchange alone', async () => {
    const { rates } = await begin({ price: 'energy', charges: 0.05 });
    expect((await rates())[0]?.price).toBe(0.2);
  });

  test('a home by its id or nickname', async () => {
    expect(await (await begin({ home: 'House' })).rates()).toHaveLength(1);
    expect(await (await begin({ home: 'home' })).rates()).toHaveLength(1);
    await expect((await begin({ home: 'Tent' })).rates()).rejects.toThrow('there is no home "Tent"');
    await expect((await begin({ home: 'sold' })).rates()).rejects.toThrow('has no values');
  });

  test.for([
    [
      'the token was revoked',
      { message: 'invalid token', extensions: { code: 'UNAUTHENTICATED' } },
      'EVCC_DEVICE_AUTH',
    ],
    ['something else', { message: 'internal server error' }, 'EVCC_DEVICE_UNAVAILABLE'],
  ] as const)('errors come with status 200: %s', async ([, error, code]) => {
    const { rates, spoil } = await begin({});
    spoil(() => ({ json: { errors: [error], data: null } }));
    await expect(rates()).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(error.message) as string }),
    );
  });
});
