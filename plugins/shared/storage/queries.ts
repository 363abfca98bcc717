import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Session, Store, StoredSession } from '../../../core/index.ts';
import { historyQueries } from './history-queries.ts';
import type { SessionsTable, Tables } from './tables.ts';

/** Runs one access to the database: in the order of calls, with errors that carry a code. */
export type Runner = <T>(access: () => Promise<T>) => Promise<T>;

/** What a store does, in SQL that every engine understands. */
export function createQueries(
  db: Kysely<Tables>,
  run: Runner,
): Pick<Store, 'settings' | 'sessions' | 'memory' | 'history'> {
  return {
    history: historyQueries(db, run),
    settings: {
      all: () =>
        run(async () => {
          const rows = await db.selectFrom('settings').selectAll().execute();
          return new Map(rows.map((row) => [row.key, row.value]));
        }),
      set: (key, value) =>
        run(async () => {
          await db
            .insertInto('settings')
            .values({ key, value })
            .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
            .execute();
        }),
      delete: (key) =>
        run(async () => {
          await db.deleteFrom('settings').where('key', '=', key).execute();
        }),
    },
    sessions: {
      save: (session, kept = []) =>
        run(async () => {
          const row = toRow(session);
          if (session.id === undefined) {
            const { id } = await db.insertInto('sessions').values(row).returning('id').executeTakeFirstOrThrow();
            return id;
          }
          const changes: Partial<typeof row> = { ...row };
          for (const field of kept) delete changes[field];
          await db.updateTable('sessions').set(changes).where('id', '=', session.id).execute();
          return session.id;
        }),
      add: (sessions) =>
        run(() =>
          db.transaction().execute(async (transaction) => {
            for (let index = 0; index < sessions.length; index += BATCH) {
              const rows = sessions.slice(index, index + BATCH).map(toRow);
              await transaction.insertInto('sessions').values(rows).execute();
            }
          }),
        ),
      list: ({ from, until } = {}) =>
        run(async () => {
          let query = db.selectFrom('sessions').selectAll();
          if (from !== undefined) query = query.where('created', '>=', from);
          if (until !== undefined) query = query.where('created', '<', until);
          const rows = await query.orderBy('created', 'desc').orderBy('id', 'desc').execute();
          return rows.map(toSession);
        }),
      edit: (id, { loadpoint, vehicle, odometer }) =>
        run(async () => {
          const { numUpdatedRows } = await db
            .updateTable('sessions')
            .set({
              // What is left alone is set to what it is, so that there always is something to set.
              id,
              ...(loadpoint !== undefined && { loadpoint }),
              ...(vehicle !== undefined && { vehicle }),
              ...(odometer !== undefined && { odometer }),
            })
            .where('id', '=', id)
            .executeTakeFirst();
          return numUpdatedRows > 0n;
        }),
      delete: (id) =>
        run(async () => {
          const { numDeletedRows } = await db.deleteFrom('sessions').where('id', '=', id).executeTakeFirst();
          return numDeletedRows > 0n;
        }),
    },
    memory: {
      all: () =>
        run(async () => {
          const rows = await db.selectFrom('memory').selectAll().execute();
          return new Map(rows.map((row) => [row.key, row.value]));
        }),
      save: (changes) => run(() => db.transaction().execute((transaction) => saveTexts(transaction, changes))),
    },
  };
}

/** Rows in one statement; engines limit how many values it may have. */
const BATCH = 500;

async function saveTexts(db: Kysely<Tables>, changes: ReadonlyMap<string, string | null>): Promise<void> {
  const rows = [...changes].flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
  for (let index = 0; index < rows.length; index += BATCH) {
    await db
      .insertInto('memory')
      .values(rows.slice(index, index + BATCH))
      .onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({ value: row.ref('excluded.value') })))
      .execute();
  }
  const gone = [...changes].flatMap(([key, value]) => (value === null ? [key] : []));
  for (let index = 0; index < gone.length; index += BATCH) {
    await db
      .deleteFrom('memory')
      .where('key', 'in', gone.slice(index, index + BATCH))
      .execute();
  }
}

/** Fields that may be absent, and their columns, which are NULL then. */
const OPTIONAL = [
  ['finished', 'finished'],
  ['odometer', 'odometer'],
  ['meterStart', 'meter_start'],
  ['meterStop', 'meter_stop'],
  ['solarPercentage', 'solar_percentage'],
  ['price', 'price'],
  ['pricePerKwh', 'price_per_kwh'],
  ['co2PerKwh', 'co2_per_kwh'],
  ['socStart', 'soc_start'],
  ['socEnd', 'soc_end'],
  ['addedRange', 'added_range'],
  ['referencePricePerKwh', 'reference_price_per_kwh'],
  ['referenceCo2PerKwh', 'reference_co2_per_kwh'],
] as const;

function toRow(session: Session): Omit<Insertable<SessionsTable>, 'id'> {
  const { loadpoint, vehicle, identifier, energy } = session;
  const optional = Object.fromEntries(OPTIONAL.map(([field, column]) => [column, session[field] ?? null]));
  // Times are whole ms in every engine.
  const [created, duration] = [Math.round(session.created), Math.round(session.duration)];
  const finished = session.finished === undefined ? null : Math.round(session.finished);
  return { created, loadpoint, vehicle, identifier, energy, duration, ...optional, finished };
}

function toSession(row: Selectable<SessionsTable>): StoredSession {
  const { id, created, loadpoint, vehicle, identifier, energy, duration } = row;
  const session: Writable<StoredSession> = { id, created, loadpoint, vehicle, identifier, energy, duration };
  // No iterators: there may be thousands of sessions.
  for (let index = 0; index < OPTIONAL.length; index += 1) {
    const pair = OPTIONAL[index] as (typeof OPTIONAL)[number];
    const value = row[pair[1]];
    if (value !== null) session[pair[0]] = value;
  }
  return session;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
