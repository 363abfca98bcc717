import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meansBetween, type Slot, toRates } from '../../../../plugins/shared/rates-service/slots.ts';
import { deviceContext } from '../../../contract/harness.ts';

const NOW = Date.parse('2026-03-14T10:20:00Z');
const QUARTER = 900_000;
const HOUR = 3_600_000;
const context = deviceContext();
const rates = (slots: readonly Slot[], scale = 1) => toRates(slots, { scale, now: NOW }, context);
/** A slot that begins quarters after now. */
const at = (quarter: number, value: number | null, length?: number): Slot => ({
  start: NOW + quarter * QUARTER,
  value,
  ...(length !== undefined && { end: NOW + (quarter + length) * QUARTER }),
});
/** Quarters after now, length in quarters, value. */
const rows = (slots: readonly Slot[]) =>
  rates(slots).map(({ start, end, price }) => [(start - NOW) / QUARTER, (end - start) / QUARTER, price]);

describe('slots', () => {
  test('without end last until the next one, and the last one as long as the one before', () => {
    expect(rows([at(0, 1), at(4, 2), at(5, 3)])).toEqual([
      [0, 4, 1],
      [4, 1, 2],
      [5, 1, 3],
    ]);
    expect(rows([at(0, 1)])).toEqual([[0, 4, 1]]);
  });

  test('before a gap last as long as the one before', () => {
    expect(rows([at(0, 1), at(1, 2), at(9, 3)])).toEqual([
      [0, 1, 1],
      [1, 1, 2],
      [9, 1, 3],
    ]);
  });

  test('that are not known are left out; those before them end where they begin', () => {
    expect(rows([at(0, 1), at(1, null), at(2, 0), at(3, -500), at(4, null)])).toEqual([
      [0, 1, 1],
      [2, 1, 0],
      [3, 1, -500],
    ]);
  });

  test('are sorted, and listed twice alike count once', () => {
    expect(rows([at(1, 2), at(0, 1), at(1, 2), at(0, 1)])).toEqual([
      [0, 1, 1],
      [1, 1, 2],
    ]);
  });

  test.for([
    ['of one time with two values', [at(0, 1), at(0, 2)], 'two values hold at 2026-03-14T10:20:00Z'],
    ['that overlap', [at(0, 1, 4), at(2, 1, 4)], 'two values hold at 2026-03-14T10:50:00Z'],
    ['that end before they begin', [at(0, 1, -1)], 'the value of 2026-03-14T10:20:00Z ends before it begins'],
    ['without length', [at(0, 1, 0)], 'ends before it begins'],
  ] as const)('%s are refused', ([, slots, why]) => {
    expect(() => rates(slots)).toThrow(expect.objectContaining({ code: 'EVCC_DEVICE_PROTOCOL' }));
    expect(() => rates(slots)).toThrow(why);
  });

  test('of years ago or ahead are cut to a month', () => {
    const forever = rates([{ start: 0, end: 8e15, value: 1 }]);
    expect(forever).toEqual([
      { start: Date.parse('2026-03-13T00:00:00Z'), end: Date.parse('2026-04-14T00:00:00Z'), price: 1 },
    ]);
    expect(rates([{ start: 0, end: 1, value: 1 }])).toEqual([]);
    expect(rates([{ start: Number.MAX_VALUE, value: 1 }])).toEqual([]);
  });

  test.for([
    [250, 0.001],
    [25, 0.01],
    [0.25, 1],
  ] as const)('the same price in another unit is the same: %f', ([value, scale]) => {
    expect(rates([at(0, value)], scale)[0]?.price).toBe(0.25);
  });

  test('whatever comes gives sorted rates without overlap, or an error with a code', () => {
    const slot = fc.record({
      start: fc.integer({ min: -20, max: 20 }).map((quarter) => NOW + quarter * QUARTER),
      end: fc.option(
        fc.integer({ min: -20, max: 30 }).map((quarter) => NOW + quarter * QUARTER),
        { nil: undefined },
      ),
      value: fc.option(fc.double({ noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(slot, { maxLength: 6 }), (slots) => {
        const given = slots.map(({ start, end, value }) => ({ start, value, ...(end !== undefined && { end }) }));
        try {
          let before = Number.NEGATIVE_INFINITY;
          for (const { start, end, price } of rates(given, 1_000)) {
            expect(start).toBeGreaterThanOrEqual(before);
            expect(end).toBeGreaterThan(start);
            expect(Number.isFinite(price)).toBe(true);
            before = end;
          }
        } catch (error) {
          expect((error as { code?: string }).code).toBe('EVCC_DEVICE_PROTOCOL');
        }
      }),
    );
  });
});

test('means between instants: half of the one and half of the other, in any order', () => {
  const values = [
    { at: HOUR, value: 300 },
    { at: 0, value: 100 },
    { at: 1.5 * HOUR, value: 0 },
    { at: 1.5 * HOUR, value: 0 },
  ];
  expect(meansBetween(values)).toEqual([
    { start: 0, end: HOUR, value: 200 },
    { start: HOUR, end: 1.5 * HOUR, value: 150 },
  ]);
  expect(meansBetween([])).toEqual([]);
});
