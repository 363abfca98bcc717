import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** One step from a version of the database to the next. Steps that were released are never changed, only followed. */
export interface Migration {
  /** From 1, without gaps */
  readonly version: number;
  up(db: Kysely<Tables>): Promise<void>;
}

/** What SQL engines write differently. */
export interface Dialect {
  /** Lets the engine give a primary key column its values. */
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** Lets the engine keep the rows in the order of the primary key, instead of an index beside them; absent: it cannot. */
  inOrder?<Table extends string>(table: CreateTableBuilder<Table>): CreateTableBuilder<Table>;
  /** Lets the engine go on numbering after rows that came with their numbers; absent: it does so by itself. */
  renumber?(db: Kysely<Tables>): Promise<void>;
  /** Name of the schema that tables are made in; absent: the engine has none. */
  schema?(db: Kysely<Tables>): Promise<string>;
}

/** All steps, oldest first. */
export function migrationsFor(dialect: Dialect): readonly Migration[] {
  return [
    {
      version: 1,
      async up(db) {
        await db.schema
          .createTable('settings')
          .addColumn('key', 'text', (column) => column.primaryKey().notNull())
          .addColumn('value', 'text', (column) => column.notNull())
          .execute();
        await db.schema
          .createTable('sessions')
          .addColumn('id', 'integer', (column) => dialect.identity(column.primaryKey()))
          .addColumn('created', 'bigint', (column) => column.notNull())
          .addColumn('finished', 'bigint')
          .addColumn('loadpoint', 'text', (column) => column.notNull())
          .addColumn('vehicle', 'text', (column) => column.notNull())
          .addColumn('identifier', 'text', (column) => column.notNull())
          .addColumn('odometer', 'double precision')
          .addColumn('meter_start', 'double precision')
          .addColumn('meter_stop', 'double precision')
          .addColumn('energy', 'double precision', (column) => column.notNull())
          .addColumn('duration', 'bigint', (column) => column.notNull())
          .addColumn('solar_percentage', 'double precision')
          .addColumn('price', 'double precision')
          .addColumn('price_per_kwh', 'double precision')
          .addColumn('co2_per_kwh', 'double precision')
          .execute();
        await db.schema.createIndex('sessions_created').on('sessions').column('created').execute();
      },
    },
    {
      version: 2,
      async up(db) {
        for (const column of [
          'soc_start',
          'soc_end',
          'added_range',
          'reference_price_per_kwh',
          'reference_co2_per_kwh',
        ]) {
          await db.schema.alterTable('sessions').addColumn(column, 'double precision').execute();
        }
      },
    },
    {
      version: 3,
      async up(db) {
        await db.schema
          .createTable('memory')
          .addColumn('key', 'text', (column) => column.primaryKey().notNull())
          .addColumn('value', 'text', (column) => column.notNull())
          .execute();
      },
    },
    {
      version: 4,
      async up(db) {
        const table = db.schema
          .createTable('history')
          .addColumn('series', 'text', (column) => column.notNull())
          .addColumn('start', 'bigint', (column) => column.notNull())
          .addColumn('length', 'bigint', (column) => column.notNull())
          .addColumn('mean', 'double precision', (column) => column.notNull())
          .addColumn('known', 'bigint', (column) => column.notNull())
          .addPrimaryKeyConstraint('history_pkey', ['start', 'series']);
        await (dialect.inOrder?.(table) ?? table).execute();
      },
    },
  ];
}

/**
 * Brings a database to the version of the last migration, completely or not at all, and answers with the version it had
 * before; 0: it was empty. Rejects without having changed anything when the database is newer than that or belongs to
 * another program.
 */
export function migrate(
  db: Kysely<Tables>,
  dialect: Dialect,
  migrations: readonly Migration[],
  now: number,
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const before = await versionOf(transaction, dialect);
    const latest = migrations.at(-1)?.version ?? 0;
    if (before > latest) throw newer(before, latest);
    for (const { version, up } of migrations.filter((migration) => migration.version > before)) {
      if (version === 1) await createMigrationsTable(transaction);
      await up(transaction);
      await transaction.insertInto('evcc_migrations').values({ version, applied: now }).execute();
    }
    return before;
  });
}

/** Rejects unless a database, which is only to be read, has the version of the last migration. */
export async function requireLatest(
  db: Kysely<Tables>,
  dialect: Dialect,
  migrations: readonly Migration[],
): Promise<void> {
  const version = await versionOf(db, dialect);
  const latest = migrations.at(-1)?.version ?? 0;
  if (version > latest) throw newer(version, latest);
  if (version < latest) {
    throw new Error(
      `its version is ${version}, this release reads ${latest}: let evcc run once, which brings it up to date`,
    );
  }
}

function newer(version: number, latest: number): Error {
  return new Error(
    `it was written by a newer release (its version is ${version}, this release knows ${latest}): ` +
      'install that release again or use another database; nothing was changed',
  );
}

async function versionOf(db: Kysely<Tables>, dialect: Dialect): Promise<number> {
  const schema = await dialect.schema?.(db);
  const tables = (await db.introspection.getTables())
    .filter((table) => schema === undefined || table.schema === schema)
    .map((table) => table.name);
  if (tables.includes('evcc_migrations')) {
    const row = await db
      .selectFrom('evcc_migrations')
      .select((select) => select.fn.max('version').as('version'))
      .executeTakeFirst();
    return Number(row?.version ?? 0);
  }
  if (tables.length > 0) {
    throw new Error(
      `it belongs to another program (it has the tables ${tables.slice(0, 5).join(', ')}): use another database; ` +
        'nothing was changed',
    );
  }
  return 0;
}

async function createMigrationsTable(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('evcc_migrations')
    .addColumn('version', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('applied', 'bigint', (column) => column.notNull())
    .execute();
}
