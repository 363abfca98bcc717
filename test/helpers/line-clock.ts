import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/index.ts';

/** How much faster time passes on the line: its pauses are not what tests are about. */
const HASTE = 20;
/** Rounds of the event loop in which what arrived already is seen before a time is up, also on a machine that is too busy */
const ROUNDS = 20;

/** The clock of a line to a simulated device. */
export interface LineClock extends Clock {
  /** Whether the device fails from now on: then deadlines are soon over too, and else they are as long as they say. */
  fails(failing: boolean): void;
}

export function createLineClock(): LineClock {
  let failing = false;
  return {
    now: () => systemClock.now() * HASTE,
    sleep: (ms, signal) => systemClock.sleep(ms / HASTE, signal),
    after: (ms, run) => {
      let cancelled = false;
      const round = (left: number): void => {
        if (cancelled) return;
        if (left === 0) run();
        else setImmediate(round, left - 1);
      };
      const cancel = systemClock.after(failing ? ms / HASTE : ms, () => round(ROUNDS));
      return () => {
        cancelled = true;
        cancel();
      };
    },
    fails: (now) => {
      failing = now;
    },
  };
}
