import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../core/clock.ts';
import type { Clock } from '../../core/index.ts';

/** How much faster time passes on the line: its pauses are not what tests are about. */
const HASTE = 20;
/** Rounds of the event loop in which everything arrives that is on its way within this process */
const ROUNDS = 20;

/** The clock of a line to a simulated device. */
export interface LineClock extends Clock {
  /** Whether the device fails from now on: then deadlines are soon over too, and else they are as long as they say. */
  fails(failing: boolean): void;
}

/** Where a machine is too busy, what arrived already is still seen before a time is up. */
export function createLineClock(haste = HASTE): LineClock {
  let failing = false;
  return {
    now: () => systemClock.now() * haste,
    sleep: (ms, signal) => systemClock.sleep(ms / haste, signal),
    after: (ms, run) => {
      let cancelled = false;
      const end = (): void => {
        if (!cancelled) run();
      };
      const cancel = systemClock.after(failing ? ms / haste : ms, () => void arrived().then(end));
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

/** Resolves when what was sent within this process, before, is there. */
export async function arrived(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await setImmediate();
}
