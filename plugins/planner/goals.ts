import type { LoadpointState, Plan, PlanGoal } from '../../core/index.ts';
import { chargeDuration, durationOf } from '../shared/charge-time.ts';
import { limitEnergy, limitSoc } from '../shared/goals.ts';
import { nextOccurrence } from './repeating.ts';

/** What a car shall have, and until when. Pure. */

export interface Goal extends Pick<PlanGoal, 'id' | 'kind' | 'value'> {
  /** ms since the epoch */
  readonly target: number;
}

/** Goal that the user set once */
const STATIC = 1;

/** All goals of a loadpoint, those that are over too; without a time, or nothing to count by, there is none. */
export function goalsOf(loadpoint: LoadpointState, now: number): Goal[] {
  const { targetTime } = loadpoint.settings;
  const once = targetTime === null ? undefined : goalUntil(loadpoint, targetTime);
  return [...(once ? [once] : []), ...repeatingGoals(loadpoint, now)];
}

/**
 * What shall be reached: what the plan says, or else what the limits of the loadpoint mean, which is a soc where it can be
 * known, else an energy; `undefined`: neither.
 */
export function goalUntil(loadpoint: LoadpointState, target: number): Goal | undefined {
  const bySoc = !loadpoint.settings.planEnergy && knowsSoc(loadpoint);
  const value = wanted(loadpoint, bySoc ? 'soc' : 'energy');
  return value > 0 ? { id: STATIC, kind: bySoc ? 'soc' : 'energy', value, target } : undefined;
}

/** % or Wh of the goal that was set once; 0: none of this kind */
function wanted(loadpoint: LoadpointState, kind: Goal['kind']): number {
  const { planSoc, planEnergy } = loadpoint.settings;
  if (kind === 'energy') return (planEnergy || limitEnergy(loadpoint)) * 1_000;
  return planEnergy ? 0 : planSoc || limitSoc(loadpoint);
}

function repeatingGoals(loadpoint: LoadpointState, now: number): Goal[] {
  if (!knowsSoc(loadpoint)) return [];
  return loadpoint.settings.repeatingPlans.flatMap((plan, index): Goal[] => {
    const target = plan.active ? nextOccurrence(plan, now) : undefined;
    return target === undefined ? [] : [{ id: index + 1 + STATIC, kind: 'soc', value: plan.soc, target }];
  });
}

export function knowsSoc({ soc, chargeCapacity, traits }: LoadpointState): boolean {
  return soc !== undefined && chargeCapacity !== undefined && !traits.heating;
}

/** ms at `power` W until a goal is reached, 0: it is; `undefined`: unknown. */
export function requiredFor(
  loadpoint: LoadpointState,
  { kind, value }: Pick<Goal, 'kind' | 'value'>,
  power: number,
): number | undefined {
  const { soc, chargeCapacity: capacity, sessionEnergy, vehicle } = loadpoint;
  if (kind === 'energy') return durationOf(value - sessionEnergy, power);
  if (soc === undefined || capacity === undefined) return undefined;
  const target = Math.min(value, vehicle?.sample?.value.limitSoc ?? 100);
  return chargeDuration({ soc, target, capacity }, power);
}

/**
 * The goal to plan for: the one that has to be started first. One that charges already stays, until it is changed or
 * reached; one whose time is over counts only then.
 */
export function chosenGoal(loadpoint: LoadpointState, power: number, now: number, running?: Plan): Goal | undefined {
  const locked = running && lockedGoal(loadpoint, running);
  if (locked) return locked;
  const open = goalsOf(loadpoint, now).flatMap((goal) => {
    const required = requiredFor(loadpoint, goal, power) ?? 0;
    return goal.target > now ? [{ goal, required, start: goal.target - required }] : [];
  });
  const missing = open.filter(({ required }) => required > 0);
  return (missing.length > 0 ? missing : open).toSorted((a, b) => a.start - b.start)[0]?.goal;
}

/** The goal of a plan that charges, while it is still what the user wants; also while the soc is unknown for a moment. */
function lockedGoal(loadpoint: LoadpointState, { goal, target }: Plan): Goal | undefined {
  if (!goal) return undefined;
  const { settings } = loadpoint;
  const { id, kind, value } = goal;
  const locked = { id, kind, value, target };
  if (id === STATIC) {
    return settings.targetTime === target && wanted(loadpoint, kind) === value ? locked : undefined;
  }
  // The next time of a repeating plan is a later one as soon as this one is over.
  const plan = settings.repeatingPlans[id - 1 - STATIC];
  return plan?.active && plan.soc === value && nextOccurrence(plan, target) === target ? locked : undefined;
}
