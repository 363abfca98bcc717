import type { Rate, Rates } from '../../core/index.ts';

/** The time ahead that is optimized, in quarter hours, with what is known of each. Pure. */

/** A quarter hour; the first one is what is left of it. Times are ms since the epoch. */
export interface Slot {
  readonly start: number;
  readonly end: number;
  /** Currency per kWh that is taken from the grid, and that is fed in */
  readonly buy: number;
  readonly sell: number;
  /** W of sun, on average */
  readonly sun: number;
}

const QUARTER = 900_000;
/** ms, shorter ones are part of the next slot */
const SHORTEST = 60_000;
/** ms that are looked ahead at most */
const HORIZON = 48 * 3_600_000;
/** Fewer are not worth while. */
export const FEWEST_SLOTS = 8;

/**
 * Slots from `now` on, as far as prices are known, and the sun where it is forecast. Where nothing is told of feeding in, it
 * earns nothing. Empty: there is no price of the grid.
 */
export function slotsAhead({ grid, feedin, solar }: Rates, now: number): readonly Slot[] {
  if (!grid) return [];
  const bought = mean(grid.rates);
  const sold = feedin ? mean(feedin.rates) : () => 0;
  // Nights may be left out of a forecast.
  const shining = solar?.rates.some(({ end }) => end > now) ? mean(solar.rates, 0) : () => 0;
  const slots: Slot[] = [];
  for (let start = now; ; ) {
    const border = Math.floor(start / QUARTER) * QUARTER + QUARTER;
    const end = border - start < SHORTEST ? border + QUARTER : border;
    if (end > now + HORIZON) break;
    const [buy, sell, sun] = [bought(start, end), sold(start, end), shining(start, end)];
    if (buy === undefined || sell === undefined || sun === undefined) break;
    slots.push({ start, end, buy, sell, sun });
    start = end;
  }
  return slots;
}

/**
 * Mean of the rates between two times, which only grow. Where a rate is missing, but later ones are known, it is `gap`.
 * `undefined`: they are not known for all of the time.
 */
export function mean(rates: readonly Rate[], gap?: number): (start: number, end: number) => number | undefined {
  const last = rates.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
  let first = 0;
  return (start, end) => {
    if (end > last) return undefined;
    while ((rates[first]?.end ?? Number.POSITIVE_INFINITY) <= start) first += 1;
    let sum = 0;
    let at = start;
    for (let index = first; at < end; index += 1) {
      const rate = rates[index];
      if (!rate || (rate.start > at && gap === undefined)) return undefined;
      const from = Math.min(Math.max(at, rate.start), end);
      const until = Math.min(rate.end, end);
      sum += (gap ?? 0) * (from - at) + rate.price * Math.max(0, until - from);
      at = Math.max(from, until);
    }
    return sum / (end - start);
  };
}
