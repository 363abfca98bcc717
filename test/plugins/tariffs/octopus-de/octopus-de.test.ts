import { describe, expect, onTestFinished, test } from 'vitest';
import octopusDe from '../../../../plugins/tariffs/octopus-de/index.ts';
import { type RateFixture, serviceCases, startService, utc } from '../../../helpers/rates-service.ts';

const rate = (price: number) => ({ latestGrossUnitRateCentsPerKwh: `${Number((price * 100).toFixed(3))}` });
const agreement = (more: object, validFrom = '2025-01-01T00:00:00Z', validTo: string | null = null) => ({
  validFrom,
  validTo,
  unitRateForecast: [],
  ...more,
});
const accountOf = (...agreements: readonly object[]) => ({
  data: { account: { properties: [{ electricityMalos: [{ agreements }] }] } },
});

const fixture: RateFixture = {
  plugin: octopusDe,
  type: 'octopus-de',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { email: 'me@example.org', password: 'hush-password', accountnumber: 'A-1' },
  secrets: ['hush-password', 'hush-token'],
  authorized: ({ headers, body }) => body.includes('obtainKrakenToken') || headers.authorization === 'hush-token',
  routes: (slots) => ({
    'POST /v1/graphql/': ({ body }) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, string> };
      if (query.includes('obtainKrakenToken')) {
        return variables.password === 'hush-password'
          ? { json: { data: { obtainKrakenToken: { token: 'hush-token' } } } }
          : { json: { errors: [{ message: 'Invalid data.', extensions: { errorCode: 'KT-CT-1138' } }], data: null } };
      }
      const unitRateForecast = slots.map(({ start, end, price }) => ({
        validFrom: utc(start),
        validTo: utc(end),
        unitRateInformation: { rates: [{ ...rate(price), timeslotActivationRules: [] }] },
      }));
      return { json: accountOf(agreement({ unitRateForecast, unitRateInformation: rate(0.3) })) };
    },
  }),
};

describe('octopus-de', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-28T10:00:00Z');
  const answering = async (account: object) => {
    const running = await startService(fixture, NOW);
    onTestFinished(() => running.close());
    running.publish([]);
    running.spoil((answer, { body }) => (body.includes('obtainKrakenToken') ? answer : { json: account }));
    return running.rates();
  };

  test('one price holds for the days ahead, of the agreement that runs', async () => {
    const rates = await answering(
      accountOf(
        agreement({ unitRateInformation: rate(0.5) }, '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'),
        agreement({ unitRateInformation: rate(0.28) }),
      ),
    );
    expect(rates).toEqual([
      { start: Date.parse('2026-03-27T23:00:00Z'), end: Date.parse('2026-04-03T22:00:00Z'), price: 0.28 },
    ]);
  });

  test('prices by time of day, over the change of the clock', async () => {
    const slot = (price: number, activeFromTime: string, activeToTime: string) => ({
      ...rate(price),
      timeslotActivationRules: [{ activeFromTime, activeToTime }],
    });
    const rates = [slot(0.2, '22:00:00', '05:00:00'), slot(0.3, '05:00:00', '22:00:00')];
    const found = await answering(accountOf(agreement({ unitRateInformation: { rates } })));
    expect(found.slice(0, 6).map(({ start, end, price }) => [utc(start), (end - start) / 3_600_000, price])).toEqual([
      ['2026-03-27T23:00:00Z', 5, 0.2],
      ['2026-03-28T04:00:00Z', 17, 0.3],
      ['2026-03-28T21:00:00Z', 2, 0.2],
      ['2026-03-28T23:00:00Z', 2, 0.2],
      ['2026-03-29T01:00:00Z', 2, 0.2],
      ['2026-03-29T03:00:00Z', 17, 0.3],
    ]);
  });

  test.for([
    [accountOf(), 'no running agreement'],
    [
      accountOf(agreement({ unitRateInformation: { rates: [{ ...rate(1), timeslotActivationRules: [{}] }] } })),
      'missing',
    ],
  ] as const)('%j is refused', async ([account, why]) => {
    await expect(answering(account)).rejects.toThrow(why);
  });

  test('a token that is not taken any more is no wrong password', async () => {
    const error = { message: 'Signature of the JWT has expired.', extensions: { errorCode: 'KT-CT-1124' } };
    await expect(answering({ errors: [error], data: null })).rejects.toThrow(
      expect.objectContaining({ code: 'EVCC_DEVICE_UNAVAILABLE' }),
    );
  });

  test('a wrong password is said so; the token is used for most of an hour', async () => {
    const wrong = await startService(fixture, NOW, { password: 'wrong' });
    onTestFinished(() => wrong.close());
    wrong.publish([]);
    await expect(wrong.rates()).rejects.toThrow(expect.objectContaining({ code: 'EVCC_DEVICE_AUTH' }));

    const running = await startService(fixture, NOW);
    onTestFinished(() => running.close());
    running.publish([{ start: NOW, end: NOW + 900_000, price: 1 }]);
    const logins = async (minutes: number) => {
      running.clock.jump(NOW + minutes * 60_000);
      await running.rates();
      return running.http.requests.filter(({ body }) => body.includes('obtainKrakenToken')).length;
    };
    expect([await logins(0), await logins(49), await logins(50)]).toEqual([1, 1, 2]);
  });
});
