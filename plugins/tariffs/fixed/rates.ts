import { Temporal } from 'temporal-polyfill';
import type { Rate } from '../../../core/index.ts';
import type { HourRange, Window } from './windows.ts';

/** Local days that rates cover, today included */
const DAYS_AHEAD = 7;

/** A value that holds in a window instead of the general one. */
export interface ZoneValue {
  /** Currency per kWh */
  readonly value: number;
  readonly window: Window;
}

/** A fixed tariff, read and checked. */
export interface Schedule {
  /** Currency per kWh where no zone matches */
  readonly price: number;
  /** In the order of the configuration */
  readonly zones: readonly ZoneValue[];
  /** Currency per kWh on top of the price where no charges zone matches */
  readonly charges: number;
  /** In the order of the configuration */
  readonly chargesZones: readonly ZoneValue[];
  /** Fraction of price and charges */
  readonly tax: number;
  /** IANA name */
  readonly timezone: string;
}

/** A moment on the wall clock. */
interface LocalTime {
  /** 0 Sunday to 6 Saturday */
  readonly day: number;
  /** 1 to 12 */
  readonly month: number;
  /** Minutes since midnight as the clock shows them */
  readonly minute: number;
}

/** One range of hours of a zone. */
interface Piece extends HourRange {
  readonly value: number;
  readonly window: Window;
}

/**
 * Makes the function that answers with the rates of seven local days from the beginning of the present one: contiguous,
 * cut at local midnight and where the price changes. Days of 23 and 25 hours are right: what counts is what the wall clock
 * shows, also when it shows an hour twice or leaves one out.
 */
export function createRates(schedule: Schedule): (now: number) => Rate[] {
  const { price, charges, chargesZones, tax, timezone } = schedule;
  const pieces = byPrecedence(schedule.zones);
  const windows = [...pieces.map((piece) => piece.window), ...chargesZones.map((zone) => zone.window)];
  const borders = new Set(windows.flatMap((window) => window.hours.flatMap(({ from, to }) => [from, to])));

  const priceAt = (local: LocalTime): number => {
    const piece = pieces.findLast((candidate) => onDay(candidate.window, local) && during(candidate, local));
    const zone = chargesZones.findLast(
      ({ window }) => onDay(window, local) && window.hours.some((range) => during(range, local)),
    );
    return ((piece?.value ?? price) + (zone?.value ?? charges)) * (1 + tax);
  };

  return (now) => {
    const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
    const midnights = Array.from({ length: DAYS_AHEAD + 1 }, (_, days) =>
      today.add({ days }).toZonedDateTime(timezone),
    ).map((midnight) => midnight.epochMilliseconds);
    const cuts = cutsOf(today, midnights, borders, timezone);
    const rates: Rate[] = [];
    for (const [index, start] of cuts.slice(0, -1).entries()) {
      const end = cuts[index + 1] ?? start;
      const value = priceAt(localTime(start, timezone));
      const before = rates.at(-1);
      if (before?.price === value && !midnights.includes(start)) rates.splice(-1, 1, { ...before, end });
      else rates.push({ start, end, price: value });
    }
    return rates;
  };
}

/** The last piece that matches gives the value; the rule is explained in README.md. */
function byPrecedence(zones: readonly ZoneValue[]): readonly Piece[] {
  return zones
    .flatMap(({ value, window }) => window.hours.map((range) => ({ ...range, value, window })))
    .sort(
      (a, b) =>
        a.from - b.from ||
        b.to - a.to ||
        b.window.days.size - a.window.days.size ||
        b.window.months.size - a.window.months.size,
    );
}

function onDay(window: Window, local: LocalTime): boolean {
  return window.days.has(local.day) && window.months.has(local.month);
}

function during(range: HourRange, local: LocalTime): boolean {
  return range.from <= local.minute && local.minute < range.to;
}

/**
 * Times (ms since the epoch, ascending) from the first to the last midnight at which the price may change: midnights,
 * borders of zones, and changes of the clock. A border that the clock shows twice counts twice. The days before and after
 * are looked at, too: a clock that is put back at midnight returns to the day before.
 */
function cutsOf(
  today: Temporal.PlainDate,
  midnights: readonly number[],
  borders: ReadonlySet<number>,
  timezone: string,
): readonly number[] {
  const [start = 0, end = 0] = [midnights.at(0), midnights.at(-1)];
  const cuts = new Set(midnights);
  const add = (time: number) => {
    if (time > start && time < end) cuts.add(time);
  };
  for (let days = -1; days <= DAYS_AHEAD; days += 1) {
    const midnight = today.add({ days }).toPlainDateTime();
    for (const minutes of borders) {
      const border = midnight.add({ minutes });
      for (const disambiguation of ['earlier', 'later'] as const) {
        add(border.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds);
      }
    }
  }
  const begin = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timezone);
  let change = begin.getTimeZoneTransition('next');
  while (change && change.epochMilliseconds < end) {
    add(change.epochMilliseconds);
    change = change.getTimeZoneTransition('next');
  }
  return [...cuts].sort((a, b) => a - b);
}

function localTime(time: number, timezone: string): LocalTime {
  const local = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone);
  return { day: local.dayOfWeek % 7, month: local.month, minute: local.hour * 60 + local.minute };
}
