import type { HistoryStore, SiteState, Time } from '../../core/index.ts';
import { sample } from './series.ts';
import { addTo, rowsOf, type Slot, type Sum, slotAt } from './slots.ts';

/** Averages what cycles measure by quarter hours, and stores it. */

/** A quarter hour that is not stored, or not over yet. */
interface Open {
  readonly slot: Slot;
  readonly sums: Map<string, Sum>;
  /** What an earlier process stored of it is in the sums. */
  complete: boolean;
}

/** Cycles without which nobody knows what was in between, and ms that they are at least */
const FEW_CYCLES = 3;
const SHORTEST_GAP = 60_000;
/** Quarter hours that are kept while the database fails: a week */
const MOST_OPEN = 7 * 96;

export class Recorder {
  readonly #store: () => HistoryStore;
  readonly #time: Time;
  readonly #open = new Map<number, Open>();
  readonly #titles = new Map<string, string>();
  /** Names of all series; absent: not read yet */
  #names: Promise<Set<string>> | undefined;
  #at: number | undefined;
  #saving: Promise<void> | undefined;

  constructor(store: () => HistoryStore, time: Time) {
    this.#store = store;
    this.#time = time;
  }

  /** Titles of what the series belong to, as far as they were recorded by this process */
  get titles(): ReadonlyMap<string, string> {
    return this.#titles;
  }

  /** Names of all series, sorted */
  async series(): Promise<readonly string[]> {
    this.#names ??= this.#store()
      .series()
      .then((names) => new Set(names));
    const names = await this.#names.catch((error: unknown): never => {
      this.#names = undefined;
      throw error;
    });
    for (const { sums } of this.#open.values()) for (const name of sums.keys()) names.add(name);
    return [...names].sort();
  }

  /** What is measured now counts for the time since the cycle before. Answers whether a quarter hour ended. */
  add(site: SiteState): boolean {
    const { now } = site;
    const before = this.#at;
    this.#at = now;
    if (before === undefined || now <= before) return false;
    if (now - before > Math.max(SHORTEST_GAP, FEW_CYCLES * site.interval)) return false;
    let ended = false;
    for (let from = before; from < now; ) {
      const open = this.#slotAt(from);
      const until = Math.min(now, open.slot.end);
      ended ||= until === open.slot.end;
      const known = until - from;
      sample(site, (series, value, title) => {
        addTo(open.sums, series, value, known);
        if (title !== '') this.#titles.set(series, title);
      });
      from = until;
    }
    return ended;
  }

  /** Stores what is not stored yet. Several calls at once are one. */
  save(): Promise<void> {
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  #slotAt(at: number): Open {
    const slot = slotAt('quarter', at, this.#time);
    const known = this.#open.get(slot.start);
    if (known) return known;
    const open: Open = { slot, sums: new Map(), complete: false };
    this.#open.set(slot.start, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return open;
  }

  async #save(): Promise<void> {
    const store = this.#store();
    const opens = [...this.#open.values()];
    for (const open of opens) {
      if (open.complete) continue;
      const { start } = open.slot;
      for (const { series, mean, known } of await store.list({ from: start, until: start + 1 })) {
        addTo(open.sums, series, mean, known);
      }
      open.complete = true;
    }
    // Cycles go on adding while it is stored.
    const at = this.#at ?? Number.NEGATIVE_INFINITY;
    const rows = opens.flatMap(({ slot, sums }) => rowsOf(slot, sums));
    await store.save(rows);
    const names = await this.#names?.catch(() => undefined);
    for (const { series } of rows) names?.add(series);
    for (const { slot } of opens) if (slot.end <= at) this.#open.delete(slot.start);
  }
}
