import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { AccessOptions } from '../../../plugins/access/index.ts';
import { readBackup } from '../../../plugins/shared/storage/backup.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { type Rest, startRest } from './start-rest.ts';

const MACHINE = 'machine-token-0123456789';
const READER = 'reader-token-0123456789';

async function start(guarded?: AccessOptions): Promise<Rest> {
  const store = await openSqlite(join(temporaryFolder(), 'house.db'));
  onTestFinished(() => store.close());
  await store.settings.set('site.bufferSoc', '80');
  return await startRest({}, guarded, store);
}

test.each([
  ['GET', '/api/backup'],
  ['POST', '/api/db/backup'],
])('%s %s is a file that can be restored', async (method, path) => {
  const { ask } = await start();
  const { status, headers, bytes } = await ask(method, path);
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'application/gzip', 'cache-control': 'no-store' });
  expect(headers['content-disposition']).toMatch(/^attachment; filename="evcc-backup-\d{4}-\d\d-\d\d\.gz"$/);
  const { rows } = await readBackup(Readable.from([bytes]), 99);
  const parts = [];
  for await (const part of rows) parts.push(part);
  expect(parts).toContainEqual({
    table: 'settings',
    columns: ['key', 'value'],
    rows: [['site.bufferSoc', '80']],
  });
});

test('it is only for those who may change things', async () => {
  const { ask } = await start({ tokens: { ha: MACHINE, display: { token: READER, readOnly: true } } });
  const status = async (headers: Record<string, string>) => (await ask('GET', '/api/backup', { headers })).status;
  expect(await status({})).toBe(401);
  expect(await status({ Authorization: `Bearer ${READER}` })).toBe(403);
  expect(await status({ Authorization: `Bearer ${MACHINE}` })).toBe(200);
});

test('pages of others, and names that are not this machine, get none', async () => {
  const { ask } = await start();
  const status = async (headers: Record<string, string>) => (await ask('GET', '/api/backup', { headers })).status;
  expect(await status({ Origin: 'https://evil.example' })).toBe(403);
  expect(await status({ Host: 'evil.example' })).toBe(403);
  expect(await status({})).toBe(200);
});

test('one is made at a time', async () => {
  const { ask, evcc } = await start();
  await evcc.store.history.save(
    Array.from({ length: 5_000 }, (_, index) => ({
      series: 'pvPower',
      start: index,
      length: 1,
      mean: Math.random(),
      known: 1,
    })),
  );
  const statuses = (await Promise.all([1, 2, 3].map(() => ask('GET', '/api/backup')))).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([200, 429, 429]);
  expect((await ask('GET', '/api/backup')).status).toBe(200);
});

test('a database that keeps nothing has none', async () => {
  const { ask } = await startRest();
  expect(await ask('GET', '/api/backup')).toMatchObject({ status: 404, json: { error: expect.any(String) as string } });
});
