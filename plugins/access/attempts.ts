import type { Clock } from '../../core/index.ts';

/** Wrong passwords in a row that nobody waits for */
const FREE = 3;
/** ms to wait after the next one; each further one doubles it */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** ms after which what somebody did wrong is forgotten */
const FORGET = 15 * 60_000;
/** Askers that are remembered */
const MOST = 1_000;

interface Asker {
  failures: number;
  /** ms since the epoch */
  at: number;
}

/** Slows down who guesses passwords: each asker for itself, without holding their requests. */
export class Attempts {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #askers = new Map<string, Asker>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** ms until an asker may try again, 0: now. An attempt counts as failed from its begin, so that many at once count. */
  begin(from: string): number {
    const now = this.#clock.now();
    const asker = this.#askers.get(from);
    const known = asker && Math.abs(now - asker.at) < FORGET ? asker : undefined;
    const failures = known?.failures ?? 0;
    const pause = failures < FREE ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - FREE));
    const left = known ? pause - Math.max(0, now - known.at) : 0;
    if (left > 0) return left;
    // The latest are at the end, so that those are forgotten first who were not heard of for longest.
    this.#askers.delete(from);
    this.#askers.set(from, { failures: failures + 1, at: now });
    const [oldest] = this.#askers.keys();
    if (this.#askers.size > MOST && oldest !== undefined) this.#askers.delete(oldest);
    return 0;
  }

  succeeded(from: string): void {
    this.#askers.delete(from);
  }
}
