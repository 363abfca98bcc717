import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moved, type PeriodKind, partsOf, periodAt, spanOf, zoomed } from '../../../plugins/web/page/data/period.ts';

const at = (year: number, month = 1, day = 1, hour = 0): number => new Date(year, month - 1, day, hour).getTime();
/** A Monday */
const NOW = at(2026, 11, 23, 12);

describe('the period that is looked at', () => {
  test.for<[PeriodKind, number, number]>([
    ['day', at(2026, 11, 23), at(2026, 11, 24)],
    ['week', at(2026, 11, 23), at(2026, 11, 30)],
    ['month', at(2026, 11), at(2026, 12)],
    ['year', at(2026), at(2027)],
    ['all', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('a %s begins and ends with the calendar', ([kind, start, end]) => {
    expect(spanOf(periodAt(kind, NOW))).toEqual({ start, end });
  });

  test('a week begins on Monday', () => {
    expect(periodAt('week', at(2026, 11, 22, 23)).start).toBe(at(2026, 11, 16));
  });

  test('moves over the ends of months and years', () => {
    expect(moved(periodAt('month', NOW), 2).start).toBe(at(2027, 1));
    expect(moved(periodAt('week', NOW), -4).start).toBe(at(2026, 10, 26));
    expect(moved(periodAt('all', NOW), 1)).toEqual(periodAt('all', NOW));
  });

  test.for<[PeriodKind, number, PeriodKind, number]>([
    ['month', NOW, 'year', at(2026)],
    ['year', at(2024), 'month', at(2024, 12)],
    ['year', NOW, 'month', at(2026, 11)],
    ['year', NOW, 'day', at(2026, 11, 23)],
    ['all', NOW, 'month', at(2026, 11)],
  ])('a %s of %d as %s', ([kind, time, other, start]) => {
    expect(zoomed(periodAt(kind, time), other, NOW)).toEqual({ kind: other, start });
  });

  test.for<[PeriodKind, number, number]>([
    ['day', NOW, 24],
    ['week', NOW, 7],
    ['month', NOW, 30],
    ['month', at(2024, 2), 29],
    ['year', NOW, 12],
    ['all', NOW, 3],
  ])('a %s of %d has %d parts', ([kind, time, parts]) => {
    expect(partsOf(periodAt(kind, time), at(2024, 6), NOW)).toHaveLength(parts);
  });

  test('a day has quarter hours, too', () => {
    expect(partsOf(periodAt('day', NOW), NOW, NOW, 900_000)).toHaveLength(96);
  });

  test('its parts follow each other from its beginning to its end, also when the clocks change', () => {
    const kind = fc.constantFrom<PeriodKind>('day', 'week', 'month', 'year');
    const time = fc.integer({ min: at(1990), max: at(2100) });
    fc.assert(
      fc.property(kind, time, (kind, time) => {
        const period = periodAt(kind, time);
        const { start, end } = spanOf(period);
        const parts = partsOf(period, 0, NOW);
        expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([start, end]);
        for (const [index, part] of parts.entries()) expect(parts[index + 1]?.start ?? end).toBe(part.end);
      }),
    );
  });
});
