import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate } from '../../../core/index.ts';
import { energyBetween, expectedDays } from '../../../plugins/forecast/solar.ts';

const HOUR = 3_600_000;

/** W for every hour from a time on. */
const hourly = (start: number, ...powers: readonly number[]): Rate[] =>
  powers.map((price, hour) => ({ start: start + hour * HOUR, end: start + (hour + 1) * HOUR, price }));

describe('the energy of a forecast', () => {
  test('is that of the parts of slots; what is not known counts nothing', () => {
    const rates = hourly(0, 1_000, 2_000, 4_000);
    expect(energyBetween(rates, -HOUR, 9 * HOUR)).toBe(7_000);
    expect(energyBetween(rates, HOUR / 2, 1.25 * HOUR)).toBe(1_000);
    expect(energyBetween(rates, 3 * HOUR, 9 * HOUR)).toBe(0);
    expect(energyBetween(rates, 2 * HOUR, HOUR)).toBe(0);
  });

  test('is the sum of its parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 60 }),
        fc.array(fc.integer({ min: -2 * HOUR, max: 62 * HOUR }), { minLength: 3, maxLength: 3 }),
        (powers, times) => {
          const [a = 0, b = 0, c = 0] = times.toSorted((x, y) => x - y);
          const rates = hourly(0, ...powers);
          expect(energyBetween(rates, a, b) + energyBetween(rates, b, c)).toBeCloseTo(energyBetween(rates, a, c), 6);
        },
      ),
    );
  });
});

/** Midnights of days of 24 h, of 23 h and of 25 h. */
const PLACES: readonly (readonly [string, number, readonly number[]])[] = [
  ['days of 24 hours', 24, [24, 24]],
  ['a day of 23 hours', 23, [23, 24]],
  ['a day of 25 hours', 25, [25, 24]],
  ['a day of 25 hours tomorrow', 24, [25, 24]],
];

test.for(PLACES)('%s: each day is counted as long as it is', ([, first, next]) => {
  const lengths = [first, ...next, 24];
  const midnights = [0];
  for (const length of lengths) midnights.push((midnights.at(-1) ?? 0) + length * HOUR);
  const time = { startOfDay: (at: number) => midnights.findLast((midnight) => midnight <= at) ?? 0 };
  const rates = hourly(0, ...Array.from({ length: first + (next[0] ?? 0) + 10 }, () => 100));
  expect(expectedDays(rates, 4 * HOUR, time)).toEqual({
    today: { energy: (first - 4) * 100, complete: true },
    tomorrow: { energy: (next[0] ?? 0) * 100, complete: true },
    dayAfterTomorrow: { energy: 1_000, complete: false },
  });
  expect(expectedDays([], 4 * HOUR, time).today).toEqual({ energy: 0, complete: false });
});
