import { type Kysely, sql } from 'kysely';
import type { StoreCopy, StoredRows, StoredValue } from '../../../core/index.ts';
import { TABLES, type TableSpec } from './columns.ts';
import type { Dialect, Migration } from './migrations.ts';
import type { Runner } from './queries.ts';
import type { Tables } from './tables.ts';

/** Rows that are read, or inserted, with one statement */
const PORTION = 1_000;

/** A second look at the database, which sees it as it was when it was taken. */
export interface Snapshot {
  readonly db: Kysely<Tables>;
  end(): Promise<void>;
}

export interface CopyOptions {
  readonly run: Runner;
  readonly dialect: Dialect;
  readonly migrations: readonly Migration[];
  snapshot(): Promise<Snapshot>;
  /** Gives a failure of the database its code. */
  fail(error: unknown): never;
}

/** The whole content of a database, read and replaced in SQL that every engine understands. */
export function createCopy(db: Kysely<Tables>, { run, dialect, migrations, snapshot, fail }: CopyOptions): StoreCopy {
  return {
    version: migrations.at(-1)?.version ?? 0,
    async *read() {
      const view = await snapshot().catch(fail);
      try {
        for (const [table, spec] of Object.entries(TABLES)) yield* read(view.db, table, spec, fail);
      } finally {
        await view.end().catch(fail);
      }
    },
    replace(rows) {
      let begun = false;
      return run(() =>
        db.transaction().execute(async (transaction) => {
          for (const table of Object.keys(TABLES)) await sql`delete from ${sql.table(table)}`.execute(transaction);
          // Rows come once: an access that is repeated would find none.
          if (begun) throw new Error('it was interrupted; nothing was changed');
          begun = true;
          for await (const part of rows) await insert(transaction, part);
          await dialect.renumber?.(transaction);
        }),
      );
    },
  };
}

async function* read(
  db: Kysely<Tables>,
  table: string,
  spec: TableSpec,
  fail: (error: unknown) => never,
): AsyncIterable<StoredRows> {
  const columns = Object.keys(spec.columns);
  const key = list(spec.key);
  let last: readonly StoredValue[] | undefined;
  for (;;) {
    const after = last === undefined ? sql`` : sql`where (${key}) > (${sql.join(last)})`;
    const query = sql<Record<string, StoredValue>>`
      select ${list(columns)} from ${sql.table(table)} ${after} order by ${key} limit ${sql.lit(PORTION)}`;
    const { rows } = await query.execute(db).catch(fail);
    const end = rows.at(-1);
    if (!end) return;
    last = spec.key.map((name) => end[name] ?? null);
    yield { table, columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
  }
}

async function insert(db: Kysely<Tables>, { table, columns, rows }: StoredRows): Promise<void> {
  for (let index = 0; index < rows.length; index += PORTION) {
    const values = rows.slice(index, index + PORTION).map((row) => sql`(${sql.join(row)})`);
    await sql`insert into ${sql.table(table)} (${list(columns)}) values ${sql.join(values)}`.execute(db);
  }
}

const list = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));
