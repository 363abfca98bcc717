import type { Decision, LoadpointState, Plugin, Rate, SiteState } from '../../../core/index.ts';
import { amperes, elapsed, fullPower, stopUnlessClimater } from '../../shared/charging.ts';
import { changingRate, nextRate, rateWithin } from '../../shared/rates.ts';

/**
 * In the solar modes, charges at full power while energy is cheap, or clean, and leaves the surplus to the grid while
 * feeding in pays well.
 */
const smartCost: Plugin = {
  name: 'smart-cost',
  apply({ hooks, stages, publish }) {
    /** Settings without any limit, for which there is nothing new to say */
    const idle = new WeakSet<object>();
    hooks.measured.tap('smart-cost', (site) => {
      publish('site', 0, 'smartCostType', site.rates.planner?.kind ?? null);
      publish('site', 0, 'smartCostActive', rateWithin(site, siteLimit(site)) !== undefined);
      for (const loadpoint of site.loadpoints) {
        const set = (key: string, value: unknown): void => publish('loadpoint', loadpoint.id, key, value);
        const limit = limitOf(loadpoint, site);
        const feedIn = loadpoint.settings.smartFeedInPriorityLimit;
        if (idle.has(loadpoint.settings) && limit === null && feedIn === null) continue;
        if (limit === null && feedIn === null) idle.add(loadpoint.settings);
        else idle.delete(loadpoint.settings);
        const isCheap = rateWithin(site, limit) !== undefined;
        set('smartCostActive', isCheap);
        set('smartCostNextStart', isCheap ? null : nextCheap(site, limit));
        const pays = wellPaid(site, feedIn) !== undefined;
        set('smartFeedInPriorityActive', pays);
        set('smartFeedInPriorityNextStart', pays ? null : nextWellPaid(site, feedIn));
      }
    });
    hooks.decide.tap({ name: 'smart-cost', stage: stages.decide.cost }, (loadpoint, site) => {
      const { mode } = loadpoint.settings;
      return mode === 'pv' || mode === 'minpv'
        ? (chargeCheaply(loadpoint, site) ?? feedInFirst(loadpoint, site))
        : undefined;
    });
  },
};
export default smartCost;

function chargeCheaply(loadpoint: LoadpointState, site: SiteState): Decision | undefined {
  const limit = limitOf(loadpoint, site);
  const rate = rateWithin(site, limit);
  if (!rate) return undefined;
  const text = `price of ${rate.price} is not above the limit of ${limit}`;
  return fullPower(loadpoint, site.now, { code: 'smart-cost', text });
}

/** Mode pv pauses; mode minpv keeps the minimum, on one phase where that can be chosen. */
function feedInFirst(loadpoint: LoadpointState, site: SiteState): Decision | undefined {
  const { settings, minCurrent } = loadpoint;
  const limit = settings.smartFeedInPriorityLimit;
  const rate = wellPaid(site, limit);
  if (!rate) return undefined;
  const timers = { pv: elapsed(site.now), phase: null };
  const change = `goes on when feeding in earns less than ${limit}`;
  const text = `feeding in earns ${rate.price}, which is not below the limit of ${limit}`;
  if (settings.mode === 'pv') {
    return { ...stopUnlessClimater(loadpoint, { code: 'feed-in-priority', text, change }), timers };
  }
  const reason = { code: 'feed-in-priority', text: `${text}: only the minimum of ${amperes(minCurrent)}`, change };
  return { current: minCurrent, phases: 1, reason, timers };
}

/** The limit in force; null: off. That of the site knows no other word for off than 0. */
function limitOf({ settings }: LoadpointState, site: SiteState): number | null {
  return settings.smartCostLimit ?? siteLimit(site);
}

function siteLimit({ settings }: SiteState): number | null {
  return settings.smartCostLimit === 0 ? null : settings.smartCostLimit;
}

function nextCheap({ rates, now }: SiteState, limit: number | null): number | null {
  return (limit === null ? undefined : nextRate(rates.planner, now, (price) => price <= limit))?.start ?? null;
}

function wellPaid({ rates, now }: SiteState, limit: number | null): Rate | undefined {
  const rate = limit === null ? undefined : changingRate(rates.feedin, now);
  return limit !== null && rate && rate.price >= limit ? rate : undefined;
}

function nextWellPaid({ rates, now }: SiteState, limit: number | null): number | null {
  return (limit === null ? undefined : nextRate(rates.feedin, now, (price) => price >= limit))?.start ?? null;
}
