import assert from 'node:assert/strict';
import { Check } from 'typebox/value';
import { describe, test } from 'vitest';
import fixed, { type FixedTariffOptions } from '../../../../plugins/tariffs/fixed/index.ts';
import { applyPlugin } from '../../../contract/harness.ts';
import { tariffContract } from '../../../contract/tariff.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

const plugin = await applyPlugin(fixed);
const HOUR = 3_600_000;

/** Rates as rows: local start, hours, price. */
async function table(options: FixedTariffOptions, now: string): Promise<[string, number, number][]> {
  const timezone = options.timezone ?? 'Europe/Berlin';
  const clock = new FakeClock(Date.parse(now));
  const device = await plugin.tariffs.create('fixed', { timezone, ...options }, { clock });
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  return (await device.rates(new AbortController().signal)).map(({ start, end, price }) => [
    format.format(start),
    (end - start) / HOUR,
    Number(price.toFixed(6)),
  ]);
}

/** The price at one moment. */
async function priceAt(options: FixedTariffOptions, moment: string): Promise<number | undefined> {
  const clock = new FakeClock(Date.parse(moment));
  const device = await plugin.tariffs.create('fixed', { timezone: 'Europe/Berlin', ...options }, { clock });
  const rates = await device.rates(new AbortController().signal);
  return rates.find((rate) => rate.start <= clock.now() && clock.now() < rate.end)?.price;
}

describe('the contract of tariffs', () => {
  for (const options of [
    { price: 0.3 },
    { price: 0.3, zones: [{ price: -0.1, days: 'sa,so', hours: '10-16' }], charges: 0.1, tax: 0.19 },
  ]) {
    const clock = new FakeClock();
    const cases = tariffContract(async () => ({
      device: await plugin.tariffs.create('fixed', options, { clock }),
      now: () => clock.now(),
      faults: [],
      fail() {},
      recover() {},
      close() {},
    }));
    for (const { title, run } of cases) test(`${title} (${'zones' in options ? 'zones' : 'one price'})`, run);
  }
});

describe('one price', () => {
  test('is static, with a rate for each of seven local days from the beginning of today', async () => {
    assert.deepEqual(await table({ price: 0.3 }, '2025-06-15T12:00:00Z'), [
      ['2025-06-15 00:00', 24, 0.3],
      ['2025-06-16 00:00', 24, 0.3],
      ['2025-06-17 00:00', 24, 0.3],
      ['2025-06-18 00:00', 24, 0.3],
      ['2025-06-19 00:00', 24, 0.3],
      ['2025-06-20 00:00', 24, 0.3],
      ['2025-06-21 00:00', 24, 0.3],
    ]);
    assert.equal((await plugin.tariffs.create('fixed', { price: 0.3 })).kind, 'pricestatic');
    assert.equal(
      (await plugin.tariffs.create('fixed', { price: 0.3, zones: [], chargesZones: [] })).kind,
      'pricestatic',
    );
  });

  test('today is the local day, not that of Greenwich', async () => {
    const first = async (timezone: string, now: string) => (await table({ price: 1, timezone }, now))[0]?.[0];
    assert.equal(await first('Europe/Berlin', '2025-06-15T21:59:59Z'), '2025-06-15 00:00');
    assert.equal(await first('Europe/Berlin', '2025-06-15T22:00:00Z'), '2025-06-16 00:00');
    assert.equal(await first('Pacific/Auckland', '2025-06-15T12:00:00Z'), '2025-06-16 00:00');
    assert.equal(await first('America/Los_Angeles', '2025-06-16T06:59:59Z'), '2025-06-15 00:00');
  });

  test('days on which the clock changes have 23 and 25 hours', async () => {
    const hours = async (now: string) => (await table({ price: 0.3 }, now)).map(([, length]) => length);
    assert.deepEqual(await hours('2025-03-28T12:00:00Z'), [24, 24, 23, 24, 24, 24, 24]);
    assert.deepEqual(await hours('2025-10-25T12:00:00Z'), [24, 25, 24, 24, 24, 24, 24]);
  });

  test('without a time zone the one of the system counts', async () => {
    const clock = new FakeClock();
    const device = await plugin.tariffs.create('fixed', { price: 0.3 }, { clock });
    const [first] = await device.rates(new AbortController().signal);
    const midnight = new Date(clock.now());
    midnight.setHours(0, 0, 0, 0);
    assert.equal(first?.start, midnight.getTime());
  });

  test('the rates go on with the clock', async () => {
    const clock = new FakeClock();
    const device = await plugin.tariffs.create('fixed', { price: 0.3, timezone: 'UTC' }, { clock });
    const first = async () => (await device.rates(new AbortController().signal))[0]?.start;
    assert.equal(await first(), Date.parse('2025-06-15T00:00:00Z'));
    await clock.advance(12 * HOUR);
    assert.equal(await first(), Date.parse('2025-06-16T00:00:00Z'));
  });
});

