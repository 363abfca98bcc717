import type { Insertable, Kysely } from 'kysely';
import type { HistoryRow, HistoryStore } from '../../../core/index.ts';
import type { Runner } from './queries.ts';
import type { HistoryTable, Tables } from './tables.ts';

/** Rows in one statement; engines limit how many values it may have. */
const BATCH = 500;

/** The history part of a store, in SQL that every engine understands. */
export function historyQueries(db: Kysely<Tables>, run: Runner): HistoryStore {
  const insert = async (within: Kysely<Tables>, rows: readonly HistoryRow[]): Promise<void> => {
    for (let index = 0; index < rows.length; index += BATCH) {
      await within
        .insertInto('history')
        .values(rows.slice(index, index + BATCH).map(toRow))
        .onConflict((conflict) =>
          conflict.columns(['start', 'series']).doUpdateSet((row) => ({
            length: row.ref('excluded.length'),
            mean: row.ref('excluded.mean'),
            known: row.ref('excluded.known'),
          })),
        )
        .execute();
    }
  };
  return {
    save: (rows) => run(() => db.transaction().execute((transaction) => insert(transaction, rows))),
    list: ({ series, from, until, shorterThan, most } = {}) =>
      run(async () => {
        if (series?.length === 0) return [];
        let query = db.selectFrom('history').select(['series', 'start', 'length', 'mean', 'known']);
        if (series) query = query.where('series', 'in', series);
        if (from !== undefined) query = query.where('start', '>=', from);
        if (until !== undefined) query = query.where('start', '<', until);
        if (shorterThan !== undefined) query = query.where('length', '<', shorterThan);
        if (most !== undefined) query = query.limit(most);
        const rows = await query.orderBy('start').orderBy('series').execute();
        // Engines sort texts by rules of their own.
        return rows.map((row) => ({ ...row })).sort(byStart);
      }),
    replace: ({ from, until }, rows) =>
      run(() =>
        db.transaction().execute(async (transaction) => {
          await transaction.deleteFrom('history').where('start', '>=', from).where('start', '<', until).execute();
          await insert(transaction, rows);
        }),
      ),
    series: () =>
      run(async () => {
        const rows = await db.selectFrom('history').select('series').distinct().execute();
        return rows.map(({ series }) => series).sort();
      }),
  };
}

function toRow({ series, start, length, mean, known }: HistoryRow): Insertable<HistoryTable> {
  return { series, start, length, mean, known };
}

function byStart(a: HistoryRow, b: HistoryRow): number {
  return a.start - b.start || (a.series < b.series ? -1 : Number(a.series > b.series));
}
