import { describe, expect, test } from 'vitest';
import type { PlanSlot } from '../../../core/index.ts';
import { schedule, type Task } from '../../../plugins/planner/schedule.ts';
import type { Span } from '../../../plugins/planner/spans.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const POWER = 10_000;

/** Spans of equal length from 0 on, by price; a gap is a hole. */
function spans(prices: readonly (number | null)[], length = HOUR, surplus: readonly number[] = []): Span[] {
  return prices.flatMap((price, index) =>
    price === null
      ? []
      : [
          {
            start: index * length,
            end: (index + 1) * length,
            price,
            solarPrice: 0.08,
            surplus: surplus[index] ?? 0,
            power: POWER,
          },
        ],
  );
}

function plan(task: Partial<Task> & { prices?: readonly (number | null)[] }): string {
  const { prices = [], ...rest } = task;
  return shown(
    schedule({
      now: 0,
      target: 6 * HOUR,
      required: HOUR,
      fullPower: POWER,
      strategy: { continuous: false, precondition: 0 },
      spans: spans(prices),
      ...rest,
    }),
  );
}

/** `1:00-2:30 0.20`, with `sun` for slots that follow the surplus. */
function shown(slots: readonly PlanSlot[]): string {
  const time = (at: number): string =>
    `${Math.floor(at / HOUR)}:${String(Math.round((at % HOUR) / MINUTE)).padStart(2, '0')}`;
  return slots
    .map(({ start, end, price, surplus }) => `${time(start)}-${time(end)} ${surplus ? 'sun' : price.toFixed(2)}`)
    .join(', ');
}

const continuous = { continuous: true, precondition: 0 };

describe('without prices', () => {
  test.each([
    ['charges as late as possible', { required: 2 * HOUR }, '4:00-6:00 0.00'],
    ['has nothing to do when the goal is reached', { required: 0 }, ''],
    ['uses all of the time when it just suffices', { required: 6 * HOUR }, '0:00-6:00 0.00'],
    ['goes on beyond the target when it is too late', { required: 7 * HOUR }, '0:00-7:00 0.00'],
    ['begins at once when the target is over', { now: 7 * HOUR, required: HOUR }, '7:00-8:00 0.00'],
  ])('%s', (_, task, expected) => {
    expect(plan(task)).toBe(expected);
  });
});

describe('with prices', () => {
  const prices = [0.3, 0.1, 0.4, 0.2, 0.5, 0.6];
  test.each([
    ['takes the cheapest slot', { prices }, '1:00-2:00 0.10'],
    ['takes the cheapest slots in the order of time', { prices, required: 2 * HOUR }, '1:00-2:00 0.10, 3:00-4:00 0.20'],
    ['ends the last one early', { prices, required: 1.5 * HOUR }, '1:00-2:00 0.10, 3:00-3:30 0.20'],
    [
      'begins the first one late',
      { prices: [0.3, 0.1, 0.2, 0.5, 0.5, 0.5], required: 2.5 * HOUR },
      '0:30-1:00 0.30, 1:00-2:00 0.10, 2:00-3:00 0.20',
    ],
    ['charges a single slot from its start', { prices, required: 30 * MINUTE }, '1:00-1:30 0.10'],
    ['prefers later slots of the same price', { prices: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2] }, '5:00-6:00 0.20'],
    [
      'uses what is left of the present slot',
      { prices, now: 1.5 * HOUR, required: HOUR },
      '1:30-2:00 0.10, 3:00-3:30 0.20',
    ],
    ['takes slots with a negative price first', { prices: [0.1, -0.2, 0, 0.1, 0.1, 0.1] }, '1:00-2:00 -0.20'],
    ['looks only at slots before the target', { prices: [0.3, 0.4, 0.1], target: 2 * HOUR }, '0:00-1:00 0.30'],
    [
      'uses all when the time just suffices',
      { prices: [0.3, 0.1], target: 2 * HOUR, required: 2 * HOUR },
      '0:00-1:00 0.30, 1:00-2:00 0.10',
    ],
    [
      'begins at once and goes on beyond the target when it is too late',
      { prices: [0.3, 0.1], target: 2 * HOUR, required: 3 * HOUR },
      '0:00-1:00 0.30, 1:00-2:00 0.10, 2:00-3:00 0.00',
    ],
    [
      'takes slots of a quarter of an hour',
      { spans: spans([0.3, 0.1, 0.4, 0.2], HOUR / 4), target: HOUR, required: HOUR / 2 },
      '0:15-0:30 0.10, 0:45-1:00 0.20',
    ],
  ])('%s', (_, task, expected) => {
    expect(plan(task)).toBe(expected);
  });
});

describe('beyond the known prices', () => {
  test.each([
    ['waits when all fits in there', { prices: [0.1, 0.1], required: 4 * HOUR }, ''],
    ['charges only the rest before', { prices: [0.3, 0.1], required: 5 * HOUR }, '1:00-2:00 0.10'],
    [
      'begins at the last moment when all prices are over',
      { prices: [0.3], now: 5.5 * HOUR, required: HOUR / 2 },
      '5:30-6:00 0.00',
    ],
    ['counts holes as missing', { prices: [null, 0.2, null, 0.1, null, 0.3], required: 4 * HOUR }, '2:00-6:00 0.00'],
    [
      'is content with as much as is needed',
      { prices: [null, 0.2, null, 0.1, null, 0.3], required: 3 * HOUR },
      '1:00-2:00 0.20, 3:00-4:00 0.10, 5:00-6:00 0.30',
    ],
  ])('%s', (_, task, expected) => {
    expect(plan(task)).toBe(expected);
  });
});

