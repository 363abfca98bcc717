import type { Rate, TariffDevice } from '../devices.ts';
import type { Hooks } from '../hooks.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { Rates, TariffRole, TariffState } from '../site.ts';
import type { DeviceHandle, DeviceReport } from './device-handle.ts';
import { createTurns } from './turns.ts';

export type TariffHandle = DeviceHandle<TariffDevice, readonly Rate[]>;

/** ms between two fetches of a tariff */
const REFRESH = 3_600_000;

/** Keeps the rates of all roles: fetched hourly, the last known ones serve as long as they cover the present. */
export class TariffBook {
  readonly #hooks: Pick<Hooks, 'rates'>;
  readonly #report: ReturnType<typeof failureReporter>;
  #handles: Readonly<Partial<Record<TariffRole, TariffHandle>>> = {};
  #rates: Rates = {};
  /** Tariffs or plugins changed since the rates were put together */
  #changed = false;
  readonly #inTurn = createTurns();

  constructor(hooks: Pick<Hooks, 'rates'>, log: Logger) {
    this.#hooks = hooks;
    this.#report = failureReporter('refreshing the rates', log);
  }

  /** Rates known at present; the same object until something new was fetched. */
  get rates(): Rates {
    return this.#rates;
  }

  get handles(): readonly TariffHandle[] {
    return Object.values(this.#handles);
  }

  reports(): DeviceReport[] {
    return this.handles.map((handle) => handle.report());
  }

  use(handles: Readonly<Partial<Record<TariffRole, TariffHandle>>>): void {
    this.#handles = handles;
    this.#changed = true;
  }

  /** Fetches what is due and puts the rates together; `undefined`: nothing changed. */
  refresh(now: number): Promise<void> | undefined {
    const due: Promise<void>[] = [];
    for (const handle of this.handles) {
      const sample = handle.sample(now);
      const fetching = !sample || Math.abs(now - sample.at) >= REFRESH ? handle.refresh() : undefined;
      // Each is put into force as it comes: one that hangs must not keep the others waiting.
      if (fetching !== undefined) due.push(fetching.then(() => this.#inTurn(() => this.#collect(now))));
    }
    if (this.#changed) due.push(this.#inTurn(() => this.#collect(now)));
    this.#changed = false;
    return due.length === 0 ? undefined : Promise.all(due).then(() => {});
  }

  async #collect(now: number): Promise<void> {
    const rates: Partial<Record<TariffRole, TariffState>> = {};
    for (const [role, handle] of Object.entries(this.#handles) as [TariffRole, TariffHandle][]) {
      const sample = handle.sample(now);
      const kind = handle.device?.kind;
      if (sample && kind) rates[role] = { kind, rates: sample.value };
    }
    const planner = plannerOf(rates);
    const complete: Rates = { ...rates, ...(planner && { planner }) };
    try {
      this.#rates = Object.freeze(await this.#hooks.rates.promise(complete, new AbortController().signal));
      this.#report.worked();
    } catch (error) {
      this.#rates = complete;
      this.#report.failed(error);
    }
  }
}

/** What plans and the smart cost limit go by: a tariff of its own, else prices known ahead, else CO2, else the price. */
function plannerOf(rates: Rates): TariffState | undefined {
  if (rates.planner) return rates.planner;
  if (rates.grid && rates.grid.kind !== 'pricestatic') return rates.grid;
  return rates.co2 ?? rates.grid;
}
