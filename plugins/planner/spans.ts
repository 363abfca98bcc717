import type { Rate, Rates, TariffState } from '../../core/index.ts';

/** The time ahead of a plan, cut where prices, expected surplus or room under shared limits change. */

export interface Span {
  /** ms since the epoch */
  readonly start: number;
  readonly end: number;
  /** Per kWh from the grid */
  readonly price: number;
  /** Per kWh of surplus: what feeding it in would bring, nothing for what cannot be fed in; 0 g of CO2 */
  readonly solarPrice: number;
  /** W of solar surplus that can be charged with; 0: none, or too little to charge with it alone */
  readonly surplus: number;
  /** W that may be charged with, at most full power; 0: not even the minimum */
  readonly power: number;
}

/** What is left for one more loadpoint. Times are ms since the epoch. */
export interface Room {
  /** W under the limits that it shares with others; `Infinity`: without limit */
  power(time: number): number;
  /** W that others are going to take, and with it surplus */
  promised(time: number): number;
  /** There is a limit at all */
  readonly limited: boolean;
  /** When either changes next after a time; `Infinity`: never */
  next(time: number): number;
}

export interface SpanInputs {
  readonly now: number;
  /** ms since the epoch */
  readonly until: number;
  readonly rates: Rates;
  /** W that the house is expected to consume without charging */
  readonly household: number;
  /** W, what the loadpoint charges with when nothing holds it back, and the least that it can charge with */
  readonly fullPower: number;
  readonly minPower: number;
  readonly room: Room;
  /** W that can be fed in; Infinity: no limit */
  readonly exportLimit: number;
}

/**
 * Spans from now on, as far as prices are known. Empty: there is nothing to choose by, because no price is known, or none
 * that changes, no surplus is forecast, and no limit is shared.
 */
export function spansOf(inputs: SpanInputs): Span[] {
  const { now, until, rates, fullPower, minPower, room, exportLimit } = inputs;
  const forecast = ahead(rates.solar, now);
  const prices = pricesOf(rates, now, until, forecast.length > 0 || room.limited);
  const clean = rates.planner?.kind === 'co2';
  const feedin = rates.feedin?.rates ?? [];
  const spans: Span[] = [];
  let sun = 0;
  let given = 0;
  for (const rate of prices) {
    const { price } = rate;
    let start = Math.max(rate.start, now);
    const last = Math.min(rate.end, until);
    while (start < last) {
      while (sun < forecast.length && (forecast[sun]?.end ?? 0) <= start) sun += 1;
      while (given < feedin.length && (feedin[given]?.end ?? 0) <= start) given += 1;
      const sky = forecast[sun];
      const shines = sky !== undefined && sky.start <= start;
      const end = Math.min(last, shines ? sky.end : (sky?.start ?? last), room.next(start));
      const power = Math.min(fullPower, room.power(start));
      const left = shines ? sky.price - inputs.household - room.promised(start) : 0;
      const usable = Math.min(power, left);
      const surplus = usable >= minPower ? usable : 0;
      const offer = feedin[given];
      const worth = clean || offer === undefined || offer.start > start ? Math.min(0, price) : offer.price;
      spans.push({
        start,
        end,
        price,
        solarPrice: worth * (1 - lostShare(surplus, left, exportLimit)),
        surplus,
        power: power >= minPower ? power : 0,
      });
      start = end;
    }
  }
  return spans;
}

/** 0..1, how much of what is charged with would be lost otherwise, because not all that is `left` (W) can be fed in. */
function lostShare(surplus: number, left: number, exportLimit: number): number {
  return left > exportLimit && surplus > 0 ? Math.min(1, (left - exportLimit) / surplus) : 0;
}

/** Whether prices that differ are known. */
export function isPriced({ planner }: Rates, now: number): boolean {
  return planner !== undefined && planner.kind !== 'pricestatic' && ahead(planner, now).length > 0;
}

/** Rates that are not over yet. */
function ahead(tariff: TariffState | undefined, now: number): readonly Rate[] {
  const rates = tariff?.rates ?? [];
  const first = rates.findIndex((rate) => rate.end > now);
  return first <= 0 ? (first === 0 ? rates : []) : rates.slice(first);
}

function pricesOf(rates: Rates, now: number, until: number, otherwise: boolean): readonly Rate[] {
  if (isPriced(rates, now)) return ahead(rates.planner, now);
  // One price all the time: only sun and room make a difference.
  return otherwise ? [{ start: now, end: until, price: rates.planner?.rates[0]?.price ?? 0 }] : [];
}
