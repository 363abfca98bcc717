import { expect, test } from 'vitest';
import { createHousehold } from '../../../plugins/shared/household.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** Notes a power every minute. */
function during(household: ReturnType<typeof createHousehold>, from: number, until: number, power: number): void {
  for (let now = from; now < until; now += MINUTE) household.note(now, power);
}

test('a house that consumes always the same is expected to go on so', () => {
  const household = createHousehold();
  expect(household.mean).toBe(0);
  during(household, 0, DAY, 400);
  expect(household.mean).toBeCloseTo(400);
});

test('the mean counts each power for as long as it lasted', () => {
  const household = createHousehold();
  during(household, 0, DAY / 4, 1_000);
  during(household, DAY / 4, DAY, 200);
  expect(household.mean).toBeCloseTo(400, -1);
});

test('what is more than a week ago fades', () => {
  const household = createHousehold();
  during(household, 0, 7 * DAY, 1_000);
  during(household, 7 * DAY, 14 * DAY, 0);
  expect(household.mean).toBeLessThan(400);
  during(household, 14 * DAY, 42 * DAY, 0);
  expect(household.mean).toBeLessThan(20);
});

test('a pause counts little, and a clock that is set back nothing', () => {
  const household = createHousehold();
  during(household, 0, DAY, 400);
  household.note(3 * DAY, 4_000);
  expect(household.mean).toBeLessThan(450);
  const { mean } = household;
  household.note(DAY, 9_000);
  expect(household.mean).toBe(mean);
});
