import type { Rate, SiteState } from '../../core/index.ts';

/** Rates that limits are compared with. */

/** The present rate of the planner's tariff; `undefined`: unknown, or a price that never changes, which is no reason for anything. */
export function changingRate({ rates, now }: Pick<SiteState, 'rates' | 'now'>): Rate | undefined {
  const { planner } = rates;
  if (!planner || planner.kind === 'pricestatic') return undefined;
  return planner.rates.find(({ start, end }) => start <= now && now < end);
}
