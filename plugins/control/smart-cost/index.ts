import type { Plugin, Rate, SiteState } from '../../../core/index.ts';
import { fullPower } from '../../shared/charging.ts';
import { changingRate } from '../../shared/rates.ts';

/** Charges at full power in the solar modes while energy is cheap, or clean. */
const smartCost: Plugin = {
  name: 'smart-cost',
  apply({ hooks, stages, publish }) {
    hooks.measured.tap('smart-cost', (site) => {
      publish('site', 0, 'smartCostType', site.rates.planner?.kind ?? null);
      publish('site', 0, 'smartCostActive', cheap(site) !== undefined);
    });
    hooks.decide.tap({ name: 'smart-cost', stage: stages.decide.cost }, (loadpoint, site) => {
      const { mode } = loadpoint.settings;
      const rate = mode === 'pv' || mode === 'minpv' ? cheap(site) : undefined;
      if (!rate) return undefined;
      const text = `price of ${rate.price} is not above the limit of ${site.settings.smartCostLimit}`;
      return fullPower(loadpoint, site.now, { code: 'smart-cost', text });
    });
  },
};
export default smartCost;

/** The present rate when it is within the limit; a price that never changes is no reason to charge now. */
function cheap(site: SiteState): Rate | undefined {
  const { smartCostLimit } = site.settings;
  const rate = smartCostLimit === 0 ? undefined : changingRate(site);
  return rate && rate.price <= smartCostLimit ? rate : undefined;
}
