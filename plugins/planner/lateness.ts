import type { Evcc, LoadpointState, Plan, SiteState } from '../../core/index.ts';
import { activityOf } from './activity.ts';

/** ms too late from which somebody is told; a car that is slower than assumed makes up for less */
const WORTH_TELLING = 5 * 60_000;
/** ms after the first cycle in which plans that an earlier process had are there again */
const STARTING = 60_000;

/** ms after its target at which a plan will have reached its goal; 0: in time, or unknown */
export function overrunOf({ target }: Plan, required: number | undefined, now: number): number {
  return required ? Math.max(0, now + required - target) : 0;
}

/** Raises an event when a plan turns out to be late, once for each goal. To be called in every cycle. */
export function latenessWatch(raise: Evcc['raise']): (loadpoint: LoadpointState, site: SiteState) => void {
  /** The goal that was late last, as text, by loadpoint */
  const told = new Map<number, string>();
  let start: number | undefined;
  return (loadpoint, { plans, now }) => {
    const { id } = loadpoint;
    start ??= now;
    const plan = plans.get(id);
    if (!plan?.goal || overrunOf(plan, activityOf(plan, loadpoint, now).required, now) < WORTH_TELLING) return;
    const goal = [plan.goal.id, plan.goal.kind, plan.goal.value, plan.target].join(' ');
    if (told.get(id) === goal) return;
    told.set(id, goal);
    raise({ kind: 'planoverrun', loadpoint: id, at: now, observed: now - start >= STARTING });
  };
}
