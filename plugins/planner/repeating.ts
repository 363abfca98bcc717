import { Temporal } from 'temporal-polyfill';
import type { RepeatingPlan } from '../../core/index.ts';

/** When plans of every week are due, in their time zones. */

/**
 * ms since the epoch of the next time that a repeating plan is due, `now` at the earliest; `undefined`: never. A time that a
 * change of the clock skips is meant an hour later, one that is there twice the first time.
 */
export function nextOccurrence({ weekdays, time, tz }: RepeatingPlan, now: number): number | undefined {
  const at = Temporal.PlainTime.from(time);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(tz).toPlainDate();
  // A week from today the same weekday comes again.
  for (let days = 0; days <= 7; days += 1) {
    const day = today.add({ days });
    const due = day.toZonedDateTime({ timeZone: tz, plainTime: at }).epochMilliseconds;
    if (due >= now && weekdays.includes(day.dayOfWeek % 7)) return due;
  }
  return undefined;
}
