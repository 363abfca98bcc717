import type { Clock } from '../../core/index.ts';

interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #pending: Pending[] = [];

  /** A Sunday noon in June unless told otherwise. */
  constructor(now: number = Date.parse('2025-06-15T12:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers wait: 0 when nothing was left behind. */
  get pending(): number {
    return this.#pending.length;
  }

  /** ms until the next timer falls due; absent: none waits */
  get due(): number | undefined {
    const times = this.#pending.map(({ at }) => at - this.#now);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  after(ms: number, run: () => void): () => void {
    const pending = { at: this.#now + Math.max(0, ms), run };
    this.#pending.push(pending);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== pending);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves on by `ms` and runs what falls due, in order, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#pending.filter((pending) => pending.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /**
   * Lets time pass, in steps of `step` ms, until a promise settles, and answers with what it does. Real time passes too, one
   * ms a step: what waits for files is not overtaken by hours of the fake clock.
   */
  async until<T>(promise: Promise<T>, step = 100): Promise<T> {
    let over = false;
    const settled = (): void => {
      over = true;
    };
    promise.then(settled, settled);
    await settle();
    while (!over) {
      await this.advance(step);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return promise;
  }

  /** Sets the time without running anything, for clocks that jump. */
  jump(now: number): void {
    this.#now = now;
  }
}

/** Lets everything run that does not wait for I/O or time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
