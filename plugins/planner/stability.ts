import type { PlanSlot } from '../../core/index.ts';
import { slotAt } from './activity.ts';
import { filled, schedule, type Task, tidy } from './schedule.ts';

/** Keeps a new plan in line with the one in force, so that charging does not begin and end for a few minutes. Pure. */

/** ms below which a slot is not worth beginning, and a break not worth stopping for: less than the shortest slot of a market */
const SHORT = 14 * 60_000;
/** ms of charging that are added to what is running instead of being put off */
const REST = 15 * 60_000;

/** A plan that does not charge yet: the last minutes of a slot are left alone, unless there is no other time. */
export function begun(task: Task, fresh: readonly PlanSlot[]): readonly PlanSlot[] {
  const { now, target, required } = task;
  const end = runEnd(fresh, now);
  if (end === undefined || end - now >= SHORT || required <= end - now || target - end < required) return fresh;
  return schedule({ ...task, now: end });
}

/**
 * A plan that charges: its slot is finished, short breaks are bridged, and a short rest is charged at once. `before` are
 * the slots in force.
 */
export function continued(task: Task, before: readonly PlanSlot[], fresh: readonly PlanSlot[]): readonly PlanSlot[] {
  const { now, required, strategy, spans, fullPower } = task;
  const beyondBlock = required > strategy.precondition;
  const slot = slotAt(before, now);
  let end = runEnd(fresh, now) ?? (slot && beyondBlock ? slot.end : now);
  if (strategy.continuous && beyondBlock) end = now + required;
  let rest: readonly PlanSlot[] = [];
  for (;;) {
    const left = required - (end - now);
    if (left <= 0 || (left < REST && left > strategy.precondition)) {
      end = now + required;
      rest = [];
      break;
    }
    end = Math.ceil(end / 1_000) * 1_000;
    rest = schedule({ ...task, now: end, required: left });
    const next = rest.find(({ surplus }) => surplus === undefined)?.start;
    if (next === undefined || next - end >= SHORT) break;
    // Each round adds a run of slots, or takes up all that is required.
    end = runEnd(rest, next) ?? next;
  }
  const head = end > now ? filled(spans, now, end, fullPower) : [];
  return [...tidy(head), ...rest];
}

/** End of the slots at full power that follow each other without a break and cover `at`; `undefined`: there are none. */
function runEnd(slots: readonly PlanSlot[], at: number): number | undefined {
  let end: number | undefined;
  for (let slot = slotAt(slots, at); slot; slot = slotAt(slots, slot.end)) end = slot.end;
  return end;
}
