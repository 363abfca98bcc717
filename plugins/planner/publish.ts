import type { Evcc, LoadpointState, Plan, PlanSlot, SiteState } from '../../core/index.ts';
import { powersOf, type SharedLimits } from '../shared/charge-power.ts';
import { activityOf } from './activity.ts';
import { chosenGoal } from './goals.ts';
import { overrunOf } from './lateness.ts';

/** Publishes what is planned, in every cycle and every mode, where it changed. */
export function planPublisher(
  publish: Evcc['publish'],
): (loadpoint: LoadpointState, site: SiteState, limits: SharedLimits) => void {
  /** What was published last, by the settings of the loadpoint; those of another one are other ones */
  const published = new WeakMap<LoadpointState['settings'], Record<string, unknown>>();
  return (loadpoint, site, limits) => {
    const { id, settings, connected } = loadpoint;
    const plan = connected ? site.plans.get(id) : undefined;
    const wanted = plan !== undefined || settings.targetTime !== null || settings.repeatingPlans.length > 0;
    const before = published.get(settings);
    if (!wanted && before?.plan === NOTHING) return;
    const values = valuesOf(loadpoint, plan, site, limits);
    for (const [key, value] of Object.entries(values)) {
      if (!before || before[key] !== value) publish('loadpoint', id, key, value);
    }
    published.set(settings, values);
  };
}

const NOTHING: readonly PlanSlot[] = [];

function valuesOf(
  loadpoint: LoadpointState,
  plan: Plan | undefined,
  site: SiteState,
  limits: SharedLimits,
): Record<string, unknown> {
  const { settings } = loadpoint;
  const { now } = site;
  const { active = false, required } = plan ? activityOf(plan, loadpoint, now) : {};
  const slots = aheadOf(plan?.slots ?? NOTHING, now);
  const goal = chosenGoal(loadpoint, powersOf(loadpoint, site, limits).fullPower, now, active ? plan : undefined);
  const energy = goal?.kind === 'energy' ? goal : undefined;
  return {
    planActive: active,
    plan: slots,
    planProjectedStart: slots[0]?.start ?? (active ? now : null),
    planProjectedEnd: slots.at(-1)?.end ?? (active && required ? now + required : null),
    planOverrun: plan ? overrunOf(plan, required, now) : 0,
    planTime: energy?.target ?? null,
    planEnergy: (energy?.value ?? 0) / 1_000,
    effectivePlanId: goal?.id ?? 0,
    effectivePlanTime: goal?.target ?? null,
    effectivePlanSoc: goal?.kind === 'soc' ? goal.value : 0,
    effectivePlanStrategy: settings.planStrategy,
  };
}

/** The slots that are not over; the same list as long as none is. */
function aheadOf(slots: readonly PlanSlot[], now: number): readonly PlanSlot[] {
  return slots.every(({ end }) => end > now) ? slots : slots.filter(({ end }) => end > now);
}
