import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { time } from '../../../core/clock.ts';
import type { HistoryRow } from '../../../core/index.ts';
import { coarser, RESOLUTIONS, type Resolution, type Slot, slotAt, spread } from '../../../plugins/history/slots.ts';

const QUARTER = 900_000;
const HOUR = 3_600_000;
/** With changes of clocks by an hour and by half an hour, offsets of half and quarter hours, and none at all */
const ZONES = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];

afterEach(() => void vi.unstubAllEnvs());

const moments = fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2030-01-01T00:00:00Z') });

describe.each(ZONES)('in %s', (zone) => {
  test.each(RESOLUTIONS)('every time is in one %s, and they follow each other', (resolution) => {
    vi.stubEnv('TZ', zone);
    fc.assert(
      fc.property(moments, (at) => {
        const slot = slotAt(resolution, at, time);
        expect(slot.start).toBeLessThanOrEqual(at);
        expect(slot.end).toBeGreaterThan(at);
        expect(slotAt(resolution, slot.start, time)).toEqual(slot);
        expect(slotAt(resolution, slot.end - 1, time)).toEqual(slot);
        expect(slotAt(resolution, slot.end, time).start).toBe(slot.end);
      }),
      { numRuns: 200 },
    );
  });

  test('coarser rows have the same energy and the same known time', () => {
    vi.stubEnv('TZ', zone);
    const to = fc.constantFrom<Resolution>('hour', 'day', 'month');
    fc.assert(
      fc.property(
        moments,
        to,
        fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 }),
        (at, resolution, means) => {
          const rows = quarters(at, means);
          const merged = coarser(rows, resolution, time);
          expect(energyOf(merged)).toBeCloseTo(energyOf(rows), 3);
          expect(merged.reduce((sum, { known }) => sum + known, 0)).toBe(rows.length * QUARTER);
          for (const { start, length, known } of merged) {
            expect({ start, end: start + length }).toEqual(slotAt(resolution, start, time));
            expect(known).toBeLessThanOrEqual(length);
          }
        },
      ),
    );
  });
});

test('days on which clocks are changed have 23 and 25 hours', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const hours = (day: string): number => {
    const { start, end } = slotAt('day', Date.parse(`${day}T10:00:00Z`), time);
    return (end - start) / HOUR;
  };
  expect([hours('2025-03-29'), hours('2025-03-30'), hours('2025-10-26')]).toEqual([24, 23, 25]);
  const { start } = slotAt('day', Date.parse('2025-10-26T10:00:00Z'), time);
  const merged = coarser(quarters(start, Array(100).fill(1_000)), 'hour', time);
  expect(merged).toHaveLength(25);
  expect(merged.every(({ length, known }) => length === HOUR && known === HOUR)).toBe(true);
});

test('what is spread over slots keeps its energy, whatever the lengths', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 30 });
  const chain = (counts: readonly number[]): Slot[] => {
    let start = 0;
    return counts.map((count) => {
      const slot = { start, end: start + count * QUARTER };
      start = slot.end;
      return slot;
    });
  };
  fc.assert(
    fc.property(lengths, lengths, fc.double({ min: 0.1, max: 1, noNaN: true }), (own, wanted, share) => {
      const slots = chain(wanted);
      const end = slots.at(-1)?.end ?? 0;
      const rows = chain(own)
        .filter((slot) => slot.end <= end)
        .map(({ start, end }, index) => ({
          series: 'pvPower',
          start,
          length: end - start,
          mean: index,
          known: share * (end - start),
        }));
      const sums = spread(rows, slots);
      expect(sums.reduce((sum, { weighted }) => sum + weighted, 0) / HOUR).toBeCloseTo(energyOf(rows), 3);
      for (const [index, { known }] of sums.entries()) {
        const slot = slots[index];
        expect(known).toBeLessThanOrEqual((slot?.end ?? 0) - (slot?.start ?? 0) + 1e-6);
      }
    }),
  );
});

function quarters(at: number, means: readonly number[]): HistoryRow[] {
  const { start } = slotAt('quarter', at, time);
  return means.map((mean, index) => ({
    series: 'pvPower',
    start: start + index * QUARTER,
    length: QUARTER,
    mean,
    known: QUARTER,
  }));
}

function energyOf(rows: readonly HistoryRow[]): number {
  return rows.reduce((sum, { mean, known }) => sum + (mean * known) / HOUR, 0);
}
