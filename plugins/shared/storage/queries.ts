import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Session, Store } from '../../../core/index.ts';
import type { SessionsTable, Tables } from './tables.ts';

/** Runs one access to the database: in the order of calls, with errors that carry a code. */
export type Runner = <T>(access: () => Promise<T>) => Promise<T>;

/** What a store does, in SQL that every engine understands. */
export function createQueries(db: Kysely<Tables>, run: Runner): Pick<Store, 'settings' | 'sessions' | 'memory'> {
  return {
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

function toRow(session: Session): Omit<Insertable<SessionsTable>, 'id'> {
  return {
    created: session.created,
    finished: session.finished ?? null,
    loadpoint: session.loadpoint,
    vehicle: session.vehicle,
    identifier: session.identifier,
    odometer: session.odometer ?? null,
    meter_start: session.meterStart ?? null,
    meter_stop: session.meterStop ?? null,
    energy: session.energy,
    duration: session.duration,
    solar_percentage: session.solarPercentage ?? null,
    price: session.price ?? null,
    price_per_kwh: session.pricePerKwh ?? null,
    co2_per_kwh: session.co2PerKwh ?? null,
    soc_start: session.socStart ?? null,
    soc_end: session.socEnd ?? null,
    added_range: session.addedRange ?? null,
    reference_price_per_kwh: session.referencePricePerKwh ?? null,
    reference_co2_per_kwh: session.referenceCo2PerKwh ?? null,
  };
}

function toSession(row: Selectable<SessionsTable>): Session & { readonly id: number } {
  return {
    id: row.id,
    created: row.created,
    ...(row.finished !== null && { finished: row.finished }),
    loadpoint: row.loadpoint,
    vehicle: row.vehicle,
    identifier: row.identifier,
    ...(row.odometer !== null && { odometer: row.odometer }),
    ...(row.meter_start !== null && { meterStart: row.meter_start }),
    ...(row.meter_stop !== null && { meterStop: row.meter_stop }),
    energy: row.energy,
    duration: row.duration,
    ...(row.solar_percentage !== null && { solarPercentage: row.solar_percentage }),
    ...(row.price !== null && { price: row.price }),
    ...(row.price_per_kwh !== null && { pricePerKwh: row.price_per_kwh }),
    ...(row.co2_per_kwh !== null && { co2PerKwh: row.co2_per_kwh }),
    ...(row.soc_start !== null && { socStart: row.soc_start }),
    ...(row.soc_end !== null && { socEnd: row.soc_end }),
    ...(row.added_range !== null && { addedRange: row.added_range }),
    ...(row.reference_price_per_kwh !== null && { referencePricePerKwh: row.reference_price_per_kwh }),
    ...(row.reference_co2_per_kwh !== null && { referenceCo2PerKwh: row.reference_co2_per_kwh }),
  };
}
