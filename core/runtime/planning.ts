import type { Hooks } from '../hooks.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { Plans, SiteState } from '../site.ts';

/** ms after which plans are made anew though nothing they depend on changed */
const RENEW = 300_000;

/** Makes plans beside the cycles: when rates, settings or connections change, and every few minutes. */
export class Planning {
  readonly #hooks: Pick<Hooks, 'plan'>;
  readonly #report: ReturnType<typeof failureReporter>;
  readonly #finished: () => void;
  #plans: Plans = new Map();
  #inputs: readonly unknown[] = [];
  #plannedAt = Number.NEGATIVE_INFINITY;
  #running = false;

  /** `finished` is called when new plans are there. */
  constructor(hooks: Pick<Hooks, 'plan'>, log: Logger, finished: () => void) {
    this.#hooks = hooks;
    this.#report = failureReporter('planning', log);
    this.#finished = finished;
  }

  get plans(): Plans {
    return this.#plans;
  }

  /** Looks whether new plans are needed, and makes them in the background. */
  consider(site: SiteState): void {
    if (this.#running || !this.#hooks.plan.isUsed()) return;
    const inputs = inputsOf(site);
    const same = inputs.length === this.#inputs.length && inputs.every((input, index) => input === this.#inputs[index]);
    if (same && site.now - this.#plannedAt < RENEW) return;
    this.#inputs = inputs;
    this.#plannedAt = site.now;
    this.#running = true;
    this.#hooks.plan
      .promise(new Map(), site)
      .then(
        (plans) => {
          this.#plans = plans;
          this.#report.worked();
          this.#finished();
        },
        (error: unknown) => this.#report.failed(error),
      )
      .finally(() => {
        this.#running = false;
      });
  }
}

/** What plans depend on; compared by identity. */
function inputsOf(site: SiteState): readonly unknown[] {
  return [
    site.rates,
    site.settings,
    ...site.loadpoints.flatMap((loadpoint) => [loadpoint.settings, loadpoint.connected, loadpoint.vehicle?.name]),
  ];
}
