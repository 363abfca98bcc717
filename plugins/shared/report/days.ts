import type { Time } from '../../../core/index.ts';
import type { Slots } from '../simulation/ledger.ts';

/** Sums of the slots by day and by larger pieces of time. */

const DAY = 86_400_000;

/** Names of series that are energies, Wh, and costs, in the currency. */
export type SeriesName =
  | 'load'
  | 'pv'
  | 'imported'
  | 'exported'
  | 'charging'
  | 'chargingPv'
  | 'chargingBattery'
  | 'chargingGrid'
  | 'importCost'
  | 'exportRevenue'
  | 'cost'
  | 'chargingCost';

/** 24 hours, counted from the beginning of the simulation. */
export interface Day {
  /** `2023-04-01`: the date of its middle */
  readonly date: string;
  /** First slot, and the one after the last */
  readonly from: number;
  readonly to: number;
}

/** Consecutive days that are shown as one. */
export interface Group {
  readonly label: string;
  /** What exactly it is, for a tooltip */
  readonly title: string;
  readonly days: readonly Day[];
}

export function daysOf({ start, slot, count }: Slots, time: Pick<Time, 'format'>): Day[] {
  const perDay = Math.max(1, Math.round(DAY / slot));
  const days: Day[] = [];
  for (let from = 0; from < count; from += perDay) {
    const to = Math.min(count, from + perDay);
    const middle = start + from * slot + DAY / 2;
    days.push({ date: time.format(middle).slice(0, 10), from, to });
  }
  return days;
}

/** A bar for each day, or for each month when days would be too many to tell apart. */
export function groupsOf(days: readonly Day[]): Group[] {
  if (days.length <= MOST_DAY_BARS) {
    return days.map((day) => ({ label: dayLabel(day.date), title: day.date, days: [day] }));
  }
  return monthsOf(days).map(({ label, days: members, title }) => ({ label: label.slice(0, 3), title, days: members }));
}

const MOST_DAY_BARS = 62;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export function monthsOf(days: readonly Day[]): Group[] {
  const months = new Map<string, Day[]>();
  for (const day of days) {
    const month = day.date.slice(0, 7);
    const members = months.get(month) ?? [];
    members.push(day);
    months.set(month, members);
  }
  return [...months].map(([month, members]) => {
    const label = `${monthName(month)} ${month.slice(0, 4)}`;
    return { label, title: label, days: members };
  });
}

export function monthName(date: string): string {
  return MONTHS[Number(date.slice(5, 7)) - 1] ?? '';
}

/** `1 Apr` */
export function dayLabel(date: string): string {
  return `${Number(date.slice(8, 10))} ${monthName(date).slice(0, 3)}`;
}

/** Sum of a series over a group. */
export function total(slots: Slots, name: SeriesName, { days }: Pick<Group, 'days'>): number {
  let sum = 0;
  for (const { from, to } of days) for (let index = from; index < to; index += 1) sum += slots[name][index] ?? 0;
  return sum;
}
