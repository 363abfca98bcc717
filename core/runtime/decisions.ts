import type { Outcome } from '../cycle/decide.ts';
import { bindingOf, type DecisionRecord, recordOf, resultOf } from '../cycle/decision.ts';
import type { SiteState } from '../site.ts';

/** What was decided for a loadpoint: the last decision, and those that changed something. Records are made when needed. */

/** Changes that are kept of a loadpoint, and of all loadpoints of a house together */
const MOST = 500;
const MOST_TOGETHER = 20_000;
/** Changes that are kept of each loadpoint, however many there are */
const LEAST = 20;
/** A by which the current has to differ from the last change to be one */
const CURRENT_STEP = 1;

export class Decisions {
  #last: { readonly outcome: Outcome; readonly site: SiteState } | undefined;
  #shown: DecisionRecord | undefined;
  #changes: DecisionRecord[] = [];

  /** Takes note of a cycle's decision. */
  note(outcome: Outcome, site: SiteState): void {
    this.#last = { outcome, site };
    const latest = this.#changes.at(-1);
    const changed = !latest || isChange(latest, outcome);
    const { id, title } = outcome.loadpoint;
    if (!changed && this.#shown?.loadpoint === id && this.#shown.title === title) return;
    this.#shown = recordOf(outcome, site);
    if (!changed) return;
    this.#changes.push(this.#shown);
    const most = Math.max(LEAST, Math.min(MOST, Math.floor(MOST_TOGETHER / site.loadpoints.length)));
    if (this.#changes.length > most) this.#changes = this.#changes.slice(-most);
  }

  /** The decision when result or reason last changed, as it is published; absent: none yet */
  get shown(): DecisionRecord | undefined {
    return this.#shown;
  }

  /** The decision of the last cycle; absent: none yet */
  get current(): DecisionRecord | undefined {
    return this.#last && recordOf(this.#last.outcome, this.#last.site);
  }

  /** Decisions in which the result or what it hangs on changed, oldest first */
  get changes(): readonly DecisionRecord[] {
    return this.#changes;
  }

  /** Puts what an earlier process remembered before everything else. */
  restore(changes: readonly DecisionRecord[]): void {
    this.#changes = [...changes, ...this.#changes];
  }
}

/** Another result, or another reason that it hangs on; small steps of the current are none. */
function isChange(before: DecisionRecord, outcome: Outcome): boolean {
  const { enabled, current, phases } = resultOf(outcome);
  const { result, binding } = before;
  return (
    enabled !== result.enabled ||
    phases !== result.phases ||
    Math.abs(current - result.current) >= CURRENT_STEP ||
    bindingOf(outcome.setpoint)?.code !== binding.code
  );
}

/** Whether a plain value is what was stored of a decision. */
export function isRecordOfDecision(value: unknown): value is DecisionRecord {
  const { at, result, binding } = (value ?? {}) as Partial<DecisionRecord>;
  return Number.isFinite(at) && Number.isFinite(result?.current) && typeof binding?.code === 'string';
}
