import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { explain } from '../../../plugins/storage/sqlite/failures.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { failure, nextLine, openSqlite, startChild, temporaryFolder } from './sqlite.ts';

let folder: ReturnType<typeof temporaryFolder>;
let file: string;

beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'evcc.db');
});

afterEach(() => folder.remove());

describe('a damaged file is named, with advice, and left as it is', () => {
  const damaged: Record<string, (healthy: Buffer) => Buffer> = {
    'no database at all': () => Buffer.from('settings:\n  mode: pv\n'.repeat(500)),
    'a header that was overwritten': (healthy) => Buffer.concat([Buffer.alloc(100, 0xff), healthy.subarray(100)]),
    'pages that were overwritten': (healthy) => Buffer.concat([healthy.subarray(0, 4096), Buffer.alloc(8192, 0xa5)]),
    'one page of data that was overwritten': (healthy) => {
      const page = Math.floor(healthy.indexOf('x'.repeat(500)) / 4096) * 4096;
      return Buffer.concat([healthy.subarray(0, page), Buffer.alloc(100, 0xa5), healthy.subarray(page + 100)]);
    },
    'a file that was cut off': (healthy) => healthy.subarray(0, 6000),
  };
  for (const [title, spoil] of Object.entries(damaged)) {
    test(title, async () => {
      const store = await openSqlite(file);
      for (let count = 0; count < 40; count += 1) await store.settings.set(`key ${count}`, 'x'.repeat(1_000));
      await store.close();
      const bytes = spoil(readFileSync(file));
      writeFileSync(file, bytes);

      const { code, message } = await failure(openSqlite(file));
      assert.equal(code, 'EVCC_STORE_FAILED');
      assert.match(message, /is damaged or no SQLite database/);
      assert.match(message, /Put a backup in its place, or move it away/);
      assert.ok(message.includes(file), message);
      assert.deepEqual(readFileSync(file), bytes);
      // The handle is closed: nothing stays behind and the file can be put right.
      assert.deepEqual(readdirSync(folder.path), ['evcc.db', 'evcc.db-lock']);
    });
  }

  test('a damaged file that was moved away is replaced by an empty one', async () => {
    writeFileSync(file, 'nonsense'.repeat(1000));
    await failure(openSqlite(file));
    const other = join(folder.path, 'other.db');
    const store = await openSqlite(other);
    assert.equal(store.location, other);
    await store.close();
  });
});

describe('a place that cannot be written', () => {
  test('a folder that cannot be created says so', async () => {
    writeFileSync(join(folder.path, 'taken'), '');
    const path = join(folder.path, 'taken', 'evcc.db');
    const { code, message } = await failure(openSqlite(path));
    assert.equal(code, 'EVCC_STORE_FAILED');
    assert.match(message, /cannot be created: .*needs write access.*database\.file/);
    assert.ok(message.includes(path), message);
  });

  test('a folder in place of the file says so', async () => {
    mkdirSync(file);
    const { code, message } = await failure(openSqlite(file));
    assert.equal(code, 'EVCC_STORE_FAILED');
    assert.match(message, /cannot be opened/);
  });

  test('a folder without write access says so', async () => {
    chmodSync(folder.path, 0o555);
    const answer = await nextLine(startChild('open', file));
    assert.match(answer, /^EVCC_STORE_FAILED: .*cannot be (created|opened|written)/);
    assert.ok(answer.includes(file), answer);
    assert.equal(existsSync(file), false);
  });

  test('a file without write access says so at the start, not at the first change', async () => {
    await (await openSqlite(file)).close();
    chmodSync(file, 0o444);
    chmodSync(folder.path, 0o555);
    const before = statSync(file).mtimeMs;
    const answer = await nextLine(startChild('open', file));
    assert.match(answer, /^EVCC_STORE_FAILED: .*cannot be (opened|written).*needs write access/);
    assert.equal(statSync(file).mtimeMs, before);
  });
});

