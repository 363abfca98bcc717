import type { Rate, SiteState, TariffState } from '../../core/index.ts';

/** Rates that limits are compared with. */

/** The present rate of a tariff; `undefined`: unknown, or a price that never changes, which is no reason for anything. */
export function changingRate(tariff: TariffState | undefined, now: number): Rate | undefined {
  return changes(tariff) ? tariff.rates.find(({ start, end }) => start <= now && now < end) : undefined;
}

/** The present rate of the planner's tariff when it is not above a limit; `undefined`: it is, or there is none. */
export function rateWithin(site: Pick<SiteState, 'rates' | 'now'>, limit: number | null): Rate | undefined {
  const rate = limit === null ? undefined : changingRate(site.rates.planner, site.now);
  return limit !== null && rate && rate.price <= limit ? rate : undefined;
}

/** The first rate that begins after `now` and fits; `undefined`: none is known. */
export function nextRate(
  tariff: TariffState | undefined,
  now: number,
  fits: (price: number) => boolean,
): Rate | undefined {
  return changes(tariff) ? tariff.rates.find(({ start, price }) => start > now && fits(price)) : undefined;
}

function changes(tariff: TariffState | undefined): tariff is TariffState {
  return tariff !== undefined && tariff.kind !== 'pricestatic';
}
