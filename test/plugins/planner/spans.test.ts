import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate, Rates } from '../../../core/index.ts';
import { type Room, type Span, spansOf } from '../../../plugins/planner/spans.ts';

const HOUR = 3_600_000;
const ALONE: Room = {
  limited: false,
  power: () => Number.POSITIVE_INFINITY,
  promised: () => 0,
  next: () => Number.POSITIVE_INFINITY,
};

interface Given {
  /** W that the sun is expected to bring in one hour */
  readonly sun: number;
  readonly household?: number;
  /** Promised to others, W */
  readonly promised?: number;
  readonly price?: number;
  readonly feedin?: number | null;
  readonly co2?: boolean;
  readonly fullPower?: number;
  readonly exportLimit?: number;
}

/** The span of an hour with full power of 10 kW, at least 1.4 kW, 0.3 per kWh from the grid and 0.08 for what is fed in. */
function span(given: Given): Span | undefined {
  const { sun, household = 0, promised = 0, price = 0.3, feedin = 0.08, co2 = false, fullPower = 10_000 } = given;
  const rate = (value: number): readonly Rate[] => [{ start: 0, end: HOUR, price: value }];
  const rates: Rates = {
    planner: { kind: co2 ? 'co2' : 'priceforecast', rates: rate(price) },
    solar: { kind: 'solar', rates: rate(sun) },
    ...(feedin !== null && { feedin: { kind: 'pricestatic' as const, rates: rate(feedin) } }),
  };
  const room = { ...ALONE, promised: () => promised };
  const { exportLimit = Number.POSITIVE_INFINITY } = given;
  return spansOf({ now: 0, until: HOUR, rates, household, fullPower, minPower: 1_400, room, exportLimit })[0];
}

describe('what a kWh of surplus costs', () => {
  test.each([
    ['what feeding it in would bring, without limit', { sun: 8_000 }, 0.08],
    ['the same while all of it can be fed in', { sun: 8_000, exportLimit: 8_000 }, 0.08],
    ['nothing for the part beyond the limit', { sun: 8_000, exportLimit: 6_000 }, 0.06],
    ['nothing where it cannot be fed in anyway', { sun: 8_000, exportLimit: 1 }, 0.08 / 8_000],
    ['less, as the house consumes a part', { sun: 8_000, household: 1_000, exportLimit: 6_000 }, (0.08 * 6) / 7],
    ['less, as others charge with a part', { sun: 8_000, promised: 4_000, exportLimit: 3_000 }, 0.06],
    ['nothing, as what is lost suffices for the car', { sun: 15_000, fullPower: 4_000, exportLimit: 9_000 }, 0],
    ['the loss of feeding it in, but for what is not fed in', { sun: 8_000, feedin: -0.04, exportLimit: 2_000 }, -0.01],
    ['nothing where nobody knows what it would bring', { sun: 8_000, feedin: null, exportLimit: 2_000 }, 0],
    ['no CO2', { sun: 8_000, price: 300, co2: true, exportLimit: 2_000 }, 0],
  ])('%s', (_, given, cost) => {
    expect(span(given)?.solarPrice).toBeCloseTo(cost, 9);
  });

  test('is what the meter of the grid would not have counted', () => {
    const watts = fc.integer({ min: 0, max: 20_000 });
    const feedin = fc.double({ min: -0.2, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(watts, watts, watts, feedin, (sun, household, exportLimit, worth) => {
        const { surplus = 0, solarPrice = 0 } = span({ sun, household, feedin: worth, exportLimit }) ?? {};
        const left = Math.max(0, sun - household);
        const fedIn = Math.min(left, exportLimit) - Math.min(left - surplus, exportLimit);
        if (surplus > 0) expect(solarPrice * surplus).toBeCloseTo(worth * fedIn, 6);
      }),
    );
  });

  test('is the same without a limit as with one that is never reached', () => {
    const watts = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(watts, watts, (sun, household) => {
        expect(span({ sun, household, exportLimit: 20_000 })).toEqual(span({ sun, household }));
      }),
    );
  });
});
