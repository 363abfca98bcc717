import type { Rate } from '../../../core/index.ts';
import { borderTimes, localTime, midnights } from '../pricing/local-time.ts';

/** When a service is asked again: see `Tariff.pause`. Pure. */
export type Pause = (at: number, rates: readonly Rate[]) => number;

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** A service that publishes the next day at a time of its own. */
export interface Publication {
  /** IANA name of the place whose days and clock count */
  readonly timezone: string;
  /** Minutes since midnight from which the next day may be there */
  readonly from: number;
  /** Minutes since midnight until which it usually is */
  readonly until: number;
}

/** Auctions of the European day-ahead markets */
export const DAY_AHEAD: Publication = { timezone: 'Europe/Berlin', from: 12 * 60 + 55, until: 15 * 60 };

/** ms between two questions while the next day is due */
const SEARCHING = 10 * MINUTE;
/** ms; a day is known if no more than this is missing at its end, as when days of the service begin at another time */
const MISSING = 4 * HOUR;

/**
 * Hourly, and more often from the time of publication until the next day is known. `spread` (ms) puts off the first of
 * these, so that not all houses ask at once.
 */
export function publishedDaily({ timezone, from, until }: Publication, spread: number): Pause {
  return (at, rates) => {
    const [today = at, tomorrow = at, after = at] = midnights(at, 2, timezone);
    const clockShows = (minute: number): number => {
      const borders = borderTimes(today, tomorrow, new Set([minute]), timezone);
      return borders.find((border) => localTime(border, timezone).minute === minute) ?? tomorrow;
    };
    const opens = clockShows(from) + spread;
    if (at < opens) return Math.min(HOUR, opens - at);
    const complete = (rates.at(-1)?.end ?? at) >= after - MISSING;
    return complete || at > clockShows(until) ? HOUR : SEARCHING;
  };
}

/** Always the same, with what keeps houses apart. */
export function every(ms: number, spread = 0): Pause {
  return () => ms + spread;
}
