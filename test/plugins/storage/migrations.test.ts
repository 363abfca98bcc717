import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'vitest';
import { type Migration, migrationsFor } from '../../../plugins/shared/storage/migrations.ts';
import { openStore } from '../../../plugins/storage/sqlite/open.ts';
import { deviceContext } from '../../contract/harness.ts';
import { failure, openSqlite, temporaryFolder } from './sqlite.ts';

/** The file as version 1 wrote it. */
const VERSION_1 = `
  create table evcc_migrations (version integer not null primary key, applied bigint not null);
  create table settings (key text not null primary key, value text not null);
  create table sessions (
    id integer primary key autoincrement, created bigint not null, finished bigint, loadpoint text not null,
    vehicle text not null, identifier text not null, odometer double precision, meter_start double precision,
    meter_stop double precision, energy double precision not null, duration bigint not null,
    solar_percentage double precision, price double precision, price_per_kwh double precision,
    co2_per_kwh double precision
  );
  create index sessions_created on sessions (created);
  insert into evcc_migrations values (1, 1750000000000);
  insert into settings values ('loadpoint.garage.mode', 'pv');
  insert into sessions values
    (7, 1750000000000, null, 'Garage', 'EV6', '', null, 1234567.8, null, 4200.5, 60000, 12.5, null, null, null);
`;

/** What later versions add to that */
const LATER = `
  alter table sessions add column soc_start double precision;
  alter table sessions add column soc_end double precision;
  alter table sessions add column added_range double precision;
  alter table sessions add column reference_price_per_kwh double precision;
  alter table sessions add column reference_co2_per_kwh double precision;
  create table memory (key text not null primary key, value text not null);
  create table history (
    series text not null, start bigint not null, length bigint not null, mean double precision not null,
    known bigint not null, constraint history_pkey primary key (start, series)
  ) without rowid;
`;

/** A step that a later release might add. */
const NEXT: Migration = {
  version: 5,
  async up(db) {
    await db.schema
      .alterTable('settings')
      .addColumn('changed', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};

const MIGRATIONS = migrationsFor({ identity: (column) => column.autoIncrement() });

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'evcc.db');
});

afterEach(() => folder.remove());

test('a new database has the tables of the present version', async () => {
  await (await openSqlite(file)).close();
  const created = schemaOf(file);
  const expected = new DatabaseSync(':memory:');
  expected.exec(VERSION_1 + LATER);
  assert.deepEqual(created, schemaOf(expected));
});

test('a database of version 1 is read as it was', async () => {
  execute(file, VERSION_1);
  const store = await openSqlite(file);
  assert.deepEqual([...(await store.settings.all())], [['loadpoint.garage.mode', 'pv']]);
  assert.deepEqual(await store.sessions.list(), [
    {
      id: 7,
      created: 1_750_000_000_000,
      loadpoint: 'Garage',
      vehicle: 'EV6',
      identifier: '',
      meterStart: 1_234_567.8,
      energy: 4_200.5,
      duration: 60_000,
      solarPercentage: 12.5,
    },
  ]);
  await store.close();
});

test('an older database is brought to the present version, once, and keeps its data', async () => {
  execute(file, VERSION_1);
  const lines: string[] = [];
  const context = deviceContext();
  const log = { ...context.log, info: (line: string) => void lines.push(line) };
  for (let start = 0; start < 2; start += 1) {
    const store = await openStore(file, { ...context, log }, [...MIGRATIONS, NEXT]);
    assert.deepEqual([...(await store.settings.all())], [['loadpoint.garage.mode', 'pv']]);
    assert.equal((await store.sessions.list())[0]?.energy, 4_200.5);
    await store.close();
  }
  assert.deepEqual(lines, [`brought the database ${file} from version 1 to 5`]);
  assert.deepEqual(query(file, 'select version from evcc_migrations order by version'), [
    { version: 1 },
    { version: 2 },
    { version: 3 },
    { version: 4 },
    { version: 5 },
  ]);
  assert.deepEqual(query(file, 'select changed from settings'), [{ changed: 0 }]);
});

test('a step that fails leaves the database as it was', async () => {
  execute(file, VERSION_1);
  const broken: Migration = {
    version: 6,
    async up(db) {
      await db.deleteFrom('settings').execute();
      throw new Error('the step is wrong');
    },
  };
  const before = schemaOf(file);
  const { code, message } = await failure(openStore(file, deviceContext(), [...MIGRATIONS, NEXT, broken]));
  assert.equal(code, 'EVCC_STORE_FAILED');
  assert.match(message, /the step is wrong/);
  assert.deepEqual(schemaOf(file), before);
  assert.deepEqual(query(file, 'select version from evcc_migrations'), [{ version: 1 }]);
  assert.equal(query(file, 'select * from settings').length, 1);
});

test('a database of a newer release is refused and not touched', async () => {
  execute(file, `${VERSION_1} insert into evcc_migrations values (4, 1750000000001), (9, 1750000000002);`);
  const before = readFileSync(file);
  const { code, message } = await failure(openSqlite(file));
  assert.equal(code, 'EVCC_STORE_FAILED');
  assert.match(message, /newer release \(its version is 9, this release knows 4\): install that release again/);
  assert.ok(message.includes(file), message);
  assert.deepEqual(readFileSync(file), before);
});

test('a database of another program is refused and not touched', async () => {
  execute(file, 'create table settings (key text primary key, value text); insert into settings values (1, 2);');
  const before = readFileSync(file);
  const { code, message } = await failure(openSqlite(file));
  assert.equal(code, 'EVCC_STORE_FAILED');
  assert.match(message, /belongs to another program \(it has the tables settings\)/);
  assert.deepEqual(readFileSync(file), before);
});

test('the steps have versions from 1 without gaps', () => {
  assert.deepEqual(
    MIGRATIONS.map((migration) => migration.version),
    MIGRATIONS.map((_, index) => index + 1),
  );
});

function execute(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function query(path: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare(sql).all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

/** Columns and indexes of every table, without the way in which they were written. */
function schemaOf(source: string | DatabaseSync): unknown {
  const database = typeof source === 'string' ? new DatabaseSync(source) : source;
  const tables = database.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  const schema = tables.map(({ name }) => ({
    name,
    columns: database
      .prepare('select * from pragma_table_info(?)')
      .all(String(name))
      .map((row) => ({ ...row })),
    indexes: database
      .prepare('select name, "unique" from pragma_index_list(?)')
      .all(String(name))
      .map((row) => ({ ...row })),
  }));
  if (typeof source === 'string') database.close();
  return schema;
}
