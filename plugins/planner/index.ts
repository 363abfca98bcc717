import type { LoadpointState, Plan, Plugin, SiteState } from '../../core/index.ts';
import { sharedLimits } from '../shared/charge-power.ts';
import { fullPower } from '../shared/charging.ts';
import { createHousehold } from '../shared/household.ts';
import { solarScale, withSolarScale } from '../shared/solar-scale.ts';
import { type Activity, activityOf, isUpToTheCar } from './activity.ts';
import { requiredFor } from './goals.ts';
import { latenessWatch } from './lateness.ts';
import { plansFor, runningPlan } from './plans.ts';
import { previewQueries } from './preview.ts';
import { planPublisher } from './publish.ts';

/**
 * Charging plans: makes them from goals, prices, solar forecast and shared limits, charges at full power in their slots,
 * and publishes them. What surplus is expected to deliver is left to the strategies that follow it.
 */
const planner: Plugin = {
  name: 'planner',
  apply(evcc) {
    const { hooks, stages, settings, state, log } = evcc;
    const household = createHousehold();
    const publishPlan = planPublisher(evcc);
    const watchLateness = latenessWatch(evcc.raise);
    let last: SiteState | undefined;
    /** The house as plans see it: with the sun that is to be expected after today's. */
    const seen = (site: SiteState): SiteState => ({
      ...site,
      rates: withSolarScale(site.rates, solarScale(site, state)),
    });
    for (const query of previewQueries(evcc, () => last && { site: seen(last), household: household.mean })) {
      evcc.queries.define(query);
    }

    /** Clears a goal that is reached or over, unless it was changed meanwhile. */
    const clear = ({ id, settings: { targetTime } }: LoadpointState): void => {
      if (settings.get('loadpoint', id, 'targetTime') !== targetTime) return;
      settings
        .execute({ scope: 'loadpoint', id, name: 'targetTime', value: null, source: 'planner' })
        .catch((error: unknown) => log.warn(`the target time of loadpoint ${id} could not be cleared: ${error}`));
    };

    hooks.measured.tap('planner', (site) => {
      last = site;
      household.note(site.now, site.homePower);
      const limits = sharedLimits(site);
      for (const loadpoint of site.loadpoints) {
        publishPlan(loadpoint, site, limits);
        watchLateness(loadpoint, site);
      }
    });
    hooks.plan.tapPromise('planner', async (plans, site) => {
      const made = new Map(plans);
      for (const [id, plan] of plansFor(seen(site), household.mean)) made.set(id, plan);
      for (const loadpoint of site.loadpoints) {
        if (!isOver(loadpoint, site)) continue;
        made.delete(loadpoint.id);
        clear(loadpoint);
      }
      return made;
    });
    hooks.decide.tap({ name: 'planner', stage: stages.decide.demand }, (loadpoint, site) => {
      const plan = site.plans.get(loadpoint.id);
      const activity = plan && activityOf(plan, loadpoint, site.now);
      if (!plan || !activity?.active) return undefined;
      return fullPower(loadpoint, site.now, { code: 'plan', text: explained(plan, activity) });
    });
  },
};
export default planner;

/** Whether the goal that was set once is reached, or over without charging for it. */
function isOver(loadpoint: LoadpointState, site: SiteState): boolean {
  const { targetTime } = loadpoint.settings;
  if (targetTime === null) return false;
  const running = runningPlan(site, loadpoint);
  if (targetTime <= site.now) return running?.target !== targetTime || running.goal?.id !== 1;
  const plan = site.plans.get(loadpoint.id);
  if (plan?.goal?.id !== 1 || plan.target !== targetTime || plan.slots.length === 0) return false;
  const required = requiredFor(loadpoint, plan.goal, plan.goal.power);
  return required !== undefined && required <= 0 && !(running && isUpToTheCar(running));
}

const TIME = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

function explained({ goal, target }: Plan, { slot, required }: Activity): string {
  const until = TIME.format(target);
  const missing =
    goal && required ? `${((required / 3_600_000) * (goal.power / 1_000)).toFixed(1)} kWh are missing` : '';
  if (!slot) return `the plan is late: ${missing}, wanted until ${until}`;
  const price = goal?.priced ? ` at ${slot.price.toFixed(3)} per kWh` : '';
  const span = `the plan charges until ${TIME.format(slot.end)}${price}`;
  return missing === '' ? span : `${span}; ${missing}, wanted until ${until}`;
}
