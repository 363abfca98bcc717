import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate } from '../../../core/index.ts';
import { type KnownRates, recall, remember, serves } from '../../../core/runtime/known-rates.ts';
import { assertKind, mergeRates, plannerRole, sumRates } from '../../../core/runtime/tariff-rates.ts';

const rate = (start: number, end: number, price: number): Rate => ({ start, end, price });

/** Sorted rates without overlap, with gaps here and there. */
const RATES: fc.Arbitrary<Rate[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: -9, max: 99 })), {
    maxLength: 20,
  })
  .chain((steps) =>
    fc.integer({ min: 0, max: 40 }).map((begin) => {
      let at = begin;
      return steps.map(([gap, length, price]) => {
        const start = at + gap;
        at = start + length;
        return rate(start, at, price);
      });
    }),
  );

const priceAt = (rates: readonly Rate[], time: number): number | undefined =>
  rates.find(({ start, end }) => start <= time && time < end)?.price;

function expectSorted(rates: readonly Rate[]): void {
  let before = Number.NEGATIVE_INFINITY;
  for (const { start, end } of rates) {
    expect(start).toBeGreaterThanOrEqual(before);
    expect(end).toBeGreaterThan(start);
    before = end;
  }
}

describe('what was fetched', () => {
  test('goes after earlier rates that it says nothing of; one that reaches into it is cut', () => {
    const before = [rate(0, 10, 1), rate(10, 20, 2), rate(20, 30, 3), rate(30, 40, 4)];
    expect(mergeRates(before, [rate(25, 35, 9)], 10)).toEqual([rate(10, 20, 2), rate(20, 25, 3), rate(25, 35, 9)]);
  });

  test('replaces everything when it begins now', () => {
    const fetched = [rate(10, 20, 9)];
    expect(mergeRates([rate(0, 10, 1), rate(10, 20, 2)], fetched, 10)).toBe(fetched);
  });

  test('may be nothing: then what was known serves on', () => {
    expect(mergeRates([rate(0, 10, 1), rate(10, 20, 2)], [], 5)).toEqual([rate(0, 10, 1), rate(10, 20, 2)]);
    expect(mergeRates([rate(0, 10, 1)], [], 10)).toEqual([]);
  });

  test('and what was known are sorted, do not overlap, and say of each time the newest', () => {
    fc.assert(
      fc.property(RATES, RATES, fc.integer({ min: 0, max: 60 }), (before, fetched, since) => {
        const merged = mergeRates(before, fetched, since);
        expectSorted(merged);
        const first = fetched[0]?.start ?? Number.POSITIVE_INFINITY;
        for (let time = since; time < 250; time += 0.5) {
          expect(priceAt(merged, time)).toBe(time < first ? priceAt(before, time) : priceAt(fetched, time));
        }
      }),
    );
  });
});

describe('rates of several', () => {
  test('are added up where they meet', () => {
    expect(sumRates([[rate(0, 10, 1), rate(20, 30, 2)], [rate(5, 25, 10)]])).toEqual([
      rate(0, 5, 1),
      rate(5, 10, 11),
      rate(10, 20, 10),
      rate(20, 25, 12),
      rate(25, 30, 2),
    ]);
    expect(sumRates([])).toEqual([]);
    const only = [rate(0, 10, 1)];
    expect(sumRates([only])).toBe(only);
  });

  test('are sorted and the sum at any time', () => {
    fc.assert(
      fc.property(fc.array(RATES, { minLength: 1, maxLength: 4 }), (lists) => {
        const sum = sumRates(lists);
        expectSorted(sum);
        for (let time = 0; time < 250; time += 0.5) {
          const known = lists.flatMap((list) => priceAt(list, time) ?? []);
          expect(priceAt(sum, time)).toBe(known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0));
        }
      }),
    );
  });
});

describe('kinds', () => {
  test.for([
    ['grid', 'priceforecast', true],
    ['grid', 'co2', false],
    ['grid', 'solar', false],
    ['feedin', 'pricedynamic', true],
    ['planner', 'co2', true],
    ['planner', 'solar', false],
    ['co2', 'co2', true],
    ['co2', 'pricestatic', false],
    ['solar', 'solar', true],
    ['solar', 'priceforecast', false],
    ['temperature', 'temperature', true],
    ['temperature', 'solar', false],
    ['planner', 'temperature', false],
  ] as const)('for %s of kind %s: %s', ([role, kind, fits]) => {
    const check = (): void => assertKind(role, kind);
    if (fits) expect(check).not.toThrow();
    else expect(check).toThrow(`it is of kind ${kind}; a tariff for ${role} must be `);
  });

  test('choose what is planned by; one that is known by its kind only counts all the same', () => {
    expect(plannerRole({})).toBeUndefined();
    expect(plannerRole({ grid: 'priceforecast', co2: 'co2' })).toBe('grid');
    expect(plannerRole({ grid: 'pricestatic', co2: 'co2' })).toBe('co2');
    expect(plannerRole({ grid: 'pricestatic' })).toBe('grid');
    expect(plannerRole({ grid: 'priceforecast', planner: 'pricestatic' })).toBe('planner');
  });
});

describe('what is remembered', () => {
  const known: KnownRates = {
    signature: 'x',
    kind: 'priceforecast',
    assumed: false,
    at: 100,
    rates: [rate(0, 10, -0.05), rate(10, 20, 0.3)],
  };

  test('comes back as it was', () => {
    expect(recall(remember(known))).toEqual(known);
  });

  test.for([
    undefined,
    '',
    'null',
    '[]',
    '{}',
    remember({ ...known, rates: [rate(0, 10, 1), rate(5, 20, 1)] }),
    remember({ ...known, rates: [rate(0, 10, Number.NaN)] }),
    remember({ ...known, rates: [rate(10, 0, 1)] }),
    remember({ ...known, at: Number.NaN }),
    remember(known).replace('[[', '[5,['),
    remember(known).slice(0, -5),
  ])('and is nothing where it was damaged: %s', (text) => {
    expect(recall(text)).toBeUndefined();
  });

  test('serves until it ends, what was assumed for two hours', () => {
    const HOUR = 3_600_000;
    const long = { ...known, at: 0, rates: [rate(0, 48 * HOUR, 1)] };
    expect(serves(long, 47 * HOUR)).toBe(true);
    expect(serves(long, 48 * HOUR)).toBe(false);
    expect(serves({ ...long, assumed: true }, 2 * HOUR)).toBe(true);
    expect(serves({ ...long, assumed: true }, 2 * HOUR + 1)).toBe(false);
    expect(serves({ ...long, assumed: true, at: 5 * HOUR }, 2 * HOUR)).toBe(false);
    expect(serves({ ...long, rates: [] }, 0)).toBe(false);
  });
});
