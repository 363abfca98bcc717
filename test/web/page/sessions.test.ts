import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleOf } from '../../../plugins/web/page/parts/scale.ts';
import { sessionsOf, totalsOf } from '../../../plugins/web/page/views/sessions/sessions.ts';

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
