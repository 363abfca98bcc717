import { setImmediate } from 'node:timers/promises';
import type { HistoryStore } from '../../core/index.ts';
import { type Slot, type Sum, spread } from './slots.ts';

const HOUR = 3_600_000;
/** ms of history that are read at once; the control loop goes on in between */
const PORTION = 96 * HOUR;
/** ms, longer than any row */
const LONGEST_ROW = 26 * HOUR;

/** What each of the series was in each of the slots, which follow each other; series that are nowhere known are absent. */
export async function gather(
  store: HistoryStore,
  series: readonly string[],
  slots: readonly Slot[],
): Promise<ReadonlyMap<string, readonly Sum[]>> {
  const gathered = new Map<string, readonly Sum[]>();
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) return gathered;
  for (let from = first.start - LONGEST_ROW; from < last.end; ) {
    const rows = await store.list({ series, from, until: Math.min(from + PORTION, last.end) });
    const near = slots.findIndex(({ end }) => end > from);
    const part = slots.slice(near).filter(({ start }) => start < from + PORTION + LONGEST_ROW);
    for (const [name, own] of Map.groupBy(rows, (row) => row.series)) {
      const sums = gathered.get(name) ?? slots.map(() => ({ weighted: 0, known: 0 }));
      gathered.set(name, sums);
      for (const [index, { weighted, known }] of spread(own, part).entries()) {
        const sum = sums[near + index];
        if (sum) {
          sum.weighted += weighted;
          sum.known += known;
        }
      }
    }
    from += PORTION;
    if (rows.length === 0) {
      // Somebody may ask for thousands of years: where nothing at all is stored is jumped over.
      const [next] = await store.list({ from, until: last.end, most: 1 });
      from = next?.start ?? last.end;
    }
    await setImmediate();
  }
  return gathered;
}
