import type { LoadpointState, Plan, Plans, SiteState } from '../../core/index.ts';
import { powersOf, type SharedLimits, sharedLimits } from '../shared/charge-power.ts';
import { activityOf, isUpToTheCar, slotAt } from './activity.ts';
import { chosenGoal, type Goal, requiredFor } from './goals.ts';
import { Promises } from './room.ts';
import { schedule, type Task } from './schedule.ts';
import { isPriced, type Room, spansOf } from './spans.ts';
import { begun, continued } from './stability.ts';

/** Plans of all loadpoints, which leave each other room. Pure. */

/** ms for which a car that is asked to fill up is given more time, before it is asked again */
const UP_TO_THE_CAR = 15 * 60_000;

interface Candidate {
  readonly loadpoint: LoadpointState;
  readonly goal: Goal;
  /** The plan in force, if it is for this goal and charges */
  readonly running: Plan | undefined;
}

/** Goals that are due first are served first, then those of more important loadpoints. `household`: W, see `spansOf`. */
export function plansFor(site: SiteState, household: number): Plans {
  const limits = sharedLimits(site);
  const candidates = site.loadpoints
    .filter(({ connected }) => connected)
    .flatMap((loadpoint): Candidate[] => {
      const running = runningPlan(site, loadpoint);
      const goal = chosenGoal(loadpoint, powersOf(loadpoint, site, limits).fullPower, site.now, running);
      return goal ? [{ loadpoint, goal, running: running && isFor(running, goal) ? running : undefined }] : [];
    })
    .sort(
      (a, b) =>
        a.goal.target - b.goal.target || b.loadpoint.priority - a.loadpoint.priority || a.loadpoint.id - b.loadpoint.id,
    );
  const plans = new Map<number, Plan>();
  const promises = new Promises(site, limits);
  for (const { loadpoint, goal, running } of candidates) {
    const plan = planFor(loadpoint, goal, site, household, promises.roomFor(loadpoint, household), running, limits);
    if (!plan) continue;
    plans.set(loadpoint.id, plan);
    promises.add(loadpoint, plan.slots);
  }
  return plans;
}

/** The plan in force of a loadpoint, if it charges. */
export function runningPlan(site: SiteState, loadpoint: LoadpointState): Plan | undefined {
  const plan = site.plans.get(loadpoint.id);
  return plan && activityOf(plan, loadpoint, site.now).active ? plan : undefined;
}

export function isFor({ goal, target }: Plan, wanted: Goal): boolean {
  return goal?.id === wanted.id && goal.kind === wanted.kind && goal.value === wanted.value && target === wanted.target;
}

/** `undefined`: nobody can say how much is missing. `running`: the plan for this goal that charges already. */
export function planFor(
  loadpoint: LoadpointState,
  { id, kind, value, target }: Goal,
  site: SiteState,
  household: number,
  room: Room,
  running: Plan | undefined,
  limits: SharedLimits,
): Plan | undefined {
  const { now, rates, settings } = site;
  const { fullPower, minPower } = powersOf(loadpoint, site, limits);
  const missing = requiredFor(loadpoint, { kind, value }, fullPower);
  // What charges goes on: unknown does not mean full.
  if (missing === undefined || !Number.isFinite(missing)) return running;
  // Whole seconds, as people read them.
  const required = Math.ceil(missing / 1_000) * 1_000;
  const { continuous, precondition } = loadpoint.settings.planStrategy;
  const strategy = { continuous, precondition: precondition * 1_000 };
  const until = Math.max(target, now + required);
  const exportLimit = settings.gridExportLimit || Number.POSITIVE_INFINITY;
  const spans = spansOf({ now, until, rates, household, fullPower, minPower, room, exportLimit });
  const goal = {
    id,
    kind,
    value,
    strategy,
    required,
    power: fullPower,
    priced: isPriced(rates, now),
    solar: spans.some(({ surplus }) => surplus > 0),
  };
  if (required <= 0) {
    const slot = running && isUpToTheCar(running) ? slotAt(running.slots, now) : undefined;
    const slots = slot ? [{ ...slot, end: Math.max(slot.end, now + UP_TO_THE_CAR) }] : [];
    return { goal, target, slots };
  }
  const flat = !isPriced(rates, now);
  const task: Task = { now, target, required, fullPower, strategy, spans, flat };
  const fresh = schedule(task);
  return { goal, target, slots: running ? continued(task, running.slots, fresh) : begun(task, fresh) };
}
