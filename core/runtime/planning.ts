import type { Hooks } from '../hooks.ts';
import { isPlans } from '../loading/answers.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { Plan, Plans, SiteState, TariffRole } from '../site.ts';

/** ms after which plans are made anew though nothing they depend on changed */
const RENEW = 300_000;

/** Makes plans beside the cycles: when rates, settings or connections change, and every few minutes. */
export class Planning {
  readonly #hooks: Pick<Hooks, 'plan'>;
  readonly #report: ReturnType<typeof failureReporter>;
  readonly #finished: () => void;
  #plans: Plans = new Map();
  /** What the present plans were made of; compared by identity */
  #inputs: unknown[] = [];
  #plannedAt = Number.NEGATIVE_INFINITY;
  #running = false;
  /** Tariffs without which restored plans are not made anew */
  #awaited: { readonly tariffs: readonly TariffRole[]; readonly until: number } | undefined;

  /** `finished` is called when new plans are there. */
  constructor(hooks: Pick<Hooks, 'plan'>, log: Logger, finished: () => void) {
    this.#hooks = hooks;
    this.#report = failureReporter('planning', log);
    this.#finished = finished;
  }

  get plans(): Plans {
    return this.#plans;
  }

  /**
   * Goes on with plans of an earlier process, by loadpoint; what is none is left out. Until the tariffs that they were made
   * of are known again, but not for long, they are not made anew: without prices they would be other ones.
   */
  restore(plans: ReadonlyMap<number, unknown>, tariffs: readonly TariffRole[], now: number): void {
    const usable = [...plans].filter((entry): entry is [number, Plan] => isUsablePlan(entry));
    this.#plans = new Map(usable);
    if (usable.length > 0) this.#awaited = { tariffs, until: now + RENEW };
  }

  /** Looks whether new plans are needed, and makes them in the background. */
  consider(site: SiteState): void {
    if (this.#running || !this.#hooks.plan.isUsed()) return;
    if (this.#awaits(site)) return;
    this.#awaited = undefined;
    if (!noteInputs(site, this.#inputs) && site.now - this.#plannedAt < RENEW) return;
    this.#plannedAt = site.now;
    this.#running = true;
    this.#hooks.plan
      .promise(new Map(), site)
      .then(
        (plans) => {
          // Where nothing was planned and nothing is, no cycle has to know it.
          const matters = plans.size > 0 || this.#plans.size > 0;
          this.#plans = plans;
          this.#report.worked();
          if (matters) this.#finished();
        },
        (error: unknown) => this.#report.failed(error),
      )
      .finally(() => {
        this.#running = false;
      });
  }

  #awaits({ rates, now }: SiteState): boolean {
    const { tariffs = [], until = 0 } = this.#awaited ?? {};
    return now < until && tariffs.some((role) => !rates[role]);
  }
}

function isUsablePlan([, plan]: [number, unknown]): boolean {
  try {
    return typeof plan === 'object' && plan !== null && isPlans(new Map([[0, plan as Plan]]));
  } catch {
    return false;
  }
}

/** Puts what plans depend on in place of what is noted; whether it is something else. Every cycle asks: no lists are made. */
function noteInputs(site: SiteState, noted: unknown[]): boolean {
  let count = 0;
  let changed = false;
  const note = (input: unknown): void => {
    if (noted[count] !== input || count >= noted.length) {
      noted[count] = input;
      changed = true;
    }
    count += 1;
  };
  note(site.rates);
  note(site.settings);
  note(site.readings.operator?.consumption);
  for (const loadpoint of site.loadpoints) {
    note(loadpoint.settings);
    note(loadpoint.connected);
    note(loadpoint.vehicle?.name);
    note(loadpoint.soc === undefined);
    note(endingSlot(site, loadpoint.id));
  }
  if (noted.length > count) changed = true;
  noted.length = count;
  return changed;
}

/** End of a slot that is over soon: what follows it has to be known before. */
function endingSlot({ plans, now, interval }: SiteState, id: number): number | undefined {
  const slot = plans.get(id)?.slots.find(({ start, end }) => start <= now && now < end);
  return slot && slot.end - now <= 2 * interval ? slot.end : undefined;
}