describe('zones', () => {
  test('cut the day at their borders and make the tariff a forecast', async () => {
    const zones = [
      { price: 0.2, days: 'Mo-Fr', hours: '2-5' },
      { price: 0.15, days: 'Sa,So' },
    ];
    assert.deepEqual((await table({ price: 0.294, zones }, '2025-06-13T12:00:00Z')).slice(0, 6), [
      ['2025-06-13 00:00', 2, 0.294],
      ['2025-06-13 02:00', 3, 0.2],
      ['2025-06-13 05:00', 19, 0.294],
      ['2025-06-14 00:00', 24, 0.15],
      ['2025-06-15 00:00', 24, 0.15],
      ['2025-06-16 00:00', 2, 0.294],
    ]);
    assert.equal((await plugin.tariffs.create('fixed', { price: 0.3, zones })).kind, 'priceforecast');
  });

  test('neighbours of the same price are one rate', async () => {
    const zones = [
      { price: 0.2, hours: '0-6' },
      { price: 0.2, hours: '6-8' },
      { price: 0.3, hours: '12-13' },
    ];
    assert.deepEqual((await table({ price: 0.3, zones }, '2025-06-15T12:00:00Z')).slice(0, 3), [
      ['2025-06-15 00:00', 8, 0.2],
      ['2025-06-15 08:00', 16, 0.3],
      ['2025-06-16 00:00', 8, 0.2],
    ]);
  });

  test('an hour that is left out belongs to no zone, and one that comes twice belongs to it twice', async () => {
    const zones = [{ price: 0.1, hours: '1:30-2:30' }];
    assert.deepEqual((await table({ price: 0.3, zones }, '2025-03-30T12:00:00Z')).slice(0, 3), [
      ['2025-03-30 00:00', 1.5, 0.3],
      ['2025-03-30 01:30', 0.5, 0.1],
      ['2025-03-30 03:00', 21, 0.3],
    ]);
    assert.deepEqual((await table({ price: 0.3, zones }, '2025-10-26T12:00:00Z')).slice(0, 5), [
      ['2025-10-26 00:00', 1.5, 0.3],
      ['2025-10-26 01:30', 1, 0.1],
      ['2025-10-26 02:30', 0.5, 0.3],
      ['2025-10-26 02:00', 0.5, 0.1],
      ['2025-10-26 02:30', 21.5, 0.3],
    ]);
  });

  test('a clock that goes back over midnight returns to the zones of the day before', async () => {
    // St. John's went from 0:01 on the 7th back to 23:01 on the 6th.
    const options = { price: 0.3, zones: [{ price: 0.1, hours: '23:30-0' }], timezone: 'America/St_Johns' };
    assert.deepEqual((await table(options, '2010-11-07T15:00:00Z')).slice(0, 4), [
      ['2010-11-07 00:00', 0.5, 0.3],
      ['2010-11-06 23:30', 0.5, 0.1],
      ['2010-11-07 00:00', 23.5, 0.3],
      ['2010-11-07 23:30', 0.5, 0.1],
    ]);
  });

  test('months are those of the local day', async () => {
    const zones = [{ price: 0.4, months: 'Nov-Feb' }];
    assert.deepEqual(
      (await table({ price: 0.3, zones }, '2025-10-29T12:00:00Z')).map(([, , price]) => price),
      [0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.4],
    );
  });
});

