import type { DeviceContext, Rate } from '../../../core/index.ts';
import { tidy } from '../sources/value.ts';
import { parseFormula } from './formula.ts';
import { borderTimes, isTimeZone, type LocalTime, localTime, systemTimeZone } from './local-time.ts';
import { cutRates, HOURS, hourlyMeans } from './rates.ts';
import type { PricingOptions } from './schema.ts';
import { covers, parseWindow } from './windows.ts';

/** What is made of the prices of a source. */
export interface Pricing {
  /** What has to be paid. Pure: sorted rates in, sorted rates of the same time out. Errors: `EVCC_CONFIG_INVALID` */
  readonly total: (rates: readonly Rate[]) => Rate[];
  /** The same price comes to different amounts at different times. */
  readonly varies: boolean;
  /** IANA name of the place whose clock counts */
  readonly timezone: string;
}

const AMOUNTS = ['price', 'charges', 'tax'] as const;
const TIMES = ['year', 'month', 'day', 'weekday', 'hour'] as const;

/**
 * (price + charges) × (1 + tax), or the formula in its place; with `average`, of the mean of each hour. Rates are cut where
 * the charges, or the times that the formula uses, change. Errors: `EVCC_CONFIG_INVALID` with everything that cannot be
 * read, and with the `problems` that were found before.
 */
export function createPricing(
  options: PricingOptions,
  fail: DeviceContext['fail'],
  problems: readonly string[] = [],
): Pricing {
  const { charges: general = 0, chargesZones = [], tax = 0, average = false, timezone = systemTimeZone() } = options;
  const found = [...problems];
  const zones = chargesZones.map((zone, index) => ({
    charges: zone.charges,
    window: parseWindow(zone, (name, problem) => found.push(`chargesZones[${index}].${name}: ${problem}`)),
  }));
  const formula = options.formula === undefined ? undefined : parseFormula(options.formula, [...AMOUNTS, ...TIMES]);
  if (typeof formula === 'string') found.push(`formula: ${formula}`);
  if (!isTimeZone(timezone)) {
    found.push(`timezone: "${timezone}" is no time zone: use an IANA name such as Europe/Berlin`);
  }
  if (found.length > 0 || typeof formula === 'string') return fail('EVCC_CONFIG_INVALID', found.join('; '));

  const timely = formula !== undefined && TIMES.some((name) => formula.names.has(name));
  const borders = new Set([
    ...zones.flatMap(({ window }) => window.hours.flatMap(({ from, to }) => [from, to])),
    ...(timely ? HOURS : []),
  ]);

  const totalAt = (price: number, local?: LocalTime): number => {
    const charges = (local && zones.findLast(({ window }) => covers(window, local))?.charges) ?? general;
    if (!formula) return tidy((price + charges) * (1 + tax));
    const { minute = 0, ...date } = local ?? {};
    const total = formula.evaluate({ price, charges, tax, ...date, hour: Math.floor(minute / 60) });
    if (!Number.isFinite(total)) fail('EVCC_CONFIG_INVALID', `formula: for a price of ${price} it gives no number`);
    return tidy(total);
  };

  return {
    total(rates) {
      const given = average ? hourlyMeans(rates, timezone) : rates;
      const [first, last] = [given[0], given.at(-1)];
      if (!first || !last) return [];
      if (borders.size === 0) return given.map((rate) => ({ ...rate, price: totalAt(rate.price) }));
      const pieces = cutRates(given, borderTimes(first.start, last.end, borders, timezone));
      return pieces.map((rate) => ({ ...rate, price: totalAt(rate.price, localTime(rate.start, timezone)) }));
    },
    varies: borders.size > 0,
    timezone,
  };
}
