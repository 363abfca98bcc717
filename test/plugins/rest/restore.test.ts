import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Store } from '../../../core/index.ts';
import type { AccessOptions } from '../../../plugins/access/index.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { type Answer, type AskOptions, type Rest, startRest } from './start-rest.ts';

const MACHINE = 'machine-token-0123456789';
const READER = 'reader-token-0123456789';
const SESSION = { created: 1, loadpoint: 'Garage', vehicle: '', identifier: '', energy: 5_000, duration: 1 };

interface House extends Rest {
  /** How often the house was started anew */
  restarts(): number;
  content(): Promise<unknown>;
  readonly store: Store;
}

async function start(guarded?: AccessOptions): Promise<House> {
  const temporary = temporaryFolder();
  const store = await openSqlite(join(temporaryFolder(), 'house.db'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await store.close();
    // Nothing is left of what was sent.
    expect(readdirSync(temporary)).toEqual([]);
  });
  await store.settings.set('site.bufferSoc', '80');
  await store.sessions.add([SESSION]);
  await store.memory.save(new Map([['tariff.grid', '{}']]));
  const rest = await startRest({}, guarded, store);
  const restart = vi.spyOn(rest.evcc.system, 'restart');
  restart.mockClear();
  return {
    ...rest,
    // Long work makes pauses.
    ask: (...request) => rest.evcc.clock.until(rest.ask(...request), 1),
    store,
    restarts: () => restart.mock.calls.length,
    content: async () => [
      Object.fromEntries(await store.settings.all()),
      (await store.sessions.list()).length,
      (await store.memory.all()).size,
    ],
  };
}

const FULL = [{ 'site.bufferSoc': '80' }, 1, 1];
const backupOf = async ({ ask }: Rest): Promise<Buffer> => (await ask('GET', '/api/backup')).bytes;
const change = async ({ store }: House): Promise<void> => {
  await store.settings.set('site.bufferSoc', '70');
  await store.sessions.delete(1);
};
const CHANGED = [{ 'site.bufferSoc': '70' }, 0, 1];

