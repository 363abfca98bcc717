import type { Evcc, LoadpointState, PlanSlot, SiteState } from '../../core/index.ts';
import { activityOf } from './activity.ts';
import { chosenGoal } from './goals.ts';
import { overrunOf } from './lateness.ts';
import { powersOf } from './room.ts';

/** Publishes what is planned, in every cycle and every mode. */
export function planPublisher(publish: Evcc['publish']): (loadpoint: LoadpointState, site: SiteState) => void {
  /** Settings of loadpoints of which was published that there is nothing to plan */
  const idle = new WeakSet<LoadpointState['settings']>();
  return (loadpoint, site) => {
    const { id, settings, connected } = loadpoint;
    const { now } = site;
    const plan = connected ? site.plans.get(id) : undefined;
    const wanted = plan !== undefined || settings.targetTime !== null || settings.repeatingPlans.length > 0;
    if (!wanted && idle.has(settings)) return;
    if (wanted) idle.delete(settings);
    else idle.add(settings);

    const set = (key: string, value: unknown): void => publish('loadpoint', id, key, value);
    const { active = false, required } = plan ? activityOf(plan, loadpoint, now) : {};
    const slots = aheadOf(plan?.slots ?? [], now);
    const goal = chosenGoal(loadpoint, powersOf(loadpoint, site).fullPower, now, active ? plan : undefined);
    const energy = goal?.kind === 'energy' ? goal : undefined;
    set('planActive', active);
    set('plan', slots);
    set('planProjectedStart', slots[0]?.start ?? (active ? now : null));
    set('planProjectedEnd', slots.at(-1)?.end ?? (active && required ? now + required : null));
    set('planOverrun', plan ? overrunOf(plan, required, now) : 0);
    set('planTime', energy?.target ?? null);
    set('planEnergy', (energy?.value ?? 0) / 1_000);
    set('effectivePlanId', goal?.id ?? 0);
    set('effectivePlanTime', goal?.target ?? null);
    set('effectivePlanSoc', goal?.kind === 'soc' ? goal.value : 0);
    set('effectivePlanStrategy', settings.planStrategy);
  };
}

/** The slots that are not over; the same list as long as none is. */
function aheadOf(slots: readonly PlanSlot[], now: number): readonly PlanSlot[] {
  return slots.every(({ end }) => end > now) ? slots : slots.filter(({ end }) => end > now);
}
