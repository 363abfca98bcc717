import assert from 'node:assert/strict';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Check } from 'typebox/value';
import { afterEach, beforeEach, describe, test } from 'vitest';
import sqlite from '../../../plugins/storage/sqlite/index.ts';
import { defaultFile } from '../../../plugins/storage/sqlite/location.ts';
import { applyPlugin } from '../../contract/harness.ts';
import { openSqlite, temporaryFolder } from './sqlite.ts';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

describe('the default place is the data folder of the user', () => {
  const home = '/home/ada';
  test('on Linux', () => {
    const place = (data?: string) => defaultFile({ platform: 'linux', env: { XDG_DATA_HOME: data }, home });
    assert.equal(place(), '/home/ada/.local/share/evcc/evcc.db');
    assert.equal(place('/data'), '/data/evcc/evcc.db');
    assert.equal(place(''), '/home/ada/.local/share/evcc/evcc.db');
    assert.equal(place('data'), '/home/ada/.local/share/evcc/evcc.db', 'relative paths are invalid and ignored');
  });

  test('on macOS', () => {
    assert.equal(
      defaultFile({ platform: 'darwin', env: {}, home: '/Users/ada' }),
      '/Users/ada/Library/Application Support/evcc/evcc.db',
    );
  });

  test('on Windows', () => {
    const place = (env: Record<string, string>) => defaultFile({ platform: 'win32', env, home: 'C:\\Users\\ada' });
    assert.equal(place({ LOCALAPPDATA: 'D:\\Local' }), 'D:\\Local\\evcc\\evcc.db');
    assert.equal(place({}), 'C:\\Users\\ada\\AppData\\Local\\evcc\\evcc.db');
  });
});

test('without a file the database is made in the default place', async () => {
  const before = process.env.XDG_DATA_HOME;
  process.env.XDG_DATA_HOME = folder.path;
  try {
    const store = await openSqlite();
    await store.close();
    if (process.platform === 'linux') assert.equal(store.location, join(folder.path, 'evcc', 'evcc.db'));
  } finally {
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
  }
});

test('a relative path begins at the folder of the configuration, and its folders are made', async () => {
  const store = await openSqlite('data/house.db', { directory: folder.path });
  assert.equal(store.location, resolve(folder.path, 'data', 'house.db'));
  assert.ok(existsSync(resolve(folder.path, 'data', 'house.db')));
  await store.close();
});

test('a database in memory makes no file', async () => {
  const store = await openSqlite(':memory:', { directory: folder.path });
  await store.settings.set('site.bufferSoc', '80');
  assert.equal(store.location, undefined);
  assert.equal(existsSync(join(folder.path, ':memory:')), false);
  await store.close();
});

test('the options allow a path and nothing else', async () => {
  const schema = (await applyPlugin(sqlite)).stores.schema('sqlite');
  assert.ok(Check(schema, {}) && Check(schema, { file: 'evcc.db' }));
  for (const file of ['', 7, null, ['evcc.db']]) assert.equal(Check(schema, { file }), false, String(file));
});

test('a new database is for its owner alone, and one that is there stays as it is', async () => {
  if (process.platform === 'win32') return;
  const mode = (file: string) => (statSync(join(folder.path, file)).mode & 0o777).toString(8);
  const first = await openSqlite('house.db', { directory: folder.path });
  await first.settings.set('site.bufferSoc', '80');
  assert.deepEqual(['house.db', 'house.db-wal'].map(mode), ['600', '600']);
  await first.close();
  chmodSync(join(folder.path, 'house.db'), 0o640);
  await (await openSqlite('house.db', { directory: folder.path })).close();
  assert.equal(mode('house.db'), '640');
});
