import type { Rate, Time } from '../../core/index.ts';

/** What a solar forecast says of whole days. Rates are W, sorted and without overlap; pure. */

const HOUR = 3_600_000;

/** Generation that is expected of a day. */
export interface ExpectedDay {
  /** Wh; of today what is left of it */
  readonly energy: number;
  /** The forecast reaches to the end of the day */
  readonly complete: boolean;
}

export interface ExpectedDays {
  readonly today: ExpectedDay;
  readonly tomorrow: ExpectedDay;
  readonly dayAfterTomorrow: ExpectedDay;
}

/** Wh between two times (ms since the epoch); times of which nothing is known count 0. */
export function energyBetween(rates: readonly Rate[], from: number, to: number): number {
  let energy = 0;
  for (const { start, end, price } of rates) {
    const overlap = Math.min(end, to) - Math.max(start, from);
    if (overlap > 0) energy += (price * overlap) / HOUR;
  }
  return energy;
}

/** Three days from `now` on; days begin and end where the process runs, also those of 23 and 25 hours. */
export function expectedDays(
  rates: readonly Rate[],
  now: number,
  { startOfDay }: Pick<Time, 'startOfDay'>,
): ExpectedDays {
  const nextDay = (midnight: number): number => startOfDay(midnight + 26 * HOUR);
  const tomorrow = nextDay(startOfDay(now));
  const after = nextDay(tomorrow);
  const last = rates.at(-1)?.end ?? now;
  const day = (from: number, to: number): ExpectedDay => ({
    energy: Math.round(energyBetween(rates, from, to)),
    complete: last >= to,
  });
  return { today: day(now, tomorrow), tomorrow: day(tomorrow, after), dayAfterTomorrow: day(after, nextDay(after)) };
}
