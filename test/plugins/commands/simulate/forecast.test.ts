import { describe, expect, test } from 'vitest';
import { expected } from '../../../../plugins/commands/simulate/forecast.ts';
import { createSlots } from '../../../../plugins/shared/simulation/ledger.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Slots of an hour; the PV generates its day's number of Wh at noon. */
function slots(...days: readonly number[]) {
  const all = createSlots(0, HOUR, 24 * days.length);
  for (const [day, energy] of days.entries()) all.pv[day * 24 + 12] = energy;
  return all;
}

describe('the forecast of a simulation', () => {
  test('knows nothing on the first day', () => {
    // The rest of this day is unknown; of the next ones, what this day was so far.
    const hours = expected(slots(5_000, 0), 18 * HOUR).map(({ start }) => start / HOUR);
    expect(hours).toEqual(
      [...Array(18).keys()].map((hour) => 24 + hour).concat([...Array(18).keys()].map((hour) => 48 + hour)),
    );
    expect(expected(slots(5_000), 0)).toEqual([]);
  });

  test('is that of the best of the three days before, and never looks ahead', () => {
    const noon = (rates: ReturnType<typeof expected>, day: number): number | undefined =>
      rates.find(({ start }) => start === day * DAY + 12 * HOUR)?.price;
    const seen = slots(90_000, 1_000, 2_000, 6_000, 99_000, 99_000);
    const rates = expected(seen, 4 * DAY);
    expect(noon(rates, 4)).toBe(6_000);
    expect(noon(rates, 5)).toBe(6_000);
    expect(rates).toHaveLength(48);
    expect(rates[0]?.start).toBe(4 * DAY);
  });

  test('tells W, whatever the length of the slots', () => {
    const quarters = createSlots(0, HOUR / 4, 4 * 48);
    quarters.pv[48] = 500;
    expect(expected(quarters, DAY)[48]).toEqual({ start: DAY + 12 * HOUR, end: DAY + 12.25 * HOUR, price: 2_000 });
  });
});
