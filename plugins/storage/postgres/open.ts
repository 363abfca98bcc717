import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Client } from 'pg';
import type { DeviceContext, Store } from '../../../core/index.ts';
import { createCopy, type Snapshot } from '../../shared/storage/copy.ts';
import { type Dialect, migrate, migrationsFor, requireLatest } from '../../shared/storage/migrations.ts';
import { createQueries, type Runner } from '../../shared/storage/queries.ts';
import type { Tables } from '../../shared/storage/tables.ts';
import { Connection } from './connection.ts';
import { type Address, explain, inUse, isAway, isInUse, nameOf } from './failures.ts';

/** ms that making a connection, and one statement, may take */
const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 20_000;
/** ms between two attempts while the server is away */
const PAUSE = 250;
/** Attempts before an access fails: 6 s; longer at the start, when the server may be starting, too */
const ATTEMPTS = 24;
const FIRST_ATTEMPTS = 80;

/** Takes the lock for the session, in the schema that is used: the first number says whose lock it is. */
const LOCK = "select pg_try_advisory_lock(1702257507, hashtext(coalesce(current_schema(), ''))) as locked";

const DIALECT: Dialect = {
  identity: (column) => column.generatedByDefaultAsIdentity(),
  async renumber(db) {
    await sql`select setval(pg_get_serial_sequence('sessions', 'id'), greatest(max(id), 1), max(id) is not null) from sessions`.execute(
      db,
    );
  },
  async schema(db) {
    const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
    return rows[0]?.name ?? 'public';
  },
};
const MIGRATIONS = migrationsFor(DIALECT);

/**
 * Opens a database, and makes the tables when there are none. A write is on the disk of the server when its promise
 * resolves. A second evcc is refused unless it only reads. Connections that are lost are made anew. Errors:
 * `EVCC_STORE_FAILED`, without anything secret.
 */
export async function openStore(
  url: string,
  password: string | undefined,
  address: Address,
  { clock, log, fail, reading, signal }: Pick<DeviceContext, 'clock' | 'log' | 'fail' | 'reading' | 'signal'>,
): Promise<Store> {
  const reject = (error: unknown): never => fail('EVCC_STORE_FAILED', explain(error, address), { cause: error });
  const config = { connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT };
  const connection = new Connection({
    config: { ...config, query_timeout: STATEMENT_TIMEOUT },
    password,
    async prepare(client) {
      if (reading) await client.query('set default_transaction_read_only = on');
      else if (!(await isLocked(client))) throw inUse();
    },
  });
  let attempts = FIRST_ATTEMPTS;
  let opened = false;
  /** The server may take a moment to give the lock of a connection back that was lost. */
  const passes = (error: unknown): boolean => isAway(error) || (opened && isInUse(error));
  let last: Promise<unknown> = Promise.resolve();
  /** One access after the other, in the order of calls; again while the server is away for a moment. */
  const run: Runner = (access) => {
    const attempt = async () => {
      for (let count = 1; ; count += 1) {
        try {
          return await access();
        } catch (error) {
          if (isAway(error)) connection.drop();
          if (!passes(error) || count >= attempts || signal.aborted) return reject(error);
        }
        await clock.sleep(PAUSE);
      }
    };
    const result = last.then(attempt);
    last = result.catch(() => {});
    return result;
  };

  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: connection }) });
  try {
    const before = await run(async () => {
      if (!reading) return migrate(db, DIALECT, MIGRATIONS, clock.now());
      await requireLatest(db, DIALECT, MIGRATIONS);
      return 0;
    });
    if (before > 0 && before < MIGRATIONS.length) {
      log.info(`brought the ${nameOf(address)} from version ${before} to ${MIGRATIONS.length}`);
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
  attempts = ATTEMPTS;
  opened = true;
  const snapshot = async (): Promise<Snapshot> => {
    const view = new Connection({
      config,
      password,
      prepare: async (client) => void (await client.query('begin isolation level repeatable read read only')),
    });
    const viewed = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: view }) });
    // The first read takes the snapshot.
    await sql`select count(*) from settings`.execute(viewed);
    return { db: viewed, end: () => viewed.destroy() };
  };
  let closing: Promise<void> | undefined;
  return {
    location: nameOf(address),
    copy: createCopy(db, { run, dialect: DIALECT, migrations: MIGRATIONS, snapshot, fail: reject }),
    ...createQueries(db, run),
    close: () => {
      // What is under way is done first.
      closing ??= last.then(() => db.destroy());
      return closing;
    },
  };
}

async function isLocked(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(LOCK);
  return rows[0]?.locked === true;
}
