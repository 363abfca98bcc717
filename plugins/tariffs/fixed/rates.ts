import type { Rate } from '../../../core/index.ts';
import { borderTimes, localTime, midnights } from '../../shared/pricing/local-time.ts';
import type { Pricing } from '../../shared/pricing/pricing.ts';
import { joinRates } from '../../shared/pricing/rates.ts';
import { during, type HourRange, onDay, type Window } from '../../shared/pricing/windows.ts';

/** Local days that rates cover, today included */
const DAYS_AHEAD = 7;

/** A price that holds in a window instead of the general one. */
export interface ZonePrice {
  /** Currency per kWh */
  readonly price: number;
  readonly window: Window;
}

/** A fixed tariff, read and checked. */
export interface Schedule {
  /** Currency per kWh where no zone matches */
  readonly price: number;
  /** In the order of the configuration */
  readonly zones: readonly ZonePrice[];
  readonly pricing: Pricing;
}

/** One range of hours of a zone. */
interface Piece extends HourRange, ZonePrice {}

/**
 * Makes the function that answers with the rates of seven local days from the beginning of the present one: contiguous,
 * cut at local midnight and where the price changes. Days of 23 and 25 hours are right: what counts is what the wall clock
 * shows, also when it shows an hour twice or leaves one out.
 */
export function createRates({ price, zones, pricing }: Schedule): (now: number) => Rate[] {
  const { timezone } = pricing;
  const pieces = byPrecedence(zones);
  const borders = new Set(pieces.flatMap(({ from, to }) => [from, to]));
  const priceAt = (time: number): number => {
    const local = localTime(time, timezone);
    return pieces.findLast((piece) => onDay(piece.window, local) && during(piece, local))?.price ?? price;
  };

  return (now) => {
    const days = midnights(now, DAYS_AHEAD, timezone);
    const [start = now, end = now] = [days.at(0), days.at(-1)];
    const cuts = [...new Set([...days, ...borderTimes(start, end, borders, timezone)])].sort((a, b) => a - b);
    const raw = cuts
      .slice(0, -1)
      .map((cut, index): Rate => ({ start: cut, end: cuts[index + 1] ?? cut, price: priceAt(cut) }));
    return joinRates(pricing.total(raw), new Set(days));
  };
}

/** The last piece that matches gives the price; the rule is explained in README.md. */
function byPrecedence(zones: readonly ZonePrice[]): readonly Piece[] {
  return zones
    .flatMap(({ price, window }) => window.hours.map((range) => ({ ...range, price, window })))
    .sort(
      (a, b) =>
        a.from - b.from ||
        b.to - a.to ||
        b.window.days.size - a.window.days.size ||
        b.window.months.size - a.window.months.size,
    );
}
