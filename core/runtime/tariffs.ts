import { startOfDay } from '../clock.ts';
import type { Rate, TariffDevice, TariffKind } from '../devices.ts';
import type { Hooks } from '../hooks.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import { type Rates, TARIFF_ROLES, type TariffRole, type TariffState } from '../site.ts';
import type { DeviceHandle } from './device-handle.ts';
import { type KnownRates, recall, remember, serves } from './known-rates.ts';
import { mergeRates, plannerRole, sumRates } from './tariff-rates.ts';
import { createTurns } from './turns.ts';

export type TariffHandle = DeviceHandle<TariffDevice, readonly Rate[]>;

/** A configured tariff. */
export interface TariffSource {
  readonly role: TariffRole;
  /** Unique */
  readonly name: string;
  /** Equal texts stand for equal entries of the configuration */
  readonly signature: string;
  readonly handle: TariffHandle;
}

/** ms between two fetches: of what is known ahead, of what only the present is known of, and of what does not serve now */
const REFRESH = 3_600_000;
const REFRESH_PRESENT = 900_000;
const REFRESH_NOTHING = 300_000;
/** ms, shortest and longest pause that a tariff may want */
const SHORTEST_PAUSE = 60_000;
const LONGEST_PAUSE = 86_400_000;
const WEEK = 7 * 86_400_000;

/** Keeps the rates of all roles: fetched hourly; the last known ones serve while they are valid, also after a restart. */
export class TariffBook {
  readonly #hooks: Pick<Hooks, 'rates'>;
  readonly #report: ReturnType<typeof failureReporter>;
  #sources: readonly TariffSource[] = [];
  /** By name */
  readonly #known = new Map<string, KnownRates>();
  /** As texts */
  readonly #texts = new WeakMap<KnownRates, string>();
  /** What an earlier process knew, by name */
  #found: ReadonlyMap<string, string> = new Map();
  /** Rates that serve, before plugins refined them, and of what they were put together */
  #serving: Rates = {};
  /** Names of the tariffs whose known rates served then */
  #valid: ReadonlySet<string> = new Set();
  readonly #states = new Map<TariffRole, { lists: readonly (readonly Rate[])[]; state: TariffState }>();
  #rates: Rates = {};
  /** ms since the epoch; answers of before are asked for again */
  #forgottenAt = Number.NEGATIVE_INFINITY;
  /** Tariffs or plugins changed since the rates were put together */
  #changed = false;
  readonly #inTurn = createTurns();

  constructor(hooks: Pick<Hooks, 'rates'>, log: Logger) {
    this.#hooks = hooks;
    this.#report = failureReporter('refreshing the rates', log);
  }

  /** Rates known at present; the same object until something else is known. */
  get rates(): Rates {
    return this.#rates;
  }

  get handles(): readonly TariffHandle[] {
    return this.#sources.map(({ handle }) => handle);
  }

  /** What an earlier process wrote down, by name; used for entries that did not change since. */
  restore(found: ReadonlyMap<string, string>): void {
    this.#found = found;
  }

  /** What the next process has to know, by name. */
  remembered(): ReadonlyMap<string, string> {
    const texts = this.#sources.flatMap(({ name, signature }): [string, string][] => {
      const known = this.#known.get(name);
      return known?.signature === signature ? [[name, this.#textOf(known)]] : [];
    });
    return new Map(texts);
  }

