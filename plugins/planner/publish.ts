import type { Evcc, LoadpointState, Plan, PlanSlot, SiteState } from '../../core/index.ts';
import { powersOf, type SharedLimits } from '../shared/charge-power.ts';
import { activityOf } from './activity.ts';
import { chosenGoal } from './goals.ts';
import { overrunOf } from './lateness.ts';

/** Publishes what is planned, in every cycle and every mode. */
export function planPublisher({
  publish,
  publishAll,
}: Pick<Evcc, 'publish' | 'publishAll'>): (loadpoint: LoadpointState, site: SiteState, limits: SharedLimits) => void {
  /** Settings without a plan, for which there is nothing new to say */
  const idle = new WeakSet<LoadpointState['settings']>();
  return (loadpoint, site, limits) => {
    const { id, settings, connected } = loadpoint;
    const plan = connected ? site.plans.get(id) : undefined;
    const wanted = plan !== undefined || settings.targetTime !== null || settings.repeatingPlans.length > 0;
    if (wanted) {
      idle.delete(settings);
      let made: PlanValues | undefined;
      publishAll('loadpoint', id, VALUES, () => {
        made ??= valuesOf(loadpoint, plan, site, limits);
        return made;
      });
    } else if (!idle.has(settings)) {
      idle.add(settings);
      // At once: nobody shall hold on to a house that is long over.
      const values = valuesOf(loadpoint, plan, site, limits);
      for (const key of KEYS) publish('loadpoint', id, key, values[key]);
    }
  };
}

type PlanValues = ReturnType<typeof valuesOf>;

const KEYS = [
  'planActive',
  'plan',
  'planProjectedStart',
  'planProjectedEnd',
  'planOverrun',
  'planTime',
  'planEnergy',
  'effectivePlanId',
  'effectivePlanTime',
  'effectivePlanSoc',
  'effectivePlanStrategy',
] as const satisfies readonly (keyof PlanValues)[];

const VALUES = Object.fromEntries(KEYS.map((key) => [key, (values: () => PlanValues) => values()[key]]));

function valuesOf(loadpoint: LoadpointState, plan: Plan | undefined, site: SiteState, limits: SharedLimits) {
  const { settings } = loadpoint;
  const { now } = site;
  const { active = false, required } = plan ? activityOf(plan, loadpoint, now) : {};
  const slots = aheadOf(plan?.slots ?? [], now);
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
