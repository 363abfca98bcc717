import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail } from '../../../../core/errors.ts';
import type { Rate } from '../../../../core/index.ts';
import { localTime } from '../../../../plugins/shared/pricing/local-time.ts';
import { createPricing } from '../../../../plugins/shared/pricing/pricing.ts';
import { hourlyMeans } from '../../../../plugins/shared/pricing/rates.ts';
import type { PricingOptions } from '../../../../plugins/shared/pricing/schema.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;
const timezone = 'Europe/Berlin';
const MIDNIGHT = Date.parse('2025-06-15T00:00:00+02:00');

const total = (options: PricingOptions, rates: readonly Rate[]): Rate[] =>
  createPricing({ timezone, ...options }, fail).total(rates);

/** One price for some hours from local midnight on. */
const all = (price: number, hours = 24, start = MIDNIGHT): Rate[] => [{ start, end: start + hours * HOUR, price }];

/** Rates as rows: hours since midnight when they begin and end, price. */
const rows = (rates: readonly Rate[], from = MIDNIGHT) =>
  rates.map(({ start, end, price }) => [(start - from) / HOUR, (end - from) / HOUR, price]);

describe('the price is', () => {
  test('what the source says, without options', () => {
    expect(total({}, all(-0.05))).toEqual(all(-0.05));
    expect(total({}, [])).toEqual([]);
  });

  test('with charges, plus tax on both, without the noise of binary fractions', () => {
    expect(total({ charges: 0.2, tax: 0.19 }, all(0.1))).toEqual(all(0.357));
  });

  test('cut where other charges apply; the last zone that matches wins', () => {
    const chargesZones = [
      { charges: 0.1, hours: '8-20' },
      { charges: 0.3, hours: '18-22', days: 'sun' },
      { charges: 0.9, days: 'mon' },
    ];
    expect(rows(total({ charges: 0.05, chargesZones }, all(1)))).toEqual([
      [0, 8, 1.05],
      [8, 18, 1.1],
      [18, 20, 1.3],
      [20, 22, 1.3],
      [22, 24, 1.05],
    ]);
  });

  test('what the formula says, in place of the sum', () => {
    const formula = 'price * 1.2 + (hour >= 17 && hour < 20 ? charges : charges / 2) + tax';
    const rates = total({ charges: 0.1, tax: 0.01, formula }, all(0.5));
    expect(rates).toHaveLength(24);
    expect(rates.map(({ price }) => price)).toEqual(
      Array.from({ length: 24 }, (_, hour) => (hour >= 17 && hour < 20 ? 0.71 : 0.66)),
    );
  });

  test('by year, month, day and weekday of the place', () => {
    const formula = 'year * 1000000 + month * 10000 + day * 100 + weekday * 10 + hour / 100';
    expect(total({ formula }, all(0, 1))[0]?.price).toBe(2025_061500.0);
    expect(total({ formula, timezone: 'UTC' }, all(0, 1))[0]?.price).toBe(2025_061460.22);
  });

  test('not cut for a formula without time', () => {
    expect(total({ formula: 'max(price, 0)' }, all(-0.1))).toEqual(all(0));
  });
});

test.for<[PricingOptions, string]>([
  [{ formula: 'price +' }, 'formula: it ends where'],
  [{ formula: 'price + vat' }, 'formula: "vat" at character 9 is not known: use price, charges, tax, year, month'],
  [{ chargesZones: [{ charges: 1, hours: '22-6' }] }, 'chargesZones[0].hours: "22-6" ends before it begins'],
  [{ timezone: 'Mars/Olympus' }, 'timezone: "Mars/Olympus" is no time zone'],
  [{ formula: '(', chargesZones: [{ charges: 1, days: 'x' }] }, 'chargesZones[0].days'],
])('%j is refused', ([options, text]) => {
  expect(() => createPricing(options, fail)).toThrow(
    expect.objectContaining({ code: 'EVCC_CONFIG_INVALID', message: expect.stringContaining(text) as string }),
  );
});

test('a formula that gives no number fails with the price', () => {
  expect(() => total({ formula: '1 / price' }, all(0))).toThrow('formula: for a price of 0 it gives no number');
});

