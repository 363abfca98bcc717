import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../../core/index.ts';
import { keptRows } from '../../../../plugins/shared/storage/replacement.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { type Postgres, startPostgres } from '../../../helpers/postgres.ts';
import { runCommand, SMALL_HOUSE } from '../../../helpers/run-command.ts';
import { openPostgres } from '../../storage/postgres.ts';
import { openSqlite } from '../../storage/sqlite.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');

const CONFIG = 'evcc.config.json';

/** Something of everything; enough of it for several portions. */
async function fill(store: Store, settings = 'pv'): Promise<void> {
  await store.settings.set('loadpoint.garage.mode', settings);
  await store.settings.set('ключ', 'a\nb"\u2028');
  await store.memory.save(new Map([['tariff.grid', '{"at":1}']]));
  await store.sessions.save({ created: 1, loadpoint: 'gone', vehicle: '', identifier: '', energy: 1, duration: 1 });
  await store.sessions.add(
    Array.from({ length: 1_100 }, (_, index) => ({
      created: NOON + index,
      ...(index % 2 === 0 && { finished: NOON + index + 1, price: index / 7, odometer: 0 }),
      loadpoint: 'Garage',
      vehicle: `"EV6", ${index}`,
      identifier: '',
      energy: index * 1.1,
      duration: index,
    })),
  );
  await store.sessions.delete(1);
  await store.history.save(
    Array.from({ length: 2_500 }, (_, index) => ({
      series: ['pvPower', 'homePower', 'chargePower.garage'][index % 3] ?? '',
      start: NOON + Math.floor(index / 3) * 900_000,
      length: 900_000,
      mean: index / 3,
      known: 900_000,
    })),
  );
}

async function content(store: Store): Promise<unknown> {
  const sorted = (texts: ReadonlyMap<string, string>) => Object.fromEntries([...texts].sort());
  return {
    settings: sorted(await store.settings.all()),
    memory: sorted(await store.memory.all()),
    sessions: await store.sessions.list(),
    history: await store.history.list(),
  };
}

async function filledFolder(): Promise<string> {
  const folder = temporaryFolder({ [CONFIG]: SMALL_HOUSE });
  const store = await openSqlite(join(folder, 'house.db'));
  await fill(store);
  await store.close();
  return folder;
}

