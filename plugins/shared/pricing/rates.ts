import type { Rate } from '../../../core/index.ts';
import { borderTimes, localTime } from './local-time.ts';

/** Rates cut and joined. All lists are sorted by start and without overlap. Pure. */

/** Rates cut at these times (ms since the epoch, ascending). */
export function cutRates(rates: readonly Rate[], times: readonly number[]): Rate[] {
  const pieces: Rate[] = [];
  let next = 0;
  for (const rate of rates) {
    let { start } = rate;
    while (next < times.length && (times[next] ?? 0) <= start) next += 1;
    for (; next < times.length && (times[next] ?? 0) < rate.end; next += 1) {
      const end = times[next] ?? rate.end;
      pieces.push({ ...rate, start, end });
      start = end;
    }
    pieces.push({ ...rate, start });
  }
  return pieces;
}

/** Neighbours of the same price made one, except at these times. */
export function joinRates(rates: readonly Rate[], except: ReadonlySet<number>): Rate[] {
  const joined: Rate[] = [];
  for (const rate of rates) {
    const before = joined.at(-1);
    if (before?.price === rate.price && before.end === rate.start && !except.has(rate.start)) {
      joined[joined.length - 1] = { ...before, end: rate.end };
    } else joined.push(rate);
  }
  return joined;
}

/** Minutes since midnight at which an hour begins */
export const HOURS: ReadonlySet<number> = new Set(Array.from({ length: 24 }, (_, hour) => hour * 60));

/**
 * Every rate gets the mean of its hour on the wall clock, weighted by time, as far as the rates of that hour are known. What
 * is longer than an hour is cut. The mean of the whole stays what it was.
 */
export function hourlyMeans(rates: readonly Rate[], timezone: string): Rate[] {
  const [first, last] = [rates[0], rates.at(-1)];
  if (!first || !last) return [];
  const pieces = cutRates(rates, borderTimes(first.start, last.end, HOURS, timezone));
  const sums = new Map<number, { price: number; time: number }>();
  const hours = pieces.map(({ start }) => start - (localTime(start, timezone).minute % 60) * 60_000 - (start % 60_000));
  for (const [index, { start, end, price }] of pieces.entries()) {
    const sum = sums.get(hours[index] ?? 0) ?? { price: 0, time: 0 };
    sums.set(hours[index] ?? 0, { price: sum.price + price * (end - start), time: sum.time + end - start });
  }
  return pieces.map((piece, index) => {
    const { price, time } = sums.get(hours[index] ?? 0) ?? { price: piece.price, time: 1 };
    return { ...piece, price: price / time };
  });
}
