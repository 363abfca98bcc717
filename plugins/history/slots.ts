import type { HistoryRow, Time } from '../../core/index.ts';

/** Slots of time, and what values were in them. Days, months and years are those of the place where the process runs. */

export const RESOLUTIONS = ['quarter', 'hour', 'day', 'month', 'year'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** ms since the epoch; `end` is the start of the next one. */
export interface Slot {
  readonly start: number;
  readonly end: number;
}

const QUARTER = 900_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The slot that a time is in. Hours are counted from midnight, so that days are made of whole slots in every time zone. */
export function slotAt(resolution: Resolution, at: number, time: Time): Slot {
  if (resolution === 'quarter') {
    const start = Math.floor(at / QUARTER) * QUARTER;
    return { start, end: start + QUARTER };
  }
  if (resolution === 'hour') {
    const day = slotAt('day', at, time);
    const start = day.start + Math.floor((at - day.start) / HOUR) * HOUR;
    return { start, end: Math.min(start + HOUR, day.end) };
  }
  // Well within the next slot, however long this one is.
  const { startOf, beyond } = CALENDAR[resolution];
  const start = startOf(time)(at);
  return { start, end: startOf(time)(start + beyond) };
}

const CALENDAR = {
  day: { startOf: (time: Time) => time.startOfDay, beyond: 1.5 * DAY },
  month: { startOf: (time: Time) => time.startOfMonth, beyond: 33 * DAY },
  year: { startOf: (time: Time) => time.startOfYear, beyond: 370 * DAY },
} as const;

/** A value that is being averaged. */
export interface Sum {
  /** Value × ms */
  weighted: number;
  /** ms in which it was known */
  known: number;
}

export function addTo(sums: Map<string, Sum>, series: string, mean: number, known: number): void {
  const sum = sums.get(series);
  if (!sum) sums.set(series, { weighted: mean * known, known });
  else {
    sum.weighted += mean * known;
    sum.known += known;
  }
}

/** The means of a slot, as they are stored. */
export function rowsOf({ start, end }: Slot, sums: ReadonlyMap<string, Sum>): HistoryRow[] {
  return [...sums]
    .filter(([, { known }]) => known > 0)
    .map(([series, { weighted, known }]) => ({ series, start, length: end - start, mean: weighted / known, known }));
}

/** Rows as rows of coarser slots; each goes to the slot that it begins in. */
export function coarser(rows: readonly HistoryRow[], resolution: Resolution, time: Time): HistoryRow[] {
  const slots = new Map<number, { readonly slot: Slot; readonly sums: Map<string, Sum> }>();
  for (const { series, start, mean, known } of rows) {
    const slot = slotAt(resolution, start, time);
    const entry = slots.get(slot.start) ?? { slot, sums: new Map<string, Sum>() };
    slots.set(slot.start, entry);
    addTo(entry.sums, series, mean, known);
  }
  return [...slots.values()].flatMap(({ slot, sums }) => rowsOf(slot, sums));
}

/**
 * What a series was in each of the slots, which follow each other; a row that is longer than a slot counts in all that it
 * covers, with the same mean. `rows` in the order of time.
 */
export function spread(rows: readonly HistoryRow[], slots: readonly Slot[]): readonly Sum[] {
  const sums = slots.map((): Sum => ({ weighted: 0, known: 0 }));
  let first = 0;
  for (const { start, length, mean, known } of rows) {
    const end = start + length;
    while ((slots[first]?.end ?? Number.POSITIVE_INFINITY) <= start) first += 1;
    for (let index = first; index < slots.length; index += 1) {
      const slot = slots[index];
      const sum = sums[index];
      if (!slot || !sum || slot.start >= end) break;
      const part = (known * (Math.min(end, slot.end) - Math.max(start, slot.start))) / length;
      sum.weighted += mean * part;
      sum.known += part;
    }
  }
  return sums;
}