describe('where zones overlap', () => {
  // A Saturday at 3:00, 9:00, 11:00 and 21:00 in Berlin
  const MOMENTS = ['2025-06-14T01:00:00Z', '2025-06-14T07:00:00Z', '2025-06-14T09:00:00Z', '2025-06-14T19:00:00Z'];
  const prices = (zones: FixedTariffOptions['zones'] & object, order: 'as written' | 'turned around') =>
    Promise.all(
      MOMENTS.map((moment) =>
        priceAt({ price: 9, zones: order === 'as written' ? zones : zones.toReversed() }, moment),
      ),
    );

  const rules: [string, FixedTariffOptions['zones'] & object, number[]][] = [
    [
      'hours win over whole days, also hours from midnight',
      [
        { price: 1, hours: '0-6' },
        { price: 2, days: 'sa' },
      ],
      [1, 2, 2, 2],
    ],
    [
      'the zone that begins later wins',
      [
        { price: 1, hours: '8-12' },
        { price: 2, hours: '10-22' },
      ],
      [9, 1, 2, 2],
    ],
    [
      'of two that begin together the one that ends earlier wins',
      [
        { price: 1, hours: '8-0' },
        { price: 2, hours: '8-10' },
      ],
      [9, 2, 1, 1],
    ],
    [
      'of the same hours the zone of fewer days wins',
      [
        { price: 1, days: 'sa', months: 'jan-dec' },
        { price: 2, days: 'sa,so', months: 'jun' },
      ],
      [1, 1, 1, 1],
    ],
    [
      'of the same hours and as many days the zone of fewer months wins',
      [
        { price: 1, days: 'fr-sa', months: 'jun' },
        { price: 2, days: 'sa-so', months: 'may-jun' },
      ],
      [1, 1, 1, 1],
    ],
  ];
  for (const [title, zones, expected] of rules) {
    test(`${title}, whatever their order`, async () => {
      assert.deepEqual(await prices(zones, 'as written'), expected);
      assert.deepEqual(await prices(zones, 'turned around'), expected);
    });
  }

  test('of two that are alike in everything the last one wins', async () => {
    const zones = [
      { price: 1, days: 'sa', hours: '8-12' },
      { price: 2, days: 'sa', hours: '8-12' },
    ];
    assert.deepEqual(await prices(zones, 'as written'), [9, 2, 2, 9]);
    assert.deepEqual(await prices(zones, 'turned around'), [9, 1, 1, 9]);
  });
});

describe('charges and tax', () => {
  test('the price is price plus charges, plus tax on both', async () => {
    assert.equal(await priceAt({ price: 0.1, charges: 0.2, tax: 0.19 }, '2025-06-15T12:00:00Z'), 0.357);
    assert.equal(await priceAt({ price: -0.1, charges: -0.05 }, '2025-06-15T12:00:00Z'), -0.15);
    assert.equal(await priceAt({ price: 0 }, '2025-06-15T12:00:00Z'), 0);
  });

  test('the last zone of charges that matches applies, else the general charges', async () => {
    const options: FixedTariffOptions = {
      price: 1,
      charges: 0.5,
      chargesZones: [
        { charges: 0.1, hours: '8-20' },
        { charges: 0.2, hours: '0-12' },
      ],
    };
    assert.deepEqual((await table(options, '2025-06-15T12:00:00Z')).slice(0, 3), [
      ['2025-06-15 00:00', 12, 1.2],
      ['2025-06-15 12:00', 8, 1.1],
      ['2025-06-15 20:00', 4, 1.5],
    ]);
    assert.equal((await plugin.tariffs.create('fixed', options)).kind, 'priceforecast');
  });
});

describe('what is wrong is said when the tariff is created', () => {
  test('with the place of every wrong text and what is allowed', async () => {
    const options: FixedTariffOptions = {
      price: 0.3,
      zones: [
        { price: 0.2, hours: '2-5' },
        { price: 0.1, days: 'Mon-Fry', hours: '22-6' },
      ],
      chargesZones: [{ charges: 0.1, months: '13' }],
      timezone: 'Europe/Berln',
    };
    const error = await plugin.tariffs.create('fixed', options).then(
      () => assert.fail('it should have failed'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Error && 'code' in error);
    assert.equal(error.code, 'EVCC_CONFIG_INVALID');
    assert.match(error.message, /zones\[1\]\.days: "Mon-Fry" is no day or range of days: use mon to sun/);
    assert.match(error.message, /zones\[1\]\.hours: "22-6" ends before it begins: write .* 22-0,0-6/);
    assert.match(error.message, /chargesZones\[0\]\.months: "13" is no month or range of months: use jan to dec/);
    assert.match(error.message, /timezone: "Europe\/Berln" is no time zone: use an IANA name such as Europe\/Berlin/);
  });

  test('wrong types and ranges do not fit the schema', () => {
    const schema = plugin.tariffs.schema('fixed');
    assert.ok(Check(schema, { price: 0.3 }));
    assert.ok(
      Check(schema, { price: -0.3, zones: [{ price: 0, days: '', hours: '', months: '' }], tax: 1, charges: -1 }),
    );
    const bad: unknown[] = [
      {},
      { price: '0.3' },
      { price: null },
      { price: Number.NaN },
      { price: Number.POSITIVE_INFINITY },
      { price: 0.3, tax: 19 },
      { price: 0.3, tax: -0.1 },
      { price: 0.3, zones: { price: 0.2 } },
      { price: 0.3, zones: [{ hours: '0-6' }] },
      { price: 0.3, zones: [{ price: 0.2, hours: 6 }] },
      { price: 0.3, chargesZones: [{ price: 0.2 }] },
      { price: 0.3, timezone: 1 },
    ];
    for (const options of bad) assert.equal(Check(schema, options), false, JSON.stringify(options));
  });
});
