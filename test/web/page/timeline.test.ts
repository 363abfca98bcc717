import { describe, expect, test } from 'vitest';
import {
  heightOf,
  pathsOf,
  placeOf,
  rangeOf,
  slotAt,
  ticksOf,
  within,
} from '../../../plugins/web/page/parts/timeline-shape.ts';

const HOUR = 3_600_000;
const slot = (hour: number, value: number) => ({ start: hour * HOUR, end: (hour + 1) * HOUR, value });

describe('the scale', () => {
  test.each([
    [[], 0, 1],
    [[0], 0, 1],
    [[0.24, 0.38], 0, 0.4],
    [[-120, 3_400], -200, 4_000],
    [[-3, -7], -8, 0],
  ])('of %j goes from %d to %d', (values, least, most) => {
    expect(rangeOf(values)).toEqual({ least, most });
  });

  test('places times and values', () => {
    expect(placeOf(6 * HOUR, { start: 0, end: 24 * HOUR })).toBe(0.25);
    expect(heightOf(0, { least: -10, most: 30 })).toBe(0.25);
  });
});

describe('curves', () => {
  const frame = { start: 0, end: 4 * HOUR, least: 0, most: 10 };

  test('run in steps down to what is seen', () => {
    const { line, area } = pathsOf([slot(-1, 5), slot(0, 5), slot(1, 10)], 'steps', frame);
    expect(line).toBe('M0.0 500.0L250.0 500.0L250.0 0.0L500.0 0.0');
    expect(area).toBe(`${line}L500.0 1000.0L0.0 1000.0Z`);
  });

  test('or through the middle of each slot', () => {
    expect(pathsOf([slot(0, 0), slot(1, 10)], 'line', frame).line).toBe('M0.0 1000.0L125.0 1000.0L375.0 0.0L500.0 0.0');
  });

  test('are broken where nothing is known', () => {
    expect(pathsOf([slot(0, 5), slot(2, 5)], 'steps', frame).line).toBe(
      'M0.0 500.0L250.0 500.0M500.0 500.0L750.0 500.0',
    );
    expect(pathsOf([], 'steps', frame)).toEqual({ line: '', area: '' });
  });

  test('know what holds at a moment, and only that', () => {
    const slots = [slot(0, 5), slot(2, 7)];
    expect(slotAt(slots, 2 * HOUR)?.value).toBe(7);
    expect(slotAt(slots, HOUR)).toBeUndefined();
    expect(within(slots, { start: HOUR / 2, end: 2 * HOUR })).toEqual([{ start: HOUR / 2, end: HOUR, value: 5 }]);
  });
});

describe('ticks', () => {
  const at = (day: number, hour = 0): number => new Date(2025, 5, day, hour).getTime();

  test.each([
    ['a few hours', at(15, 9) + 600_000, at(15, 15), [10, 11, 12, 13, 14, 15]],
    ['a day and a half', at(15, 17), at(17), [18, 0, 6, 12, 18, 0]],
  ])('of %s', (_, start, end, hours) => {
    const ticks = ticksOf({ start, end }, 8);
    expect(ticks.map(({ time }) => new Date(time).getHours())).toEqual(hours);
    expect(ticks.map(({ kind }) => kind)).toEqual(hours.map((hour) => (hour === 0 ? 'day' : 'hour')));
  });

  test('of a month are days, never too many', () => {
    const ticks = ticksOf({ start: at(1), end: at(30) }, 8);
    expect(ticks.length).toBeLessThanOrEqual(9);
    expect(ticks.every(({ kind }) => kind === 'day')).toBe(true);
  });
});