  use(sources: readonly TariffSource[]): void {
    for (const { name, signature, handle } of sources) {
      if (this.#known.get(name)?.signature === signature) continue;
      this.#known.delete(name);
      const known = recall(this.#found.get(name));
      if (known?.signature !== signature) continue;
      this.#known.set(name, known);
      handle.resume(known.rates, known.at);
    }
    const names = new Set(sources.map(({ name }) => name));
    for (const name of [...this.#known.keys()]) if (!names.has(name)) this.#known.delete(name);
    this.#found = new Map();
    this.#sources = sources;
    this.#changed = true;
  }

  /** Has all rates fetched anew; those that are known serve until then. */
  forget(now: number): void {
    this.#forgottenAt = now;
  }

  /** Fetches what is due and puts the rates together; `undefined`: nothing changed. */
  refresh(now: number): Promise<void> | undefined {
    const work: Promise<void>[] = [];
    for (const { name, handle } of this.#sources) {
      const sample = handle.sample(now);
      const forgotten = sample && sample.at < this.#forgottenAt && this.#forgottenAt <= now;
      const due = !sample || forgotten || Math.abs(now - sample.at) >= pauseAfter(this.#known.get(name), now);
      const fetching = due ? handle.refresh() : undefined;
      // Each is put into force as it comes: one that hangs must not keep the others waiting.
      if (fetching !== undefined) work.push(fetching.then(() => this.#inTurn(() => this.#collect(now))));
    }
    if (this.#changed || this.#lapsed(now)) work.push(this.#inTurn(() => this.#collect(now)));
    return work.length === 0 ? undefined : Promise.all(work).then(() => {});
  }

  /** Whether known rates serve no longer, or again because the clock was set. */
  #lapsed(now: number): boolean {
    for (const [name, known] of this.#known) if (serves(known, now) !== this.#valid.has(name)) return true;
    return false;
  }

  /** Takes over what was fetched, and lets plugins refine what serves now. */
  async #collect(now: number): Promise<void> {
    for (const source of this.#sources) this.#take(source, now);
    const valid = [...this.#known].filter(([, known]) => serves(known, now));
    this.#valid = new Set(valid.map(([name]) => name));
    const serving = this.#served(now);
    if (!this.#changed && same(serving, this.#serving)) return;
    this.#changed = false;
    this.#serving = Object.freeze(serving);
    try {
      this.#rates = Object.freeze(await this.#hooks.rates.promise(serving, new AbortController().signal));
      this.#report.worked();
    } catch (error) {
      this.#rates = serving;
      this.#report.failed(error);
    }
  }

  #take({ name, signature, handle }: TariffSource, now: number): void {
    const { device } = handle;
    const sample = handle.sample(now);
    const before = this.#known.get(name);
    if (!device || !sample || sample.at === before?.at) return;
    const { kind } = device;
    const rates = mergeRates(before?.kind === kind ? before.rates : [], sample.value, keptSince(kind, now));
    const assumed = device.assumed ?? kind === 'pricedynamic';
    const pause = pauseOf(device, sample.at, rates);
    const wanted = pause !== undefined && { pause };
    this.#known.set(name, { signature, kind, assumed, at: sample.at, ...wanted, rates });
  }

  /** Rates that serve at `now`, by role; those of a role that changed nothing are the same object as before. */
  #served(now: number): Rates {
    const rates: Partial<Record<TariffRole, TariffState>> = {};
    const kinds: Partial<Record<TariffRole, TariffKind>> = {};
    for (const role of TARIFF_ROLES) {
      const sources = this.#sources.filter((source) => source.role === role);
      const known = sources.flatMap(({ name }) => this.#known.get(name) ?? []);
      const kind = known[0]?.kind ?? sources[0]?.handle.device?.kind;
      if (kind) kinds[role] = kind;
      const lists = known.filter((each) => serves(each, now)).map((each) => each.rates);
      if (kind && lists.length > 0) rates[role] = this.#state(role, kind, lists);
    }
    const planner = plannerRole(kinds);
    return { ...rates, ...(planner && rates[planner] && { planner: rates[planner] }) };
  }

  /** The same object as long as it is put together of the same rates. */
  #state(role: TariffRole, kind: TariffKind, lists: readonly (readonly Rate[])[]): TariffState {
    const before = this.#states.get(role);
    if (before?.state.kind === kind && identical(before.lists, lists)) return before.state;
    const state = { kind, rates: sumRates(lists) };
    this.#states.set(role, { lists, state });
    return state;
  }

  #textOf(known: KnownRates): string {
    const text = this.#texts.get(known) ?? remember(known);
    this.#texts.set(known, text);
    return text;
  }
}

/** ms since the epoch from which on rates that are over are kept. */
function keptSince(kind: TariffKind, now: number): number {
  // How much sun was expected earlier today is compared with what came of it; houses are heated by the cold of days.
  if (kind === 'solar') return startOfDay(now);
  return kind === 'temperature' ? now - WEEK : now;
}

/** What the tariff wants; `undefined`: nothing, or nothing that makes sense. */
function pauseOf(device: TariffDevice, at: number, rates: readonly Rate[]): number | undefined {
  try {
    const pause = Number(device.pause?.(at, rates));
    return Number.isNaN(pause) ? undefined : Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, pause));
  } catch {
    return undefined;
  }
}

/** ms from the last answer until the next. */
function pauseAfter(known: KnownRates | undefined, now: number): number {
  if (known?.pause !== undefined) return known.pause;
  if (!known || !serves(known, now)) return REFRESH_NOTHING;
  return known.assumed ? REFRESH_PRESENT : REFRESH;
}

function same(a: Rates, b: Rates): boolean {
  return TARIFF_ROLES.every((role) => a[role] === b[role]);
}

function identical<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
