/** The time that is looked at: a month, a year, or everything; by the calendar of this device. */

export type Period =
  | { readonly kind: 'month'; readonly year: number; readonly month: number }
  | { readonly kind: 'year'; readonly year: number }
  | { readonly kind: 'all' };

/** `month` counts from 0. */
export function monthOf(time: number): Period {
  const date = new Date(time);
  return { kind: 'month', year: date.getFullYear(), month: date.getMonth() };
}

/** The same time seen from nearer or farther; what gets nearer shows the end of what was seen. */
export function zoomed(period: Period, kind: Period['kind'], now: number): Period {
  const present = new Date(now);
  const year = period.kind === 'all' ? present.getFullYear() : period.year;
  if (kind === 'all') return { kind };
  if (kind === 'year') return { kind, year };
  const last = year === present.getFullYear() ? present.getMonth() : 11;
  return { kind, year, month: period.kind === 'month' ? period.month : last };
}

export function moved(period: Period, by: number): Period {
  if (period.kind === 'all') return period;
  if (period.kind === 'year') return { kind: 'year', year: period.year + by };
  return monthOf(new Date(period.year, period.month + by, 15).getTime());
}

/** ms since the epoch; the end belongs to the next period. */
export function spanOf(period: Period): { readonly start: number; readonly end: number } {
  if (period.kind === 'all') return { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  const { year } = period;
  const [first, after] = period.kind === 'year' ? [0, 12] : [period.month, period.month + 1];
  return { start: new Date(year, first, 1).getTime(), end: new Date(year, after, 1).getTime() };
}

/** A part of a period: a day of a month, a month of a year, one of all years. */
export interface Part {
  /** ms since the epoch */
  readonly start: number;
  readonly end: number;
}

/** Parts in their order, without a gap; `from` and `until`: ms since the epoch, the first and last moment to be seen. */
export function partsOf(period: Period, from: number, until: number): readonly Part[] {
  const { start, end } = spanOf(period);
  const first = new Date(Math.max(start, period.kind === 'all' ? from : start));
  const last = Number.isFinite(end) ? end : until + 1;
  const at = (index: number): number => {
    if (period.kind === 'month') return new Date(period.year, period.month, 1 + index).getTime();
    if (period.kind === 'year') return new Date(period.year, index, 1).getTime();
    return new Date(first.getFullYear() + index, 0, 1).getTime();
  };
  const parts: Part[] = [];
  for (let index = 0; at(index) < last; index += 1) parts.push({ start: at(index), end: at(index + 1) });
  return parts;
}