describe('a database that another evcc uses', () => {
  test('is refused, until that one ended, whatever ended it', async () => {
    const other = startChild('write', file);
    assert.match(await nextLine(other), /^setting/);
    const clock = new FakeClock();
    const refused = failure(openSqlite(file, { clock }));
    const { code, message } = await clock.until(refused);
    assert.equal(code, 'EVCC_STORE_FAILED');
    assert.equal(
      message,
      `The database ${file} is in use by another evcc. End it, or choose another file with database.file.`,
    );
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openSqlite(file)).close();
  });

  test('is waited for while that one ends', async () => {
    const clock = new FakeClock();
    const first = await openSqlite(file, { clock });
    const second = openSqlite(file, { clock });
    await clock.advance(1_000);
    await first.close();
    await (await clock.until(second)).close();
  });

  test('is found through a link, too, and may be read by others', async () => {
    await (await openSqlite(file)).close();
    const link = join(folder.path, 'link.db');
    symlinkSync(file, link);
    const clock = new FakeClock();
    const store = await openSqlite(file, { clock });
    const refused = failure(openSqlite(link, { clock }));
    assert.match((await clock.until(refused)).message, /is in use by another evcc/);
    const reader = new DatabaseSync(file, { readOnly: true });
    assert.ok(reader.prepare('SELECT count(*) FROM sqlite_master').get());
    reader.close();
    await store.close();
  });
});

describe('a database that another process has locked', () => {
  test('is an error after some seconds, and works when the lock is gone', async () => {
    const clock = new FakeClock();
    const store = await openSqlite(file, { clock });
    const other = startChild('lock', file);
    assert.equal(await nextLine(other), 'locked');

    const failed = failure(store.settings.set('site.bufferSoc', '80'));
    const { code, message } = await clock.until(failed);
    assert.equal(code, 'EVCC_STORE_FAILED');
    assert.match(message, /is locked by another process\. End the program/);
    assert.ok(message.includes(file), message);

    other.stdin.end();
    await once(other, 'exit');
    await store.settings.set('site.bufferSoc', '90');
    assert.deepEqual([...(await store.settings.all())], [['site.bufferSoc', '90']]);
    await store.close();
  });

  test('is an error at the start', async () => {
    await (await openSqlite(file)).close();
    const other = startChild('lock', file);
    assert.equal(await nextLine(other), 'locked');
    const clock = new FakeClock();
    const failed = failure(openSqlite(file, { clock }));
    assert.match((await clock.until(failed)).message, /is locked by another process/);
    other.stdin.end();
    await once(other, 'exit');
  });

  test('is waited for, without keeping anything else from running, and writes keep their order', async () => {
    const clock = new FakeClock();
    const store = await openSqlite(file, { clock });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const written = Promise.all(['1', '2', '3'].map((value) => store.settings.set('site.bufferSoc', value)));
    await clock.advance(1_000);
    other.exec('COMMIT');
    other.close();
    const last = store.settings.set('site.bufferSoc', '4');
    await clock.until(Promise.all([written, last]));
    assert.deepEqual([...(await store.settings.all())], [['site.bufferSoc', '4']]);
    await store.close();
  });
});

test('a reader does not keep the store from writing', async () => {
  const store = await openSqlite(file);
  await store.settings.set('site.bufferSoc', '80');
  const reader = new DatabaseSync(file, { readOnly: true });
  reader.exec('BEGIN');
  assert.equal(reader.prepare('select value from settings').get()?.value, '80');
  await store.settings.set('site.bufferSoc', '90');
  assert.equal(reader.prepare('select value from settings').get()?.value, '80');
  reader.exec('COMMIT');
  assert.equal(reader.prepare('select value from settings').get()?.value, '90');
  reader.close();
  await store.close();
});

test('a store that was closed refuses to work', async () => {
  const store = await openSqlite(file);
  await store.close();
  assert.equal((await failure(store.settings.set('site.bufferSoc', '80'))).code, 'EVCC_STORE_FAILED');
  assert.equal((await failure(store.sessions.list())).code, 'EVCC_STORE_FAILED');
});

test('a value that is none is refused and nothing is stored', async () => {
  const store = await openSqlite(file);
  const session = { created: 1, loadpoint: '', vehicle: '', identifier: '', energy: Number.NaN, duration: 0 };
  assert.equal((await failure(store.sessions.save(session))).code, 'EVCC_STORE_FAILED');
  assert.deepEqual(await store.sessions.list(), []);
  await store.close();
});

test('every result code of SQLite becomes a sentence that names the file', () => {
  const says = (errcode: number) => explain(Object.assign(new Error('why'), { errcode }), '/data/evcc.db');
  assert.equal(says(13), 'The database /data/evcc.db cannot grow: the disk is full.');
  assert.match(says(5 | (2 << 8)), /^The database \/data\/evcc\.db is locked/);
  assert.match(says(8 | (1 << 8)), /^The database \/data\/evcc\.db cannot be written/);
  assert.match(says(26), /^The database \/data\/evcc\.db is damaged .*\(why\)/);
  assert.equal(says(1), 'The database /data/evcc.db cannot be used: why');
  assert.equal(explain('odd', '/data/evcc.db'), 'The database /data/evcc.db cannot be used: odd');
});
