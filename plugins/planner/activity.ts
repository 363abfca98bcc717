import type { LoadpointState, Plan, PlanSlot } from '../../core/index.ts';
import { requiredFor } from './goals.ts';

/** Whether a plan charges. Pure, and the same in every mode. */

export interface Activity {
  readonly active: boolean;
  /** The slot that says so; absent: it is late */
  readonly slot?: PlanSlot;
  /** ms at full power that are missing; absent: unknown */
  readonly required?: number;
}

/** The slot at full power that covers a time. */
export function slotAt(slots: readonly PlanSlot[], at: number): PlanSlot | undefined {
  return slots.find(({ start, end, surplus }) => surplus === undefined && start <= at && at < end);
}

/**
 * A plan charges in its slots, and outside of them when the time that is left would not suffice. It ends when its goal is
 * reached; up to 100 % the car decides when that is, as long as a slot lasts.
 */
export function activityOf(plan: Plan, loadpoint: LoadpointState, now: number): Activity {
  if (!loadpoint.connected) return { active: false };
  const { goal, target, slots } = plan;
  const slot = slotAt(slots, now);
  const required = goal && requiredFor(loadpoint, goal, goal.power);
  const details = { ...(slot && { slot }), ...(required !== undefined && { required }) };
  if (goal === undefined || required === undefined) return { active: slot !== undefined, ...details };
  if (required <= 0) return { active: slot !== undefined && isUpToTheCar(plan), ...details };
  return { active: slot !== undefined || now >= target - required, ...details };
}

/** What is full is for the car to say. */
export function isUpToTheCar({ goal }: Plan): boolean {
  return goal?.kind === 'soc' && goal.value >= 100;
}
