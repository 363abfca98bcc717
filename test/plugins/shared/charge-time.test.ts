import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeDuration, chargeEnergy, durationOf } from '../../../plugins/shared/charge-time.ts';

const HOUR = 3_600_000;

describe('charge time', () => {
  test.each([
    ['below the taper: constant power', { soc: 20, target: 70, capacity: 100_000 }, 11_000, (50 / 11) * HOUR],
    ['already there', { soc: 80, target: 80, capacity: 100_000 }, 11_000, 0],
    ['beyond the target', { soc: 90, target: 80, capacity: 100_000 }, 11_000, 0],
    ['at most 1 kW never tapers', { soc: 0, target: 100, capacity: 10_000 }, 1_000, 10 * HOUR],
    ['less than 1 kW', { soc: 90, target: 100, capacity: 10_000 }, 500, 2 * HOUR],
    // 50,980 W − 1,000 W over 980 W per %: 51 % before 100 %
    [
      'across the taper',
      { soc: 39, target: 100, capacity: 50_980 },
      50_980,
      0.1 * HOUR + (51 / 100) * 2 * (50_980 / 51_980) * HOUR,
    ],
    ['only the taper', { soc: 60, target: 100, capacity: 50_980 }, 50_980, (40 / 100) * 2 * (50_980 / 51_980) * HOUR],
    ['no power', { soc: 60, target: 100, capacity: 50_980 }, 0, Number.POSITIVE_INFINITY],
    ['no power, but nothing to do', { soc: 60, target: 50, capacity: 50_980 }, 0, 0],
  ])('%s', (_, gap, power, expected) => {
    expect(chargeDuration(gap, power)).toBeCloseTo(expected, 3);
  });

  test('energy is what lies between the socs, never negative', () => {
    expect(chargeEnergy({ soc: 25, target: 75, capacity: 60_000 })).toBe(30_000);
    expect(chargeEnergy({ soc: 80, target: 75, capacity: 60_000 })).toBe(0);
  });

  test('a duration is energy by power', () => {
    expect(durationOf(5_500, 11_000)).toBe(HOUR / 2);
    expect(durationOf(-1, 11_000)).toBe(0);
    expect(durationOf(1, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('is never shorter than constant power, and grows with the target', () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(percent, percent, percent, fc.integer({ min: 100, max: 350_000 }), (soc, one, other, power) => {
        const [target, more] = [Math.min(one, other), Math.max(one, other)];
        const gap = { soc, target, capacity: 77_000 };
        expect(chargeDuration(gap, power)).toBeGreaterThanOrEqual(durationOf(chargeEnergy(gap), power) * (1 - 1e-9));
        expect(chargeDuration({ ...gap, target: more }, power)).toBeGreaterThanOrEqual(chargeDuration(gap, power));
      }),
    );
  });
});
