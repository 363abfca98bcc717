import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

/** Runs cycles: one per interval, and early ones on request. They never overlap. */
export interface Scheduler {
  /** Runs the first cycle and resolves when it is over. */
  start(): Promise<void>;
  /** Asks for a cycle as soon as possible; many requests make one. */
  request(): void;
  /** Time between the cycles from now on, ms. */
  setInterval(interval: number): void;
  /** No further cycle starts; resolves when the present one is over. */
  stop(): Promise<void>;
}

/** ms between the starts of two cycles that were asked for, so that a flood of commands does not flood the devices */
const EARLIEST = 250;

export function createScheduler(run: () => Promise<void>, interval: number, clock: Clock, log: Logger): Scheduler {
  let period = interval;
  let stopped = true;
  let requested = false;
  let running: Promise<void> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  /** When the next regular cycle is due */
  let dueAt = 0;
  let cancel = (): void => {};
  let slow = false;

  const cycle = async (): Promise<void> => {
    cancel();
    requested = false;
    startedAt = clock.now();
    // Further away than an interval: the clock was set back.
    if (startedAt >= dueAt || dueAt > startedAt + period) dueAt = startedAt + period;
    await run();
    watch(clock.now() - startedAt);
    running = undefined;
    plan();
  };

  const watch = (duration: number): void => {
    if (duration > period && !slow) {
      log.warn(`a cycle took ${(duration / 1_000).toFixed(1)} s, longer than the interval of ${period / 1_000} s`);
    }
    if (duration <= period && slow) log.info('cycles are within the interval again');
    slow = duration > period;
  };

  // Whoever asks for a cycle, it is not run as a part of what a plugin does.
  const begin = AsyncLocalStorage.bind((): void => {
    if (!stopped && running === undefined) running = cycle();
  });

  const plan = (): void => {
    cancel();
    if (stopped || running !== undefined) return;
    const now = clock.now();
    const regular = Math.min(dueAt - now, period);
    const wait = requested ? Math.min(regular, startedAt + EARLIEST - now, EARLIEST) : regular;
    if (wait <= 0) begin();
    else cancel = clock.after(wait, begin);
  };

  return {
    async start() {
      stopped = false;
      begin();
      await running;
    },
    request() {
      requested = true;
      plan();
    },
    setInterval(changed) {
      period = changed;
      dueAt = Math.min(dueAt, startedAt + period);
      plan();
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
