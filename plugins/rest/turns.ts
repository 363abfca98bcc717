import type { Clock } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Requests that may wait for their turn */
const MOST_WAITING = 20;

/** Runs what takes long one after the other, with a pause in between for everything else, such as control. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(clock: Pick<Clock, 'after'>): Turns {
  const waiting: (() => void)[] = [];
  let busy = false;
  return async (work) => {
    if (busy && waiting.length >= MOST_WAITING) {
      throw new Refusal(503, 'too many long lists are asked for at once', { 'Retry-After': '1' });
    }
    if (busy) await new Promise<void>((resolve) => void waiting.push(resolve));
    busy = true;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) clock.after(0, next);
      else busy = false;
    }
  };
}
