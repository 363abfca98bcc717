import { describe, expect, test } from 'vitest';
import { nextOccurrence } from '../../../plugins/planner/repeating.ts';

const every = { weekdays: [0, 1, 2, 3, 4, 5, 6], soc: 80, active: true };
const berlin = { ...every, tz: 'Europe/Berlin' };
const next = (plan: Parameters<typeof nextOccurrence>[0], now: string): string | undefined => {
  const time = nextOccurrence(plan, Date.parse(now));
  return time === undefined ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
};

describe('a repeating plan is due', () => {
  test.each([
    [
      'today when its time is still to come',
      { ...berlin, time: '07:00' },
      '2025-06-16T04:59:00Z',
      '2025-06-16T05:00:00Z',
    ],
    ['now when its time is now', { ...berlin, time: '07:00' }, '2025-06-16T05:00:00Z', '2025-06-16T05:00:00Z'],
    ['tomorrow when it is over', { ...berlin, time: '07:00' }, '2025-06-16T05:00:01Z', '2025-06-17T05:00:00Z'],
    [
      'on its next weekday',
      { ...berlin, weekdays: [5], time: '07:00' },
      '2025-06-16T12:00:00Z',
      '2025-06-20T05:00:00Z',
    ],
    [
      'in a week when it is over today',
      { ...berlin, weekdays: [1], time: '07:00' },
      '2025-06-16T12:00:00Z',
      '2025-06-23T05:00:00Z',
    ],
    ['on Sundays, day 0', { ...berlin, weekdays: [0], time: '07:00' }, '2025-06-16T12:00:00Z', '2025-06-22T05:00:00Z'],
    [
      'by the weekday of its own zone',
      { ...every, weekdays: [2], tz: 'Pacific/Auckland', time: '01:00' },
      '2025-06-16T12:30:00Z',
      '2025-06-16T13:00:00Z',
    ],
    // 2025-03-30: 23 hours, from 2:00 to 3:00 there is none. 2025-10-26: 25 hours, from 2:00 to 3:00 there are two.
    [
      'at the same time of the day after a short day',
      { ...berlin, time: '07:00' },
      '2025-03-29T06:00:01Z',
      '2025-03-30T05:00:00Z',
    ],
    [
      'at the same time of the day after a long day',
      { ...berlin, time: '07:00' },
      '2025-10-25T05:00:01Z',
      '2025-10-26T06:00:00Z',
    ],
    [
      'an hour later when the clock skips its time',
      { ...berlin, time: '02:30' },
      '2025-03-30T00:00:00Z',
      '2025-03-30T01:30:00Z',
    ],
    [
      'once when the clock shows its time twice',
      { ...berlin, time: '02:30' },
      '2025-10-26T00:00:00Z',
      '2025-10-26T00:30:00Z',
    ],
    [
      'on the next day after the first of the two',
      { ...berlin, time: '02:30' },
      '2025-10-26T00:30:01Z',
      '2025-10-27T01:30:00Z',
    ],
    ['never without weekdays', { ...berlin, weekdays: [], time: '07:00' }, '2025-06-16T12:00:00Z', undefined],
  ])('%s', (_, plan, now, expected) => {
    expect(next(plan, now)).toBe(expected);
  });
});
