import { Temporal } from 'temporal-polyfill';

/** Times on the wall clock of a place; days of 23 and 25 hours are right. */

/** A moment on the wall clock. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** Of the month, 1 to 31 */
  readonly day: number;
  /** 0 Sunday to 6 Saturday */
  readonly weekday: number;
  /** Minutes since midnight as the clock shows them */
  readonly minute: number;
}

/** The time zone of the system, an IANA name. */
export function systemTimeZone(): string {
  return Temporal.Now.timeZoneId();
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What the clock of an IANA time zone shows at a time in ms since the epoch. */
export function localTime(time: number, timezone: string): LocalTime {
  const { year, month, day, dayOfWeek, hour, minute } =
    Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone);
  return { year, month, day, weekday: dayOfWeek % 7, minute: hour * 60 + minute };
}

/** Such as `2026-03-14`: the date in an IANA time zone at a time in ms since the epoch. */
export function localDate(time: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate().toString();
}

/** Midnights from the beginning of the day of `time` on, `days` days and the end of the last one; ms since the epoch. */
export function midnights(time: number, days: number, timezone: string): number[] {
  const today = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timezone).toPlainDate();
  return Array.from(
    { length: days + 1 },
    (_, day) => today.add({ days: day }).toZonedDateTime(timezone).epochMilliseconds,
  );
}

/**
 * Times after `start` and before `end` at which the clock shows one of the `minutes` since midnight, or is changed:
 * ascending, ms since the epoch. What the clock shows twice counts twice. The days before and after are looked at, too: a
 * clock that is put back at midnight returns to the day before.
 */
export function borderTimes(
  start: number,
  end: number,
  minutes: ReadonlySet<number>,
  timezone: string,
): readonly number[] {
  const times = new Set<number>();
  const add = (time: number): void => {
    if (time > start && time < end) times.add(time);
  };
  const begin = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(timezone);
  const last = Temporal.Instant.fromEpochMilliseconds(end).toZonedDateTimeISO(timezone).toPlainDate().add({ days: 1 });
  let day = begin.toPlainDate().subtract({ days: 1 });
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    const midnight = day.toPlainDateTime();
    for (const minute of minutes) {
      const border = midnight.add({ minutes: minute });
      for (const disambiguation of ['earlier', 'later'] as const) {
        add(border.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds);
      }
    }
  }
  let change = begin.getTimeZoneTransition('next');
  while (change && change.epochMilliseconds < end) {
    add(change.epochMilliseconds);
    change = change.getTimeZoneTransition('next');
  }
  return [...times].sort((a, b) => a - b);
}
