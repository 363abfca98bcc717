import { describe, expect, test } from 'vitest';
import type { PlanSlot } from '../../../core/index.ts';
import { schedule, type Task } from '../../../plugins/planner/schedule.ts';
import { begun, continued } from '../../../plugins/planner/stability.ts';

const MINUTE = 60_000;
const POWER = 10_000;

/** Quarters of an hour from 0 on, by price. */
const quarters = (prices: readonly number[]): Task['spans'] =>
  prices.map((price, index) => ({
    start: index * 15 * MINUTE,
    end: (index + 1) * 15 * MINUTE,
    price,
    solarPrice: 0,
    surplus: 0,
    power: POWER,
  }));

/** Minutes from a time on, in minutes. */
function task(now: number, required: number, prices: readonly number[], changes: Partial<Task> = {}): Task {
  return {
    now: now * MINUTE,
    target: prices.length * 15 * MINUTE,
    required: required * MINUTE,
    fullPower: POWER,
    strategy: { continuous: false, precondition: 0 },
    spans: quarters(prices),
    ...changes,
  };
}

const minutes = (slots: readonly PlanSlot[]): string =>
  slots.map(({ start, end }) => `${start / MINUTE}-${end / MINUTE}`).join(', ');

const slot = (start: number, end: number): PlanSlot => ({ start: start * MINUTE, end: end * MINUTE, price: 0 });

describe('a plan that charges', () => {
  test.each([
    ['goes on as planned', task(5, 10, [1, 9, 9, 9]), [slot(0, 15)], '5-15'],
    ['finishes its slot', task(5, 40, [9, 9, 1, 1, 9, 2]), [slot(0, 15)], '5-15, 30-45, 45-60'],
    ['bridges a break of less than 14 minutes', task(7, 25, [9, 1, 1, 9, 9, 9]), [slot(0, 7.1)], '7-15, 15-30, 30-32'],
    ['does not bridge a longer one', task(0, 40, [1, 9, 1, 1, 9, 9]), [slot(0, 15)], '0-15, 35-45, 45-60'],
    ['adds a rest of less than 15 minutes', task(0, 29, [1, 9, 9, 2, 9, 9]), [slot(0, 15)], '0-15, 15-29'],
    ['finishes what is less than 15 minutes away', task(20, 14, [9, 9, 9, 1, 9, 9]), [slot(0, 20)], '20-30, 30-34'],
    [
      'in one piece goes on without its slot',
      task(20, 30, [9, 9, 9, 1, 1, 9], { strategy: { continuous: true, precondition: 0 } }),
      [slot(0, 20)],
      '20-30, 30-45, 45-50',
    ],
    [
      'leaves what warms the battery for the end',
      task(5, 10, [1, 9, 9, 9], { strategy: { continuous: false, precondition: 10 * MINUTE } }),
      [slot(0, 15)],
      '50-60',
    ],
    ['has nothing to go on with when its slot is long over', task(20, 15, [9, 9, 9, 1, 9, 1]), [slot(0, 15)], '75-90'],
  ])('%s', (_, given, before, expected) => {
    expect(minutes(continued(given, before, schedule(given)))).toBe(expected);
  });
});

describe('a plan that does not charge', () => {
  test.each([
    ['leaves the last minutes of a slot alone', task(5, 20, [1, 9, 2, 2]), '40-45, 45-60'],
    ['begins a slot that lasts long enough', task(0, 20, [1, 9, 2, 2]), '0-15, 45-50'],
    ['begins all the same when nothing else is required', task(5, 5, [1, 9, 2, 2]), '5-10'],
    ['begins all the same when there is no other time', task(5, 50, [1, 9, 2, 2]), '5-15, 15-25, 30-45, 45-60'],
    ['counts slots that follow each other as one', task(5, 30, [1, 1, 2, 2]), '5-15, 15-30, 45-50'],
  ])('%s', (_, given, expected) => {
    expect(minutes(begun(given, schedule(given)))).toBe(expected);
  });
});