describe('in one piece', () => {
  test.each([
    [
      'takes the cheapest time',
      { prices: [0.3, 0.1, 0.2, 0.5, 0.1, 0.6], required: 2 * HOUR },
      '1:00-2:00 0.10, 2:00-3:00 0.20',
    ],
    [
      'takes the latest of equal ones',
      { prices: [0.2, 0.2, 0.2, 0.2], target: 4 * HOUR, required: 1.5 * HOUR },
      '2:00-3:00 0.20, 3:00-3:30 0.20',
    ],
    [
      'never crosses a hole',
      { prices: [0.1, null, 0.1, 0.9, 0.9, 0.9], required: 2 * HOUR },
      '2:00-3:00 0.10, 3:00-4:00 0.90',
    ],
    [
      'charges at the last moment when nothing fits',
      { prices: [0.1, null, 0.1, null, 0.1], target: 5 * HOUR, required: 2 * HOUR },
      '3:00-5:00 0.00',
    ],
  ])('%s', (_, task, expected) => {
    expect(plan({ ...task, strategy: continuous })).toBe(expected);
  });
});

describe('with a time right before the target', () => {
  const prices = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  const warm = (minutes: number) => ({ continuous: false, precondition: minutes * MINUTE });
  test.each([
    [
      'charges it in any case',
      { prices, required: 2 * HOUR, strategy: warm(30) },
      '0:00-1:00 0.10, 1:00-1:30 0.20, 5:30-6:00 0.60',
    ],
    ['is all of it when less is required', { prices, required: HOUR, strategy: warm(120) }, '5:00-6:00 0.60'],
    [
      'of a week means as late as possible',
      { prices, required: 2 * HOUR, strategy: warm(7 * 24 * 60) },
      '4:00-5:00 0.50, 5:00-6:00 0.60',
    ],
    [
      'falls where prices are unknown, and needs nothing then',
      { prices: prices.slice(0, 5), required: 2 * HOUR, strategy: warm(60) },
      '0:00-1:00 0.10',
    ],
  ])('%s', (_, task, expected) => {
    expect(plan(task)).toBe(expected);
  });
});

describe('with expected surplus', () => {
  test.each([
    // Three hours at half power are an hour and a half at full power.
    [
      'uses it before the grid',
      { surplus: [0, 5_000, 5_000, 5_000, 0, 0], required: 1.5 * HOUR },
      '1:00-2:00 sun, 2:00-3:00 sun, 3:00-4:00 sun',
    ],
    [
      'ends when the goal is reached',
      { surplus: [0, 5_000, 5_000, 5_000, 0, 0], required: HOUR },
      '1:00-2:00 sun, 2:00-3:00 sun',
    ],
    [
      'takes the rest from the grid where it is cheapest',
      { surplus: [0, 5_000, 0, 0, 0, 0], required: HOUR },
      '1:00-2:00 sun, 5:00-5:30 0.20',
    ],
    [
      'takes the grid first where its price is below the feed-in',
      { surplus: [0, 5_000, 0, 0, 0, 0], prices: [0.2, 0.2, 0.2, 0.01, 0.2, 0.2], required: HOUR },
      '3:00-4:00 0.01',
    ],
    [
      'mixes prices in a slot at full power',
      { surplus: [0, 5_000, 0, 0, 0, 0], prices: [0.3, 0.2, 0.3, 0.3, 0.3, 0.3], required: HOUR },
      '1:00-2:00 0.14',
    ],
    [
      'takes the rest as late as possible where the grid always costs the same',
      { surplus: [0, 5_000, 0, 0, 0, 0], required: 0.75 * HOUR, flat: true },
      '1:00-2:00 sun, 5:45-6:00 0.20',
    ],
    [
      'charges at full power for a part of a sunny slot',
      { surplus: [0, 5_000, 0, 0, 0, 0], prices: [0.3, 0.2, 0.3, 0.3, 0.3, 0.3], required: 0.75 * HOUR },
      '1:00-1:30 0.14, 1:30-2:00 sun',
    ],
  ] as readonly [string, { surplus: number[]; prices?: number[]; required: number; flat?: boolean }, string][])(
    '%s',
    (_, task, expected) => {
      const { surplus, prices = [0.2, 0.2, 0.2, 0.2, 0.2, 0.2], ...rest } = task;
      expect(plan({ spans: spans(prices, HOUR, surplus), ...rest })).toBe(expected);
    },
  );
});

describe('with less room than full power', () => {
  const limited = (powers: readonly number[]): Span[] =>
    spans([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).map((span, index) => ({ ...span, power: powers[index] ?? POWER }));
  test.each([
    ['takes more slots', [5_000, 5_000], '0:00-1:00 0.10, 1:00-2:00 0.20'],
    ['leaves slots without room out', [0, 0], '2:00-3:00 0.30'],
    [
      'uses all there is when it does not suffice',
      [1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
      '0:00-1:00 0.10, 1:00-2:00 0.20, 2:00-3:00 0.30, 3:00-4:00 0.40, 4:00-5:00 0.50, 5:00-6:00 0.60',
    ],
  ])('%s', (_, powers, expected) => {
    expect(plan({ spans: limited(powers) })).toBe(expected);
  });
});