async function looked(folder: string, look: (store: Store) => Promise<unknown> = content): Promise<unknown> {
  const store = await openSqlite(join(folder, 'house.db'));
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

describe('a backup', () => {
  test('is made while the house runs, and is the whole content at one moment', async () => {
    const folder = await filledFolder();
    const store = await openSqlite(join(folder, 'house.db'));
    const before = await content(store);
    const saving = runCommand(folder, 'backup', 'copy.gz');
    // The house goes on writing.
    for (let count = 0; count < 50; count += 1) await store.settings.set('site.bufferSoc', String(count));
    const { code, out, err } = await saving;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(`${join(folder, 'house.db')} was saved to ${join(folder, 'copy.gz')}.\n`);
    expect(statSync(join(folder, 'copy.gz')).mode & 0o777).toBe(0o600);
    await store.settings.delete('site.bufferSoc');
    await store.close();

    const other = temporaryFolder({ [CONFIG]: SMALL_HOUSE });
    expect(await runCommand(other, 'restore', join(folder, 'copy.gz'))).toMatchObject({ code: 0, err: '' });
    const { settings, ...others } = (await looked(other)) as { settings: Record<string, string> };
    const { 'site.bufferSoc': _, ...kept } = settings;
    expect({ settings: kept, ...others }).toEqual(before);
  });

  test('puts aside what was there, and goes on numbering sessions', async () => {
    const folder = await filledFolder();
    const before = await looked(folder);
    await runCommand(folder, 'backup', 'copy.gz');
    await looked(folder, async (store) => {
      await store.settings.set('loadpoint.garage.mode', 'now');
      await store.history.replace({ from: 0, until: NOON * 2 }, []);
    });
    const changed = await looked(folder);
    const { code, out } = await runCommand(folder, 'restore', 'copy.gz');
    expect(code).toBe(0);
    expect(out).toMatch(/is as it was at .*; rows: 2 of settings, 1 of memory, 1100 of sessions, 2500 of history\./);
    expect(await looked(folder)).toEqual(before);
    const aside = /What it held before is in (.*)\.\n/.exec(out)?.[1] ?? '';
    expect(existsSync(aside)).toBe(true);
    await looked(folder, async (store) => {
      const session = { created: 5, loadpoint: '', vehicle: '', identifier: '', energy: 1, duration: 1 };
      expect(await store.sessions.save(session)).toBeGreaterThan(1_101);
    });
    await runCommand(folder, 'restore', aside);
    expect(await looked(folder)).toEqual(changed);
  });

  test('does not overwrite a file unless it is told to', async () => {
    const folder = await filledFolder();
    writeFileSync(join(folder, 'copy.gz'), 'mine');
    expect(await runCommand(folder, 'backup', 'copy.gz')).toMatchObject({ code: 2 });
    expect(readFileSync(join(folder, 'copy.gz'), 'utf8')).toBe('mine');
    expect(await runCommand(folder, 'backup', 'copy.gz', '--force')).toMatchObject({ code: 0 });
    expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
  });

  test('of a database that is not there, or to a place that is not, says so', async () => {
    const folder = temporaryFolder({ [CONFIG]: SMALL_HOUSE });
    const missing = await runCommand(folder, 'backup', 'copy.gz');
    expect(missing.code).toBe(3);
    expect(missing.err).toContain('cannot be opened');
    expect(readdirSync(folder)).toEqual([CONFIG]);
    const filled = await filledFolder();
    const nowhere = await runCommand(filled, 'backup', 'no/where.gz');
    expect(nowhere).toMatchObject({ code: 3 });
    expect(nowhere.err).toContain('cannot be written');
  });

  test.each([[[]], [['a', 'b']], [['a', '--what']]])('the wrong arguments %j are wrong use', async (args) => {
    const folder = await filledFolder();
    expect(await runCommand(folder, 'backup', ...args)).toMatchObject({ code: 2 });
    expect(await runCommand(folder, 'restore', ...args)).toMatchObject({ code: 2 });
  });
});

describe('a restore changes nothing when', () => {
  const damages: Record<string, [(bytes: Buffer) => Buffer, RegExp]> = {
    'the file is empty': [() => Buffer.alloc(0), /cut off|no backup/],
    'the file was cut off': [(bytes) => bytes.subarray(0, bytes.length - 100), /was cut off/],
    'the file lost its end': [
      (bytes) => gzipSync(gunzipSync(bytes).toString().split('\n').slice(0, -2).join('\n').concat('\n')),
      /was cut off/,
    ],
    'a byte is wrong': [
      (bytes) => {
        const copy = Buffer.from(bytes);
        const middle = Math.floor(copy.length / 2);
        copy.writeUInt8(copy.readUInt8(middle) ^ 0xff, middle);
        return copy;
      },
      /damaged|line \d+|cut off/,
    ],
    'it is no backup': [() => gzipSync('{"some":"other"}\n'), /no backup of evcc/],
    'it is not packed': [() => Buffer.from('SQLite format 3\0'), /no backup of evcc/],
    'it is of a newer release': [
      (bytes) => gzipSync(gunzipSync(bytes).toString().replace('"version":4', '"version":99')),
      /newer release/,
    ],
    'a column is unknown': [
      (bytes) => gzipSync(gunzipSync(bytes).toString().replace('"mean"', '"average"')),
      /line \d+: table history has no column "average"/,
    ],
    'a table is unknown': [
      (bytes) => gzipSync(gunzipSync(bytes).toString().replace('"table":"memory"', '"table":"users"')),
      /line \d+: there is no table "users"/,
    ],
    'a value is of the wrong type': [
      (bytes) => gzipSync(gunzipSync(bytes).toString().replace(`,${NOON},`, ',"noon",')),
      /line \d+: \w+ is no integer/,
    ],
    'rows are missing': [
      (bytes) => {
        const lines = gunzipSync(bytes).toString().split('\n');
        return gzipSync([...lines.slice(0, 20), ...lines.slice(22)].join('\n'));
      },
      /does not have the rows/,
    ],
  };
  test.each(Object.entries(damages))('%s', async (_, [damage, message]) => {
    const folder = await filledFolder();
    await runCommand(folder, 'backup', 'copy.gz');
    writeFileSync(join(folder, 'bad.gz'), damage(readFileSync(join(folder, 'copy.gz'))));
    const before = await looked(folder);
    const { code, err } = await runCommand(folder, 'restore', 'bad.gz');
    expect(code).toBe(3);
    expect(err).toMatch(message);
    expect(err).toContain(join(folder, 'bad.gz'));
    expect(await looked(folder)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('there is no such file', async () => {
    const folder = await filledFolder();
    const { code, err } = await runCommand(folder, 'restore', 'none.gz');
    expect({ code, err }).toMatchObject({
      code: 3,
      err: expect.stringContaining('none.gz cannot be restored') as string,
    });
  });
});

describe('from one kind of database to another', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server.close());

  test('everything moves from SQLite to PostgreSQL and back', async () => {
    const folder = await filledFolder();
    const before = await looked(folder);
    await runCommand(folder, 'backup', 'sqlite.gz');
    const url = await server.schema();
    writeFileSync(join(folder, CONFIG), JSON.stringify({ ...SMALL_HOUSE, database: { type: 'postgres', url } }));
    expect(await runCommand(folder, 'restore', 'sqlite.gz')).toMatchObject({ code: 0, err: '' });
    const store = await openPostgres({ url });
    expect(await content(store)).toEqual(before);
    // The house runs, and numbers go on.
    const session = { created: 5, loadpoint: '', vehicle: '', identifier: '', energy: 1, duration: 1 };
    const id = await store.sessions.save(session);
    expect(id).toBeGreaterThan(1_101);
    await store.sessions.delete(id);
    expect(await runCommand(folder, 'backup', 'postgres.gz')).toMatchObject({ code: 0, err: '' });
    await store.close();
    writeFileSync(
      join(folder, CONFIG),
      JSON.stringify({ ...SMALL_HOUSE, database: { type: 'sqlite', file: 'new.db' } }),
    );
    expect(await runCommand(folder, 'restore', 'postgres.gz')).toMatchObject({ code: 0, err: '' });
    const again = await openSqlite(join(folder, 'new.db'));
    expect(await content(again)).toEqual(before);
    await again.close();
  });

  test('PostgreSQL is emptied in parts, and keeps what it has when that fails', async () => {
    const store = await openPostgres({ url: await server.schema() });
    await fill(store);
    const { copy } = store;
    if (!copy) throw new Error('it has a copy');
    const before = (await content(store)) as object;
    const parts = { sessions: true, settings: false };
    const interrupted = keptRows(copy, parts, () => Promise.reject(new Error('interrupted')));
    await expect(copy.replace(interrupted)).rejects.toThrow('interrupted');
    expect(await content(store)).toEqual(before);
    await copy.replace(keptRows(copy, parts, async () => {}));
    expect(await content(store)).toEqual({ ...before, sessions: [] });
    await copy.replace(keptRows(copy, { sessions: false, settings: true }, async () => {}));
    expect(await content(store)).toEqual({ ...before, sessions: [], settings: {} });
    await store.close();
  });
});
