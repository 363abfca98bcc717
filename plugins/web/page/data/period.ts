/** The time that a view looks at, by the calendar of this device. */

export type PeriodKind = 'day' | 'week' | 'month' | 'year' | 'all';

export interface Period {
  readonly kind: PeriodKind;
  /** ms since the epoch; a week begins on Monday, everything at the beginning of time */
  readonly start: number;
}

/** ms since the epoch; the end belongs to the next one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The period that a time is in. */
export function periodAt(kind: PeriodKind, time: number): Period {
  const date = new Date(time);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const begins = {
    day: () => new Date(year, month, day),
    week: () => new Date(year, month, day - ((date.getDay() + 6) % 7)),
    month: () => new Date(year, month, 1),
    year: () => new Date(year, 0, 1),
  };
  return { kind, start: kind === 'all' ? Number.NEGATIVE_INFINITY : begins[kind]().getTime() };
}

/** As many periods later. */
export function moved({ kind, start }: Period, by: number): Period {
  const date = new Date(start);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const later = {
    day: () => new Date(year, month, day + by),
    week: () => new Date(year, month, day + 7 * by),
    month: () => new Date(year, month + by, 1),
    year: () => new Date(year + by, 0, 1),
  };
  return { kind, start: kind === 'all' ? start : later[kind]().getTime() };
}

export function spanOf(period: Period): Span {
  return { start: period.start, end: period.kind === 'all' ? Number.POSITIVE_INFINITY : moved(period, 1).start };
}

/** The same time seen from nearer or farther; from nearer, the newest part of it that is not yet to come. */
export function zoomed(period: Period, kind: PeriodKind, now: number): Period {
  return periodAt(kind, Math.min(now, spanOf(period).end - 1));
}

/** Kind of the parts that a period is shown in */
const PARTS = { week: 'day', month: 'day', year: 'month', all: 'year' } as const;
const HOUR = 3_600_000;

/**
 * Parts of a period in their order, without a gap: steps (ms) of a day, days, months, or years; those of all time begin `from`
 * and last `until`, ms since the epoch.
 */
export function partsOf(period: Period, from: number, until: number, step: number = HOUR): readonly Span[] {
  const { start, end } = period.kind === 'all' ? { start: from, end: until + 1 } : spanOf(period);
  const parts: Span[] = [];
  if (period.kind === 'day') {
    // A day may have 23 or 25 of them.
    for (let at = start; at < end; at += step) parts.push({ start: at, end: Math.min(at + step, end) });
    return parts;
  }
  for (let part = periodAt(PARTS[period.kind], start); part.start < end; part = moved(part, 1))
    parts.push(spanOf(part));
  return parts;
}
