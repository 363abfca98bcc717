import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleOf } from '../../../plugins/web/page/parts/scale.ts';
import {
  monthOf,
  moved,
  type Period,
  partsOf,
  spanOf,
  zoomed,
} from '../../../plugins/web/page/views/sessions/period.ts';
import { sessionsOf, totalsOf } from '../../../plugins/web/page/views/sessions/sessions.ts';

const NOW = new Date(2026, 10, 23, 12).getTime();
const MONTH: Period = { kind: 'month', year: 2026, month: 10 };

describe('the period that is looked at', () => {
  test('is the present month, and moves over the ends of years', () => {
    expect(monthOf(NOW)).toEqual(MONTH);
    expect(moved(MONTH, 2)).toEqual({ kind: 'month', year: 2027, month: 0 });
    expect(moved({ kind: 'year', year: 2026 }, -1)).toEqual({ kind: 'year', year: 2025 });
    expect(moved({ kind: 'all' }, 1)).toEqual({ kind: 'all' });
  });

  test.for<[Period, Period['kind'], Period]>([
    [MONTH, 'year', { kind: 'year', year: 2026 }],
    [{ kind: 'year', year: 2024 }, 'month', { kind: 'month', year: 2024, month: 11 }],
    [{ kind: 'year', year: 2026 }, 'month', MONTH],
    [{ kind: 'all' }, 'month', MONTH],
    [MONTH, 'all', { kind: 'all' }],
  ])('%j as %s', ([period, kind, expected]) => {
    expect(zoomed(period, kind, NOW)).toEqual(expected);
  });

  test('consists of days, months or years, without a gap, also when the clocks change', () => {
    expect(partsOf(MONTH, 0, NOW)).toHaveLength(30);
    expect(partsOf({ kind: 'month', year: 2024, month: 1 }, 0, NOW)).toHaveLength(29);
    expect(partsOf({ kind: 'year', year: 2026 }, 0, NOW)).toHaveLength(12);
    expect(partsOf({ kind: 'all' }, new Date(2024, 5, 1).getTime(), NOW)).toHaveLength(3);
    const period = fc.record({ year: fc.integer({ min: 1990, max: 2100 }), month: fc.integer({ min: 0, max: 11 }) });
    fc.assert(
      fc.property(period, ({ year, month }) => {
        const parts = partsOf({ kind: 'month', year, month }, 0, NOW);
        const { start, end } = spanOf({ kind: 'month', year, month });
        expect([parts[0]?.start, parts.at(-1)?.end]).toEqual([start, end]);
        for (const [index, part] of parts.entries()) expect(parts[index + 1]?.start ?? end).toBe(part.end);
      }),
    );
  });
});

describe('sessions as the API tells them', () => {
  const row = { id: 1, created: '2026-11-01T10:00:00Z', finished: '0001-01-01T00:00:00Z', chargedEnergy: 4 };

  test('what is unknown is absent', () => {
    expect(sessionsOf([{ ...row, loadpoint: 'Garage', vehicle: null, price: null, solarPercentage: 50 }])).toEqual([
      { id: 1, start: Date.parse(row.created), energy: 4, loadpoint: 'Garage', vehicle: '', solar: 50 },
    ]);
  });

  test.for([[undefined], [{}], ['text'], [[{ ...row, created: 'never' }]], [[{ ...row, chargedEnergy: null }]]])(
    '%j has none',
    ([answer]) => {
      expect(sessionsOf(answer)).toEqual([]);
    },
  );

  test('means are those of the energy whose price or CO2 is known', () => {
    const known = { ...row, solarPercentage: 25, price: 1, co2PerKWh: 100 };
    const sessions = sessionsOf([known, { ...row, id: 2, chargedEnergy: 12 }]);
    expect(totalsOf(sessions)).toEqual({ count: 2, energy: 16, solar: 1, price: 1, perKwh: 0.25, co2: 100 });
    expect(totalsOf([])).toEqual({ count: 0, energy: 0, solar: 0 });
  });
});

test('the scale of a chart is round, and not below its values', () => {
  expect([0, 0.3, 1, 19, 60.5, 100].map(scaleOf)).toEqual([1, 0.4, 1, 20, 80, 100]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
      expect(scaleOf(value)).toBeGreaterThanOrEqual(value * (1 - 1e-6));
      expect(scaleOf(value)).toBeLessThanOrEqual(value * 2.5);
    }),
  );
});
