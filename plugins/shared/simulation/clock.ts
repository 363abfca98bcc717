import type { Clock } from '../../../core/index.ts';

/** A clock that only moves when it is told to, as fast as the simulation can go. */
export interface SimulatedClock extends Clock {
  /** Sets the time, later than before, and runs what fell due until then, in its order. */
  moveTo(time: number): void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
  over: boolean;
}

export function createClock(start: number): SimulatedClock {
  let now = start;
  // Almost all of them are deadlines that are over at once; they are swept away when time moves on.
  let timers: Timer[] = [];

  const after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: now + Math.max(0, ms), run, over: false };
    timers.push(timer);
    return () => {
      timer.over = true;
    };
  };

  const nextUntil = (time: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) if (!timer.over && timer.at <= time && (!next || timer.at < next.at)) next = timer;
    return next;
  };

  return {
    now: () => now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        const abort = () => {
          cancel();
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
      }),
    moveTo(time) {
      for (let next = nextUntil(time); next; next = nextUntil(time)) {
        next.over = true;
        now = Math.max(now, next.at);
        next.run();
      }
      now = time;
      timers = timers.filter((timer) => !timer.over);
    },
  };
}
