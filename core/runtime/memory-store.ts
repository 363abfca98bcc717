import type { Clock } from '../clock.ts';
import { at } from '../config/problem.ts';
import { aged, isMomentous, memoryOf } from '../cycle/resume.ts';
import { messageOf } from '../errors.ts';
import type { Composition } from '../loading/composition.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { TariffRole } from '../site.ts';
import type { Store } from '../store.ts';
import { isRecordOfDecision } from './decisions.ts';
import type { Equipment } from './equipment.ts';
import { fingerprint } from './fingerprint.ts';
import { isAccount, isAlive, isSession, isStoredPlans, parsed } from './kept.ts';
import type { Loadpoint } from './loadpoint.ts';
import type { Planning } from './planning.ts';
import { NEW_ACCOUNT } from './session.ts';
import type { TariffBook } from './tariffs.ts';

/**
 * Keeps what the house remembers (timers, pauses, sessions, vehicles, plans, rates, decisions) in the store, so that a restart
 * changes nothing. What switches is stored with the end of its cycle, the rest about once a minute.
 */

export interface MemoryKeeperOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Pick<Store, 'location' | 'memory'>;
  readonly planning: Planning;
  readonly tariffs: Pick<TariffBook, 'remembered' | 'restore'>;
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
}

/** ms between two savings of what changes all the time */
const PAUSE = 60_000;
/** Loadpoints whose turn it is for that in one cycle */
const PER_CYCLE = 50;
/** ms between two savings of the history of decisions, and how many of them are stored of a loadpoint, and of all */
const DECISIONS_PAUSE = 600_000;
const MOST_DECISIONS = 50;
const MOST_DECISIONS_TOGETHER = 2_000;
/** Cycles without which nobody can tell whether what was waited for lasted */
const FEW_CYCLES = 3;

const ALIVE = 'alive';
const PLANS = 'plans';
const ofLoadpoint = (name: string): string => `loadpoint.${name}`;
const ofDecisions = (name: string): string => `decisions.${name}`;
const TARIFF = 'tariff.';
/** What is kept here; plugins keep their own under other keys. */
const OWN = /^(alive$|plans$|loadpoint\.|decisions\.|tariff\.)/;

interface Saved {
  readonly text: string;
  readonly at: number;
  readonly memory?: Loadpoint['memory'];
  readonly session?: number | undefined;
}

