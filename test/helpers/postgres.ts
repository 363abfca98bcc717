import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

export const USER = 'evcc';
export const PASSWORD = 'p@ss/wörd';

/** A running PostgreSQL of this test alone, on loopback. */
export interface Postgres {
  readonly port: number;
  /** Address of a new, empty schema. */
  schema(): Promise<string>;
  /** Address of a database that needs not exist, of a user, with a password. */
  url(database?: string, user?: string, password?: string): string;
  /** Runs statements as the superuser. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends the server, which forgets nothing; harmless when it is stopped already. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Starts Debian's `postgresql`; as root it is run by another user, since it refuses to be root. Throws when it is missing. */
export async function startPostgres(): Promise<Postgres> {
  const bin = programs();
  const owner = process.getuid?.() === 0 ? otherUser() : undefined;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'evcc-postgres-')));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const secret = join(folder, 'password');
  writeFileSync(secret, PASSWORD);
  if (owner) chownSync(secret, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder, env: { PATH: process.env.PATH ?? '' } };
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  const port = await freePort();
  let server: ChildProcess | undefined;
  let schemas = 0;

  const url: Postgres['url'] = (database = 'postgres', user = USER, password = PASSWORD) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const query: Postgres['query'] = async (sql) => {
    const client = new Client({ connectionString: url() });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    const settings = ['fsync=off', 'shared_buffers=16MB', 'max_connections=20', `unix_socket_directories=${folder}`];
    const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', ...settings.flatMap((each) => ['-c', each])];
    const child = spawn(join(bin, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    // A test that fails may not come to its end: the server must not outlive the process.
    const kill = () => void child.kill('SIGQUIT');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    server = child;
    const answers = () =>
      query('select 1').then(
        () => true,
        () => false,
      );
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}: ${said}`);
      await setTimeout(25);
    }
  };
  const stop = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    // Without waiting for the clients.
    running.kill('SIGINT');
    await gone;
  };
  await start();
  return {
    port,
    url,
    query,
    start,
    stop,
    async schema() {
      schemas += 1;
      await query(`create schema house${schemas}`);
      return `${url()}?options=${encodeURIComponent(`-c search_path=house${schemas}`)}`;
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Folder of the programs: Debian keeps them apart, by version. */
function programs(): string {
  const inPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'postgres'))
    .filter((file) => existsSync(file))
    .map((file) => dirname(realpathSync(file)));
  const folders = [...globSync('/usr/lib/postgresql/*/bin').sort(byNumber), ...inPath];
  const found = folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
  if (found === undefined) throw new Error('PostgreSQL is not installed; on Debian: apt-get install postgresql');
  return found;
}

function byNumber(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

/** A user without rights. */
function otherUser(): { readonly uid: number; readonly gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const { stdout, status } = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    const group = spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout;
    if (status === 0) return { uid: Number(stdout), gid: Number(group) };
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no other user');
}

async function run(command: string, args: readonly string[], options: SpawnOptions): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
}
