import { setImmediate } from 'node:timers/promises';
import type { HistoryRow, HistoryStore, Time } from '../../core/index.ts';
import { coarser, type Resolution, slotAt } from './slots.ts';

/** How long what is kept. */
export interface Ages {
  /** Days for which quarter hours are kept */
  readonly quarterHours: number;
  /** Days for which hours are kept; days are kept for ever */
  readonly hours: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** ms of history that are looked through at once; the control loop goes on in between */
const PORTION = 90 * DAY;

/** Makes slots of the oldest day that is too fine for its age coarser. Answers whether there was one. */
export async function thin(store: HistoryStore, now: number, ages: Ages, time: Time): Promise<boolean> {
  // Lengths well between those of two resolutions: an hour or a day may be shorter where clocks are changed.
  const steps: readonly { age: number; shorterThan: number; to: Resolution }[] = [
    { age: ages.quarterHours, shorterThan: 20 * MINUTE, to: 'hour' },
    { age: ages.hours, shorterThan: DAY / 2, to: 'day' },
  ];
  for (const { age, shorterThan, to } of steps) {
    const oldest = await find(store, time.startOfDay(now - age * DAY), shorterThan);
    if (!oldest) continue;
    const { start: from, end: until } = slotAt('day', oldest.start, time);
    await store.replace({ from, until }, coarser(await store.list({ from, until }), to, time));
    return true;
  }
  return false;
}

/** The oldest row before a time that is shorter than a length. */
async function find(store: HistoryStore, until: number, shorterThan: number): Promise<HistoryRow | undefined> {
  const [first] = await store.list({ until, most: 1 });
  for (let from = first?.start ?? until; from < until; from += PORTION) {
    const [found] = await store.list({ from, until: Math.min(from + PORTION, until), shorterThan, most: 1 });
    if (found) return found;
    await setImmediate();
  }
  return undefined;
}