describe('the mean of the hour', () => {
  test('goes by the wall clock, also where that is half an hour off', () => {
    const quarters = [1, 2, 3, 4, 5, 6, 7, 8].map((price, index) => ({
      start: MIDNIGHT + index * QUARTER,
      end: MIDNIGHT + (index + 1) * QUARTER,
      price,
    }));
    expect(total({ average: true }, quarters).map(({ price }) => price)).toEqual([
      2.5, 2.5, 2.5, 2.5, 6.5, 6.5, 6.5, 6.5,
    ]);
    expect(total({ average: true, timezone: 'Asia/Kolkata' }, quarters).map(({ price }) => price)).toEqual([
      1.5, 1.5, 4.5, 4.5, 4.5, 4.5, 7.5, 7.5,
    ]);
  });

  test('keeps whole hours', () => {
    expect(total({ average: true }, [...all(1, 1), ...all(2, 1, MIDNIGHT + HOUR)])).toEqual([
      ...all(1, 1),
      ...all(2, 1, MIDNIGHT + HOUR),
    ]);
  });
});

/** Begins of days: with a change of the clock forward, back, by half an hour, and none. */
const DAYS: readonly (readonly [string, string, number])[] = [
  ['Europe/Berlin', '2025-03-29T23:00:00Z', 23],
  ['Europe/Berlin', '2025-10-25T22:00:00Z', 25],
  ['Australia/Lord_Howe', '2025-04-05T13:00:00Z', 24.5],
  ['Europe/Berlin', '2025-06-14T22:00:00Z', 24],
];

/** Rates of a whole day, of any lengths, sometimes with gaps. */
const dayOf = (start: number, hours: number): fc.Arbitrary<Rate[]> =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: hours * 60 - 1 }), { maxLength: 60 }),
      fc.array(fc.tuple(fc.integer({ min: -50, max: 500 }), fc.integer({ min: 0, max: 9 })), {
        minLength: 61,
        maxLength: 61,
      }),
    )
    .map(([cuts, prices]) => {
      const borders = [0, ...cuts.sort((a, b) => a - b), hours * 60];
      return borders.slice(0, -1).flatMap((from, index): Rate[] => {
        const [price, gap] = prices[index] ?? [0, 1];
        return gap === 0
          ? []
          : [{ start: start + from * MINUTE, end: start + (borders[index + 1] ?? 0) * MINUTE, price: price / 1_000 }];
      });
    });

const energyOf = (rates: readonly Rate[]) =>
  rates.reduce((sum, { start, end, price }) => sum + price * (end - start), 0);
const covered = (rates: readonly Rate[]) => {
  const spans: [number, number][] = [];
  for (const { start, end } of rates) {
    const last = spans.at(-1);
    if (last && last[1] === start) last[1] = end;
    else spans.push([start, end]);
  }
  return spans;
};

test.for(DAYS)('in %s on %s: means keep the price of the day, and every hour has one', ([zone, begin, hours]) => {
  const start = Date.parse(begin);
  expect(localTime(start, zone).minute).toBe(0);
  fc.assert(
    fc.property(dayOf(start, hours), (rates) => {
      const means = hourlyMeans(rates, zone);
      expect(energyOf(means)).toBeCloseTo(energyOf(rates), 3);
      expect(covered(means)).toEqual(covered(rates));
      const byHour = new Map<string, number>();
      for (const { start: at, price } of means) {
        const { minute } = localTime(at, zone);
        const hour = `${Math.floor(minute / 60)} ${at - (minute % 60) * MINUTE}`;
        expect(byHour.get(hour) ?? price).toBe(price);
        byHour.set(hour, price);
      }
    }),
  );
});

test.for(DAYS)('in %s on %s: charges go by the wall clock, and cover the same time', ([zone, begin, hours]) => {
  const start = Date.parse(begin);
  const options = { timezone: zone, charges: 1, chargesZones: [{ charges: 2, hours: '1:30-3:15,22-0' }], tax: 0.5 };
  fc.assert(
    fc.property(dayOf(start, hours), (rates) => {
      const priced = total(options, rates);
      expect(covered(priced)).toEqual(covered(rates));
      for (const rate of priced) {
        const source = rates.find(({ start: from, end }) => from <= rate.start && rate.end <= end);
        expect(rate.end).toBeGreaterThan(rate.start);
        for (const at of [rate.start, rate.end - 1]) {
          const { minute } = localTime(at, zone);
          const charges = (minute >= 90 && minute < 195) || minute >= 22 * 60 ? 2 : 1;
          expect(rate.price).toBeCloseTo(((source?.price ?? Number.NaN) + charges) * 1.5, 9);
        }
      }
    }),
  );
});
