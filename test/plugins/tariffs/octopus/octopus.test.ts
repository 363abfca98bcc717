import { describe, expect, onTestFinished, test } from 'vitest';
import octopus from '../../../../plugins/tariffs/octopus/index.ts';
import { type RateFixture, serviceCases, startService, utc } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: octopus,
  type: 'octopus',
  slot: 30,
  timezone: 'Europe/London',
  publication: true,
  options: { productcode: 'AGILE-24-10-01', region: 'C' },
  routes: (slots) => ({
    'GET /v1/products/AGILE-24-10-01/electricity-tariffs/E-1R-AGILE-24-10-01-C/standard-unit-rates/': ({ query }) => {
      const [from = '', to = ''] = [query.get('period_from') ?? '', query.get('period_to') ?? ''];
      const asked = slots.filter(({ start, end }) => end > Date.parse(from) && start < Date.parse(to)).toReversed();
      const results = asked.flatMap(({ start, end, price }) =>
        ['DIRECT_DEBIT', 'NON_DIRECT_DEBIT'].map((payment_method, index) => ({
          value_exc_vat: 1,
          value_inc_vat: Number((price * 100).toFixed(3)) + index,
          valid_from: utc(start),
          valid_to: utc(end),
          payment_method,
        })),
      );
      return { json: { count: results.length, next: null, previous: null, results } };
    },
  }),
};

describe('octopus', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T10:00:00Z');
  const begin = async (options: object) => {
    const running = await startService(fixture, NOW, options);
    onTestFinished(() => running.close());
    running.publish([{ start: NOW, end: NOW + 1_800_000, price: 0.2 }]);
    return running;
  };

  test('rates for other ways to pay', async () => {
    const running = await begin({ directDebit: false });
    expect((await running.rates())[0]?.price).toBe(0.21);
  });

  test('a rate without end holds for the days ahead', async () => {
    const running = await begin({});
    const results = [
      { value_inc_vat: 26.5, valid_from: '2026-03-14T05:30:00Z', valid_to: null, payment_method: null },
      {
        value_inc_vat: 8.5,
        valid_from: '2020-03-14T00:30:00Z',
        valid_to: '2026-03-14T05:30:00Z',
        payment_method: null,
      },
    ];
    running.spoil(() => ({ json: { results } }));
    expect(await running.rates()).toEqual([
      { start: Date.parse('2026-03-13T00:00:00Z'), end: Date.parse('2026-03-14T05:30:00Z'), price: 0.085 },
      { start: Date.parse('2026-03-14T05:30:00Z'), end: Date.parse('2026-03-21T00:00:00Z'), price: 0.265 },
    ]);
  });

  test('the running tariff of an account, asked for once a day', async () => {
    const options = { productcode: undefined, region: undefined, apikey: 'hush-key', accountnumber: 'A-1B2C3D4E' };
    const running = await begin(options);
    const agreement = (tariff_code: string, valid_from: string | null, valid_to: string | null) => ({
      tariff_code,
      valid_from,
      valid_to,
    });
    const agreements = [
      agreement('E-1R-OLD-1-C', '2020-01-01T00:00:00Z', '2025-01-01T00:00:00Z'),
      agreement('E-1R-AGILE-24-10-01-C', '2025-01-01T00:00:00Z', null),
    ];
    const points = [
      { is_export: true, agreements: [agreement('E-1R-OUTGOING-1-C', null, null)] },
      { is_export: false, agreements },
    ];
    running.http.route('GET /v1/accounts/A-1B2C3D4E/', ({ headers }) =>
      headers.authorization === `Basic ${btoa('hush-key:')}`
        ? { json: { number: 'A-1B2C3D4E', properties: [{ electricity_meter_points: points }] } }
        : { status: 401, text: '' },
    );
    expect((await running.rates())[0]?.price).toBe(0.2);
    await running.rates();
    expect(running.http.requests.filter(({ path }) => path.includes('accounts'))).toHaveLength(1);
    running.http.route('GET /v1/accounts/A-1B2C3D4E/', { json: { properties: [] } });
    running.clock.jump(NOW + 86_400_000);
    await expect(running.rates()).rejects.toThrow('no running tariff for import');
  });

  test.for([
    [{ productcode: undefined }, 'name the tariff by productcode and region'],
    [{ apikey: 'key', accountnumber: 'A-1' }, 'name the tariff by'],
    [{ tariffcode: 'AGILE' }, 'AGILE is no code of a tariff'],
  ] as const)('options that do not fit each other: %j', async ([options, why]) => {
    await expect(startService(fixture, NOW, options)).rejects.toThrow(why);
  });
});
