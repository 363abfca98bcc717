import type { HistoryStore, Time } from '../../core/index.ts';
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

/** Makes slots of the oldest day that is too fine for its age coarser. Answers whether there was one. */
export async function thin(store: HistoryStore, now: number, ages: Ages, time: Time): Promise<boolean> {
  // Lengths well between those of two resolutions: an hour or a day may be shorter where clocks are changed.
  const steps: readonly { age: number; shorterThan: number; to: Resolution }[] = [
    { age: ages.quarterHours, shorterThan: 20 * MINUTE, to: 'hour' },
    { age: ages.hours, shorterThan: DAY / 2, to: 'day' },
  ];
  for (const { age, shorterThan, to } of steps) {
    const until = time.startOfDay(now - age * DAY);
    const [oldest] = await store.list({ until, shorterThan, most: 1 });
    if (!oldest) continue;
    const { start: from, end } = slotAt('day', oldest.start, time);
    await store.replace({ from, until: end }, coarser(await store.list({ from, until: end }), to, time));
    return true;
  }
  return false;
}
