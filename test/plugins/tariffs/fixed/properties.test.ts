import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import fixed from '../../../../plugins/tariffs/fixed/index.ts';
import { applyPlugin } from '../../../contract/harness.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { configured, type PlainTariff, type PlainWindow, priceAt, wallClock } from './oracle.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Places, and moments shortly before their clocks change in an odd way. */
const PLACES: [string, string][] = [
  ['Europe/Berlin', '2025-03-28T12:34:56.789Z'],
  ['Europe/Berlin', '2025-10-26T00:30:00Z'],
  ['America/New_York', '2025-11-01T03:59:59Z'],
  // Half an hour of daylight saving time
  ['Australia/Lord_Howe', '2025-04-03T00:00:00Z'],
  // Clock changes at midnight: the day begins at 1:00, or 23:00 comes twice
  ['America/Sao_Paulo', '2018-11-02T15:00:00Z'],
  ['America/Sao_Paulo', '2018-02-15T15:00:00Z'],
  ['America/Havana', '2025-11-01T12:00:00Z'],
  // At 0:01 the clock went back to 23:01 of the day before
  ['America/St_Johns', '2010-11-05T12:00:00Z'],
  ['America/St_Johns', '2010-11-07T03:00:00Z'],
  // 30 December was left out
  ['Pacific/Apia', '2011-12-28T12:00:00Z'],
  ['Asia/Kathmandu', '2025-12-29T18:14:00Z'],
  ['UTC', '2024-02-27T00:00:00Z'],
];

const WINDOW: fc.Arbitrary<PlainWindow> = fc.record(
  {
    days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    months: fc.subarray([1, 2, 3, 4, 10, 11, 12], { minLength: 1 }),
    hours: fc.array(
      fc
        .uniqueArray(
          fc.oneof(
            fc.integer({ min: 0, max: 24 }).map((hour) => hour * 60),
            fc.integer({ min: 0, max: 1440 }),
          ),
          {
            minLength: 2,
            maxLength: 2,
          },
        )
        .map(([a = 0, b = 0]) => [Math.min(a, b), Math.max(a, b)] as const),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

/** Few different prices, so that neighbours are often equal. */
const PRICE = fc.constantFrom(-0.05, 0, 0.1, 0.25, 0.3);

const TARIFF: fc.Arbitrary<Omit<PlainTariff, 'timezone'>> = fc.record({
  price: PRICE,
  zones: fc.array(
    fc.tuple(WINDOW, PRICE).map(([window, price]) => ({ ...window, price })),
    { maxLength: 6 },
  ),
  charges: PRICE,
  chargesZones: fc.array(
    fc.tuple(WINDOW, PRICE).map(([window, charges]) => ({ ...window, charges })),
    { maxLength: 3 },
  ),
  tax: fc.constantFrom(0, 0.19, 0.2),
});

test('rates cover seven local days without gap, and every minute has the price of its zone', {
  timeout: 120_000,
}, async () => {
  const plugin = await applyPlugin(fixed);
  await fc.assert(
    fc.asyncProperty(
      TARIFF,
      fc.constantFrom(...PLACES),
      fc.integer({ min: 0, max: 3 * DAY }),
      async (prices, [timezone, moment], later) => {
        const tariff = { ...prices, timezone };
        const now = Date.parse(moment) + later;
        const device = await plugin.tariffs.create('fixed', configured(tariff), { clock: new FakeClock(now) });
        const rates = await device.rates(new AbortController().signal);
        const local = wallClock(timezone);
        const today = local(now).date;
        const end = nextDate(today, 7);

        const first = rates[0];
        const last = rates.at(-1);
        assert.ok(first && last);
        assert.ok(first.start <= now);
        assert.equal(local(first.start).date, today);
        assert.notEqual(local(first.start - 1).date, today);
        assert.ok(local(last.end).date >= end, `ends at ${local(last.end).date}`);
        assert.ok(local(last.end - 1).date < end);

        for (const [index, rate] of rates.entries()) {
          assert.ok(rate.end > rate.start, 'no rate is without length');
          if (index > 0) assert.equal(rate.start, rates[index - 1]?.end, 'rates follow each other');
          for (let time = rate.start; time < rate.end; time += MINUTE) {
            const shown = local(time);
            assert.equal(rate.price, priceAt(tariff, shown), `${timezone} ${shown.date} minute ${shown.minute}`);
          }
          const before = rates[index - 1];
          const midnight = local(rate.start).date > local(rate.start - 1).date;
          assert.ok(
            !before || midnight || before.price !== rate.price,
            'rates are cut at midnight and at new prices only',
          );
        }
        for (let time = first.start + MINUTE; time < last.end; time += MINUTE) {
          const { date, minute } = local(time);
          // Where the clock goes back over midnight, the day begins with the first one.
          const begins = minute === 0 && local(time - 60 * MINUTE).date < date;
          if (begins)
            assert.ok(
              rates.some((rate) => rate.start === time),
              'midnight is a cut',
            );
        }
      },
    ),
    { numRuns: 40 },
  );
});

function nextDate(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
}
