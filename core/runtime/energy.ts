import type { Rate } from '../devices.ts';
import type { TariffState } from '../site.ts';

/** Shares of green power, prices and what follows from them. Pure. */

/**
 * Share of green power in the consumption between `from` and `to` W, when consumers are served from 0 upwards and the
 * green power is used first. Empty band: 1 if any green power is left there, else 0.
 */
export function greenShare(green: number, from: number, to: number): number {
  const available = Math.max(0, green - from);
  if (to <= from) return available > 0 ? 1 : 0;
  return Math.min(available, to - from) / (to - from);
}

/** Green power: generation plus battery discharge, W. */
export function greenPower(pvPower: number, batteryPower: number): number {
  return Math.max(0, pvPower) + Math.max(0, batteryPower);
}

/** Price per kWh of a mix: green energy costs what feeding it in would have earned. Absent without a grid price. */
export function effectivePrice(
  share: number,
  grid: number | undefined,
  feedIn: number | undefined,
): number | undefined {
  return grid === undefined ? undefined : grid * (1 - share) + (feedIn ?? 0) * share;
}

/** g/kWh of a mix: green energy has none. Absent without a CO2 tariff. */
export function effectiveCo2(share: number, grid: number | undefined): number | undefined {
  return grid === undefined ? undefined : grid * (1 - share);
}

/** Mean of the rates between two times, by duration; `undefined`: none of that time is known. */
export function meanRate(tariff: TariffState | undefined, from: number, to: number): number | undefined {
  let sum = 0;
  let known = 0;
  for (const { start, end, price } of tariff?.rates ?? []) {
    const overlap = Math.min(end, to) - Math.max(start, from);
    if (overlap <= 0) continue;
    sum += price * overlap;
    known += overlap;
  }
  return known > 0 ? sum / known : undefined;
}

/** The rate valid at `now`; `undefined`: none. Rates are sorted and do not overlap. */
export function rateAt(tariff: TariffState | undefined, now: number): Rate | undefined {
  if (!tariff) return undefined;
  const { rates } = tariff;
  let low = 0;
  let high = rates.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const rate = rates[middle];
    if (!rate) return undefined;
    if (now < rate.start) high = middle - 1;
    else if (now >= rate.end) low = middle + 1;
    else return rate;
  }
  return undefined;
}
