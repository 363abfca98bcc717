import { messageOf } from '../errors.ts';
import type { Allotment, Allotments, AllotRequest, LoadpointTurn, Setpoint, SiteState } from '../site.ts';
import type { GuardResult } from './guard.ts';

/** What loadpoints that share limits ask for, and what the taps of `allot` made of it. Pure. */

/** Whether there is anything to share. */
export function sharesLimits({ circuits, readings }: SiteState): boolean {
  return circuits.length > 0 || readings.operator?.consumption !== undefined;
}

/** What a loadpoint would be charged with; `limited` is what the limiters left, `result` what the guard made of it. */
export function requestOf(turn: LoadpointTurn, limited: Setpoint, { order, memory }: GuardResult): AllotRequest {
  // While a charge pauses to switch phases, it still wants what it will go on with.
  const pauses = memory.pendingPhases?.resumes === true;
  const wanted = pauses ? Math.min(limited.current, turn.maxCurrent) : order?.enabled ? order.current : 0;
  const phases = pauses ? limited.phases : order?.phases;
  return Object.freeze({
    loadpoint: turn,
    current: wanted >= turn.minCurrent ? wanted : 0,
    phases: phases === undefined ? turn.phasesActive : (Math.min(phases, turn.phasesMax) as 1 | 2 | 3),
    running: turn.enabled || pauses,
    fast: limited.fast === true,
  });
}

/** Two opinions together: the lower one counts for each loadpoint. */
export function merged(before: Allotments, answer: Allotments, owner: string): Allotments {
  const result = new Map(before);
  for (const [id, { current, phases, reason }] of answer) {
    const other = before.get(id);
    const lower = !other || current < other.current;
    const onePhase = phases === 1 || other?.phases === 1;
    result.set(
      id,
      Object.freeze({
        current: lower ? Math.max(0, current) : other.current,
        ...(onePhase && { phases: 1 as const }),
        reason: lower ? { ...reason, by: owner } : other.reason,
      }),
    );
  }
  return result;
}

/** Who shares limits failed: there is no current for anybody. */
export function nothing(requests: readonly AllotRequest[], owner: string, error: unknown): Allotments {
  const reason = {
    code: 'limiter-failed',
    text: `no current, because the limiter ${owner} failed: ${messageOf(error)}`,
    change: `goes on when ${owner} works again, or is no longer used`,
    by: owner,
  };
  const none: Allotment = Object.freeze({ current: 0, reason });
  return new Map(requests.map(({ loadpoint }) => [loadpoint.id, none]));
}
