import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import type { DeviceContext, Store } from '../../../core/index.ts';
import { createCopy, type Snapshot } from '../../shared/storage/copy.ts';
import {
  type Dialect,
  type Migration,
  migrate,
  migrationsFor,
  requireLatest,
} from '../../shared/storage/migrations.ts';
import { createQueries, type Runner } from '../../shared/storage/queries.ts';
import type { Tables } from '../../shared/storage/tables.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { damage, explain, inUse, isBusy } from './failures.ts';

/** Name of a database that ends with the process */
export const MEMORY = ':memory:';

/** ms that SQLite itself waits for a lock; short, since nothing else runs meanwhile */
const LOCK_TIMEOUT = 20;
/** ms between two attempts to get a lock */
const PAUSE = 100;
/** Attempts to get a lock before the access fails: 6 s */
const ATTEMPTS = 50;
/** Bytes up to which a file is checked for damage at the start; larger ones would delay it */
const CHECKED_SIZE = 32 * 1024 * 1024;

const DIALECT: Dialect = {
  identity: (column) => column.autoIncrement(),
  inOrder: (table) => table.modifyEnd(sql`without rowid`),
};
const MIGRATIONS = migrationsFor(DIALECT);

/**
 * Opens or creates a database. `file` is an absolute path or `MEMORY`. Every write is on the disk when its promise
 * resolves. Nobody else can open it meanwhile, unless it is only read. Errors: `EVCC_STORE_FAILED` with the path and what
 * to do.
 */
export async function openStore(
  file: string,
  { clock, log, fail, reading }: Pick<DeviceContext, 'clock' | 'log' | 'fail' | 'reading'>,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Store> {
  const reject = (error: unknown): never => fail('EVCC_STORE_FAILED', explain(error, file), { cause: error });
  const run = createRunner(clock, reject);
  const unlock = reading ? () => {} : await run(async () => lock(file));
  const database = await run(async () => openFile(file, reading)).catch((error: unknown): never => {
    unlock();
    throw error;
  });
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  try {
    await run(async () => {
      if (reading) return requireLatest(db, DIALECT, migrations);
      // Lost power loses nothing, either. Source: sqlite.org/pragma.html, synchronous
      database.exec('PRAGMA synchronous = FULL');
      checkForDamage(database, file);
      const before = await migrate(db, DIALECT, migrations, clock.now());
      if (before > 0 && before < migrations.length) {
        log.info(`brought the database ${file} from version ${before} to ${migrations.length}`);
      }
      // Readers (a backup, a curious user) and this process do not lock each other out.
      database.exec('PRAGMA journal_mode = WAL');
      // A file without write access opens like any other and would fail at the first change.
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
      return undefined;
    });
  } catch (error) {
    database.close();
    unlock();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    ...(file !== MEMORY && {
      location: file,
      copy: createCopy(db, { run, dialect: DIALECT, migrations, snapshot: async () => snapshotOf(file), fail: reject }),
    }),
    ...createQueries(db, run),
    close: () => {
      closing ??= run(() => db.destroy()).finally(unlock);
      return closing;
    },
  };
}

/**
 * Takes the database for this process alone; the returned function gives it back, and so does the end of the process,
 * whatever ends it. The lock is one of SQLite on a file beside the database, so that others may still read the database.
 * Throws `inUse` when another evcc has it.
 */
function lock(file: string): () => void {
  if (file === MEMORY) return () => {};
  mkdirSync(dirname(file), { recursive: true });
  const guard = new DatabaseSync(`${existsSync(file) ? realpathSync(file) : file}-lock`, { timeout: LOCK_TIMEOUT });
  try {
    guard.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    guard.close();
    throw isBusy(error) ? inUse(error) : error;
  }
  return () => guard.close();
}

function openFile(file: string, readOnly = false): DatabaseSync {
  // A new one is for its owner alone: it holds what signs logins.
  if (file !== MEMORY && !readOnly && !existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  return new DatabaseSync(file, { timeout: LOCK_TIMEOUT, readOnly });
}

/** A connection of its own, which goes on seeing what is there now: what is written meanwhile stays in the log beside the file. */
function snapshotOf(file: string): Snapshot {
  const database = openFile(file, true);
  // The first read takes the snapshot.
  database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  return { db, end: () => db.destroy() };
}

function checkForDamage(database: DatabaseSync, file: string): void {
  if (file === MEMORY || statSync(file).size > CHECKED_SIZE) return;
  const [row] = database.prepare('PRAGMA quick_check(1)').all();
  if (row?.quick_check !== 'ok') throw damage(String(row?.quick_check));
}

/**
 * One access after the other, in the order of calls. While another process holds a lock, the access is repeated; the
 * control loop goes on in the pauses.
 */
function createRunner(clock: DeviceContext['clock'], fail: (error: unknown) => never): Runner {
  let last: Promise<unknown> = Promise.resolve();
  return (access) => {
    const attempt = async () => {
      for (let count = 1; ; count += 1) {
        try {
          return await access();
        } catch (error) {
          if (!isBusy(error) || count >= ATTEMPTS) return fail(error);
        }
        await clock.sleep(PAUSE);
      }
    };
    const result = last.then(attempt);
    last = result.catch(() => {});
    return result;
  };
}
