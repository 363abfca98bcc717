import type { FixedTariffOptions } from '../../../../plugins/tariffs/fixed/index.ts';

/** A window as data, from which the text of the configuration and the expected price are made independently. */
export interface PlainWindow {
  /** 0 Sunday to 6; absent: every day */
  readonly days?: readonly number[];
  /** 1 to 12; absent: every month */
  readonly months?: readonly number[];
  /** Minutes since midnight; absent: the whole day */
  readonly hours?: readonly (readonly [from: number, to: number])[];
}

export interface PlainTariff {
  readonly price: number;
  readonly zones: readonly (PlainWindow & { readonly price: number })[];
  readonly charges: number;
  readonly chargesZones: readonly (PlainWindow & { readonly charges: number })[];
  readonly tax: number;
  readonly timezone: string;
}

export function configured(tariff: PlainTariff): FixedTariffOptions {
  return {
    ...tariff,
    zones: tariff.zones.map(({ price, ...window }) => ({ price, ...texts(window) })),
    chargesZones: tariff.chargesZones.map(({ charges, ...window }) => ({ charges, ...texts(window) })),
  };
}

function texts({ days, months, hours }: PlainWindow): { days?: string; months?: string; hours?: string } {
  return {
    ...(days && { days: days.join(',') }),
    ...(months && { months: months.join(',') }),
    ...(hours && { hours: hours.map(([from, to]) => `${clock(from)}-${clock(to % 1440)}`).join(',') }),
  };
}

function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What the wall clock shows. */
export interface WallClock {
  /** e.g. 2025-06-15 */
  readonly date: string;
  readonly day: number;
  readonly month: number;
  readonly minute: number;
}

/** Reads the wall clock of a place with nothing but the formatter of the platform. */
export function wallClock(timezone: string): (time: number) => WallClock {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  const known = new Map<number, WallClock>();
  const read = (time: number): WallClock => {
    const [date = '', clock = ''] = format.format(time).split(' ');
    const [hour, minute] = clock.split(':').map(Number);
    return {
      date,
      day: new Date(`${date}T00:00Z`).getUTCDay(),
      month: Number(date.slice(5, 7)),
      minute: (hour ?? 0) * 60 + (minute ?? 0),
    };
  };
  return (time) => {
    const shown = known.get(time) ?? read(time);
    known.set(time, shown);
    return shown;
  };
}

/** The price at one moment by the rules of the plugin's README, as slowly and plainly as possible. */
export function priceAt(tariff: PlainTariff, { day, month, minute }: WallClock): number {
  let best: { from: number; length: number; days: number; months: number; price: number } | undefined;
  for (const { price, days, months, hours = [[0, 1440]] } of tariff.zones) {
    if (!(days ?? [day]).includes(day) || !(months ?? [month]).includes(month)) continue;
    for (const [from, to] of hours) {
      if (minute < from || minute >= to) continue;
      const one = { from, length: to - from, days: days?.length ?? 7, months: months?.length ?? 12, price };
      if (!best || !beats(best, one)) best = one;
    }
  }
  let charges = tariff.charges;
  for (const { charges: value, days, months, hours = [[0, 1440]] } of tariff.chargesZones) {
    if (!(days ?? [day]).includes(day) || !(months ?? [month]).includes(month)) continue;
    if (hours.some(([from, to]) => minute >= from && minute < to)) charges = value;
  }
  return Number((((best?.price ?? tariff.price) + charges) * (1 + tariff.tax)).toPrecision(12));
}

type Candidate = { from: number; length: number; days: number; months: number };

/** Whether the earlier one in the configuration stays in force. */
function beats(a: Candidate, b: Candidate): boolean {
  if (a.from !== b.from) return a.from > b.from;
  if (a.length !== b.length) return a.length < b.length;
  if (a.days !== b.days) return a.days < b.days;
  return a.months < b.months;
}
