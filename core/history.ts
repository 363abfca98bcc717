/** What values were in the past: means of slots of time, the newer the finer. */

/** What a value was on average in a slot of time. */
export interface HistoryRow {
  /** Name of the series, e.g. `gridImport` or `chargePower.garage` */
  readonly series: string;
  /** ms since the epoch when the slot begins */
  readonly start: number;
  /** ms, length of the slot */
  readonly length: number;
  /** Mean of the time in which the value was known: W, %, currency or g per kWh. Power × `known` is energy. */
  readonly mean: number;
  /** ms of the slot in which the value was known, > 0 */
  readonly known: number;
}

/** Which rows are wanted; absent fields: all. */
export interface HistoryFilter {
  readonly series?: readonly string[];
  /** ms since the epoch: slots that begin at or after it */
  readonly from?: number;
  /** ms since the epoch: slots that begin before it */
  readonly until?: number;
  /** ms: slots that are shorter */
  readonly shorterThan?: number;
  /** As many rows, the oldest */
  readonly most?: number;
}

/** A part of the store's port. A series has one row for each start. */
export interface HistoryStore {
  /** Adds rows, and replaces those of the same series and start; all or none of them. */
  save(rows: readonly HistoryRow[]): Promise<void>;
  /** Sorted by start, then by series */
  list(filter?: HistoryFilter): Promise<readonly HistoryRow[]>;
  /** Puts rows in the place of all that begin at or after `from` and before `until`, or changes nothing. */
  replace(span: { readonly from: number; readonly until: number }, rows: readonly HistoryRow[]): Promise<void>;
  /** Names of all series, sorted */
  series(): Promise<readonly string[]>;
}

/** Keeps the history in memory. */
export function createMemoryHistory(): HistoryStore {
  /** By start, then by series */
  const slots = new Map<number, Map<string, HistoryRow>>();
  const save = (rows: readonly HistoryRow[]): void => {
    for (const row of rows) {
      const slot = slots.get(row.start) ?? new Map<string, HistoryRow>();
      slots.set(row.start, slot.set(row.series, { ...row }));
    }
  };
  return {
    save: async (rows) => save(rows),
    list: async ({
      series: wanted,
      from = Number.NEGATIVE_INFINITY,
      until = Number.POSITIVE_INFINITY,
      ...rest
    } = {}) => {
      const { shorterThan = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY } = rest;
      const series = wanted && new Set(wanted);
      const starts = [...slots.keys()].filter((start) => start >= from && start < until).sort((a, b) => a - b);
      return starts
        .flatMap((start) => [...(slots.get(start)?.values() ?? [])].sort((a, b) => (a.series < b.series ? -1 : 1)))
        .filter((row) => row.length < shorterThan && (series?.has(row.series) ?? true))
        .slice(0, most);
    },
    replace: async ({ from, until }, rows) => {
      for (const start of [...slots.keys()]) if (start >= from && start < until) slots.delete(start);
      save(rows);
    },
    series: async () => [...new Set([...slots.values()].flatMap((slot) => [...slot.keys()]))].sort(),
  };
}