export class MemoryKeeper {
  readonly #options: MemoryKeeperOptions;
  readonly #report: ReturnType<typeof failureReporter>;
  /** What was found in the store; absent: it was put back already */
  #found: ReadonlyMap<string, string> | undefined;
  /** What is in the store by key */
  readonly #saved = new Map<string, Saved>();
  #equipment: Pick<Equipment, 'loadpoints'> = { loadpoints: [] };
  #signatures = new Map<Loadpoint, string>();
  #interval = 10_000;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #decisionsAt = Number.NEGATIVE_INFINITY;
  #saving: Promise<void> | undefined;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
    this.#report = failureReporter('storing what the house remembers', options.log);
  }

  /** Reads what an earlier process left behind. Never rejects: a house without memory is better than none. */
  async load(): Promise<void> {
    const { store, clock, log } = this.#options;
    if (store.location === undefined) return;
    try {
      this.#found = await store.memory.all();
      for (const [key, text] of this.#found) if (OWN.test(key)) this.#saved.set(key, { text, at: clock.now() });
      // From here on it counts as killed until it stops in an orderly way.
      const alive = parsed(this.#found.get(ALIVE));
      if (isAlive(alive)) await store.memory.save(new Map([[ALIVE, JSON.stringify({ ...alive, stopped: false })]]));
    } catch (error) {
      log.warn(`what the house remembered cannot be read: ${messageOf(error)}`);
    }
  }

  /** Takes over the equipment; the first time with what was found for it. */
  use(equipment: Equipment, composition: Composition): void {
    this.#equipment = equipment;
    this.#interval = composition.config.interval;
    this.#signatures = new Map(
      equipment.loadpoints.map((loadpoint) => [loadpoint, this.#signature(loadpoint, composition)]),
    );
    const found = this.#found;
    this.#found = undefined;
    if (found) this.#restore(found, equipment);
  }

  /** A cycle is over: stores what has to be stored by now, without being waited for. */
  note(tariffs: readonly TariffRole[]): void {
    if (this.#options.store.location === undefined || this.#saving !== undefined) return;
    const changes = this.#changes(tariffs, 'cycle');
    if (changes.size > 0) this.#save(changes);
  }

  /** The house stops: stores everything. Never rejects. */
  async finish(tariffs: readonly TariffRole[]): Promise<void> {
    if (this.#options.store.location === undefined) return;
    await this.#saving;
    this.#save(this.#changes(tariffs, 'stop'));
    await this.#saving;
  }

  #changes(tariffs: readonly TariffRole[], when: 'cycle' | 'stop'): Map<string, Saved | null> {
    const now = this.#options.clock.now();
    const changes = new Map<string, Saved | null>();
    const keys = new Set([ALIVE, PLANS]);
    const put = (key: string, value: Saved): void => {
      if (this.#saved.get(key)?.text === value.text) this.#saved.set(key, value);
      else changes.set(key, value);
    };
    const isDue = (at: number | undefined, pause: number): boolean =>
      when === 'stop' || at === undefined || Math.abs(now - at) >= pause;

    let room = PER_CYCLE;
    let waits = false;
    for (const loadpoint of this.#equipment.loadpoints) {
      const { memory, spec } = loadpoint;
      const key = ofLoadpoint(spec.name);
      keys.add(key).add(ofDecisions(spec.name));
      waits ||= Object.values(memory.timers).some((timer) => timer.delay > 0);
      const before = this.#saved.get(key);
      const session = loadpoint.session.id;
      const momentous = !before?.memory || isMomentous(before.memory, memory) || before.session !== session;
      if (!momentous && !(isDue(before.at, PAUSE) && (when === 'stop' || room-- > 0))) continue;
      put(key, { text: this.#textOf(loadpoint), at: now, memory, session });
    }
    put(PLANS, { text: this.#plansText(tariffs), at: now });
    for (const [name, text] of this.#options.tariffs.remembered()) {
      keys.add(`${TARIFF}${name}`);
      put(`${TARIFF}${name}`, { text, at: now });
    }
    if (isDue(this.#decisionsAt, DECISIONS_PAUSE)) {
      this.#decisionsAt = now;
      for (const loadpoint of this.#equipment.loadpoints) {
        put(ofDecisions(loadpoint.spec.name), { text: this.#decisionsText(loadpoint), at: now });
      }
    }
    for (const key of this.#saved.keys()) if (!keys.has(key)) changes.set(key, null);
    // How long nobody watched matters to what is being waited for.
    if (waits || changes.size > 0 || isDue(this.#aliveAt, PAUSE)) {
      this.#aliveAt = now;
      const stopped = when === 'stop' && !this.#equipment.loadpoints.some((loadpoint) => loadpoint.isInDoubt);
      changes.set(ALIVE, { text: JSON.stringify({ at: now, stopped }), at: now });
    }
    return changes;
  }

  #save(changes: ReadonlyMap<string, Saved | null>): void {
    const texts = new Map([...changes].map(([key, value]) => [key, value === null ? null : value.text] as const));
    this.#saving = this.#options.store.memory
      .save(texts)
      .then(
        () => {
          for (const [key, value] of changes) {
            if (value) this.#saved.set(key, value);
            else this.#saved.delete(key);
          }
          this.#report.worked();
        },
        (error: unknown) => this.#report.failed(error),
      )
      .finally(() => {
        this.#saving = undefined;
      });
  }

  #textOf(loadpoint: Loadpoint): string {
    const { memory, account, session } = loadpoint;
    const charger = this.#signatures.get(loadpoint);
    return JSON.stringify({ charger, memory: { ...memory, setpoint: undefined }, account, session });
  }

  /** Plans by name of the loadpoint, and of which tariffs they were made. */
  #plansText(tariffs: readonly TariffRole[]): string {
    const plans = this.#equipment.loadpoints.flatMap(({ spec }) => {
      const plan = this.#options.planning.plans.get(spec.id);
      return plan ? [[spec.name, plan]] : [];
    });
    return JSON.stringify({ tariffs: plans.length > 0 ? tariffs : [], plans });
  }

  #decisionsText({ decisions }: Loadpoint): string {
    const most = Math.min(MOST_DECISIONS, Math.floor(MOST_DECISIONS_TOGETHER / this.#equipment.loadpoints.length));
    return JSON.stringify(most > 0 ? decisions.changes.slice(-most) : []);
  }

  #signature({ spec }: Loadpoint, { entries }: Composition): string {
    const text = this.#options.hide(entries.get(at('chargers', spec.charger))?.signature ?? '');
    return fingerprint(`${spec.charger} ${text}`);
  }

  #restore(found: ReadonlyMap<string, string>, equipment: Equipment): void {
    const { clock, log, planning, tariffs } = this.#options;
    const now = clock.now();
    const rates = [...found].filter(([key]) => key.startsWith(TARIFF));
    tariffs.restore(new Map(rates.map(([key, text]) => [key.slice(TARIFF.length), text])));
    const alive = parsed(found.get(ALIVE));
    const { at, stopped } = isAlive(alive) ? alive : { at: Number.NEGATIVE_INFINITY, stopped: false };
    // A clock that was set back says nothing of the time in between.
    const away = now >= at && now - at <= FEW_CYCLES * this.#interval ? 'shortly' : 'long';
    const plans = new Map<string, unknown>();
    const stored = parsed(found.get(PLANS));
    if (isStoredPlans(stored)) for (const [name, plan] of stored.plans) plans.set(name, plan);
    const ids = new Map<number, unknown>();
    for (const loadpoint of equipment.loadpoints) {
      const { name, id, title } = loadpoint.spec;
      const text = found.get(ofLoadpoint(name));
      if (text !== undefined && !this.#revive(loadpoint, parsed(text), equipment, { away, stopped, now })) {
        log.warn(`${title}: what was remembered of it is not readable and is ignored`);
      }
      const decisions = parsed(found.get(ofDecisions(name)));
      if (Array.isArray(decisions)) loadpoint.decisions.restore(decisions.filter(isRecordOfDecision));
      if (plans.has(name)) ids.set(id, plans.get(name));
    }
    if (isStoredPlans(stored)) planning.restore(ids, stored.tariffs, now);
  }

  /** Whether it was readable. */
  #revive(
    loadpoint: Loadpoint,
    kept: unknown,
    equipment: Equipment,
    { away, stopped, now }: { away: 'shortly' | 'long'; stopped: boolean; now: number },
  ): boolean {
    const { charger, memory: plain, account, session } = (kept ?? {}) as Readonly<Record<string, unknown>>;
    const remembered = memoryOf(plain);
    if (!remembered || !isAccount(account) || !isSession(session)) return false;
    const vehicle =
      remembered.vehicle !== null && !equipment.vehicles.has(remembered.vehicle)
        ? loadpoint.vehicle
        : remembered.vehicle;
    const memory = { ...aged(remembered, away, now), vehicle };
    const same = charger === this.#signatures.get(loadpoint);
    const known = same ? memory : { ...memory, enabledKnown: false, currentKnown: false };
    loadpoint.restore({ memory: known, account: { ...NEW_ACCOUNT, ...account }, session }, stopped);
    return true;
  }
}