/** A form with parts as browsers write it. */
function form(...parts: readonly (readonly [name: string, value: Buffer | string])[]): AskOptions & { body: Buffer } {
  const lines = parts.map(([name, value]) => {
    const file = typeof value === 'string' ? '' : '; filename="evcc.gz"\r\nContent-Type: application/gzip';
    const head = `--xyz\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
  });
  return {
    headers: { 'Content-Type': 'multipart/form-data; boundary=xyz' },
    body: Buffer.concat([...lines, Buffer.from('--xyz--\r\n')]),
  };
}

describe('POST /api/db/restore', () => {
  test.each([
    ['a file', (body: Buffer) => ({ body })],
    ['a form', (file: Buffer) => form(['password', ''], ['file', file])],
  ])('takes %s, and the house starts anew with it', async (_, sent) => {
    const house = await start();
    const backup = await backupOf(house);
    await change(house);
    expect(await house.content()).toEqual(CHANGED);
    const answer = await house.ask('POST', '/api/db/restore', sent(backup));
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(await house.content()).toEqual(FULL);
    await expect.poll(() => house.restarts()).toBe(1);
    await house.evcc.clock.advance(60_000);
    expect(house.restarts()).toBe(1);
  });

  test.each<[string, (backup: Buffer) => AskOptions, number, RegExp]>([
    ['nothing', () => ({}), 400, /no backup|cut off/],
    ['something else', () => ({ body: 'hello' }), 400, /no backup/],
    ['a packed something', () => ({ body: gzipSync('hello\n') }), 400, /no backup/],
    ['a line without end', () => ({ body: gzipSync('x'.repeat(17 * 2 ** 20)) }), 400, /line 1 is too long/],
    ['a part of a backup', (backup) => ({ body: backup.subarray(0, backup.length - 20) }), 400, /cut off/],
    ['a form without a file', () => form(['password', 'x']), 400, /one file/],
    ['a form with two files', (backup) => form(['a', backup], ['b', backup]), 400, /one file/],
    [
      'a form that is cut off',
      (backup) => ({ ...form(['a', backup]), body: form(['a', backup]).body.subarray(0, 200) }),
      400,
      /form/,
    ],
    ['a form without boundary', (body) => ({ body, headers: { 'Content-Type': 'multipart/form-data' } }), 400, /form/],
    ['a file that is too large', () => ({ headers: { 'Content-Length': String(2 ** 28 + 1) } }), 413, /larger than/],
  ])('refuses %s and changes nothing', async (_, sent, status, reason) => {
    const house = await start();
    const answer = await house.ask('POST', '/api/db/restore', sent(await backupOf(house)));
    expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(reason) as string } });
    expect(await house.content()).toEqual(FULL);
    expect(house.restarts()).toBe(0);
    expect((await house.ask('GET', '/api/health')).status).toBe(200);
  });

  test('a client that gives up leaves everything as it was', async () => {
    const house = await start();
    const sent = request({ host: '127.0.0.1', port: house.port, method: 'POST', path: '/api/db/restore' });
    sent.on('error', () => {});
    sent.flushHeaders();
    sent.write((await backupOf(house)).subarray(0, 50));
    const other = async (): Promise<number> => (await house.ask('POST', '/api/db/restore', { body: 'x' })).status;
    await expect.poll(other).toBe(429);
    // A kill at this moment would leave nothing behind.
    await expect.poll(() => readdirSync(tmpdir())).toEqual([]);
    sent.destroy();
    await expect.poll(other).toBe(400);
    expect(await house.content()).toEqual(FULL);
  });

  test('a database that fails keeps what it has', async () => {
    const house = await start();
    const backup = await backupOf(house);
    await change(house);
    const { copy } = house.evcc.store;
    if (copy) {
      vi.spyOn(copy, 'replace').mockRejectedValue(
        Object.assign(new Error('disk is full'), { code: 'EVCC_STORE_FAILED' }),
      );
    }
    expect(await house.ask('POST', '/api/db/restore', { body: backup })).toMatchObject({
      status: 503,
      json: { error: 'disk is full' },
    });
    expect(await house.content()).toEqual(CHANGED);
    expect(house.restarts()).toBe(0);
  });

  test('is for those only who may change things, and is larger than other bodies may be', async () => {
    const house = await start({ tokens: { ha: MACHINE, display: { token: READER, readOnly: true } } });
    const body = Buffer.alloc(100_000);
    const status = async (headers: Record<string, string>, path = '/api/db/restore'): Promise<number> =>
      (await house.ask('POST', path, { headers, body })).status;
    const machine = { Authorization: `Bearer ${MACHINE}` };
    expect(await status({ Authorization: `Bearer ${READER}` })).toBe(403);
    expect(await status({})).toBe(401);
    expect(await status({ ...machine, Origin: 'http://evil.example' })).toBe(403);
    expect(await status(machine)).toBe(400);
    expect(await status(machine, '/api/db/reset')).toBe(413);
    expect(await house.content()).toEqual(FULL);
  });

  test('a password that comes along has to be the right one', async () => {
    const house = await start({ password: 'correct horse', tokens: { ha: MACHINE } });
    const headers = { Authorization: `Bearer ${MACHINE}` };
    const { bytes } = await house.ask('GET', '/api/backup', { headers });
    const restore = (password: string): Promise<Answer> => {
      const { body, headers: type } = form(['password', password], ['file', bytes]);
      return house.ask('POST', '/api/db/restore', { body, headers: { ...headers, ...type } });
    };
    expect((await restore('wrong horse')).status).toBe(401);
    expect(house.restarts()).toBe(0);
    expect((await restore('correct horse')).status).toBe(204);
  });
});

describe('POST /api/db/reset', () => {
  const json = (value: unknown): AskOptions => ({ body: JSON.stringify(value) });
  const urlencoded = (body: string): AskOptions => ({
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body,
  });

  test.each<[string, AskOptions, unknown]>([
    ['sessions', json({ sessions: true, settings: false, password: '' }), [{ 'site.bufferSoc': '80' }, 0, 1]],
    ['settings', json({ settings: true }), [{}, 1, 1]],
    ['both', json({ sessions: true, settings: true }), [{}, 0, 1]],
    ['sessions by a form', urlencoded('sessions=true&settings=false'), [{ 'site.bufferSoc': '80' }, 0, 1]],
    ['settings by another form', form(['settings', 'on']), [{}, 1, 1]],
  ])('deletes %s, and the house starts anew', async (_, sent, left) => {
    const house = await start();
    expect(await house.ask('POST', '/api/db/reset', sent)).toMatchObject({ status: 204, text: '' });
    expect(await house.content()).toEqual(left);
    await expect.poll(() => house.restarts()).toBe(1);
  });

  test.each<[string, AskOptions]>([
    ['nothing', {}],
    ['no JSON', { body: '{' }],
    ['a list', json([])],
    ['neither', json({ sessions: false })],
    ['no flag', json({ sessions: 'yes' })],
    ['a password that is no text', json({ sessions: true, password: 1_234 })],
    ['a file as password', form(['sessions', 'true'], ['password', Buffer.from('x')])],
    ['something else', json({ sessions: true, history: true })],
    ['a broken form', { headers: { 'Content-Type': 'multipart/form-data' }, body: 'x' }],
  ])('refuses %s and changes nothing', async (_, sent) => {
    const house = await start();
    expect(await house.ask('POST', '/api/db/reset', sent)).toMatchObject({
      status: 400,
      json: { error: expect.any(String) as string },
    });
    expect(await house.content()).toEqual(FULL);
    expect(house.restarts()).toBe(0);
  });

  test('leaves password and tokens', async () => {
    const house = await start();
    await house.store.settings.set('access', 'kept');
    expect((await house.ask('POST', '/api/db/reset', json({ settings: true }))).status).toBe(204);
    expect(await house.content()).toEqual([{ access: 'kept' }, 1, 1]);
  });
});

test('a database that keeps nothing cannot be replaced', async () => {
  const { ask } = await startRest();
  for (const path of ['/api/db/restore', '/api/db/reset']) expect((await ask('POST', path)).status).toBe(404);
});
