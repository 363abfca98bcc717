import { describe, expect, test } from 'vitest';
import { DAY_AHEAD, every, publishedDaily } from '../../../../plugins/shared/rates-service/pauses.ts';

const MINUTE = 60_000;
const until = (time: string) => [{ start: 0, end: Date.parse(time), price: 1 }];
const minutes = (now: string, known: string, spread = 0) =>
  publishedDaily(DAY_AHEAD, spread)(Date.parse(now), until(known)) / MINUTE;

describe('a service that publishes the next day around noon', () => {
  test.for([
    ['in the night, hourly', '2026-03-14T02:00:00+01:00', '2026-03-15T00:00:00+01:00', 60],
    ['shortly before, not later than then', '2026-03-14T12:40:00+01:00', '2026-03-15T00:00:00+01:00', 15],
    ['from then on, often', '2026-03-14T12:55:00+01:00', '2026-03-15T00:00:00+01:00', 10],
    ['while only a part is there, too', '2026-03-14T13:05:00+01:00', '2026-03-15T12:00:00+01:00', 10],
    ['when the next day is there, hourly', '2026-03-14T13:05:00+01:00', '2026-03-16T00:00:00+01:00', 60],
    ['but for its last hours, hourly', '2026-03-14T13:05:00+01:00', '2026-03-15T23:00:00+01:00', 60],
    ['when it does not come in time, hourly', '2026-03-14T15:01:00+01:00', '2026-03-15T00:00:00+01:00', 60],
    ['on a day of 23 hours, by the clock', '2026-03-29T12:40:00+02:00', '2026-03-30T00:00:00+02:00', 15],
    ['on a day of 25 hours, by the clock', '2026-10-25T12:40:00+01:00', '2026-10-26T00:00:00+01:00', 15],
    ['the day before one of 23 hours', '2026-03-28T13:00:00+01:00', '2026-03-30T00:00:00+02:00', 60],
  ] as const)('%s', ([, now, known, expected]) => {
    expect(minutes(now, known)).toBe(expected);
  });

  test('houses are spread', () => {
    expect(minutes('2026-03-14T12:40:00+01:00', '2026-03-15T00:00:00+01:00', 3 * MINUTE)).toBe(18);
    expect(minutes('2026-03-14T12:56:00+01:00', '2026-03-15T00:00:00+01:00', 3 * MINUTE)).toBe(2);
  });

  test('nothing known is looked for', () => {
    expect(publishedDaily(DAY_AHEAD, 0)(Date.parse('2026-03-14T13:00:00+01:00'), [])).toBe(10 * MINUTE);
  });
});

test('a service that is asked regularly', () => {
  expect(every(5, 2)(0, [])).toBe(7);
});
