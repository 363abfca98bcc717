import { expect, test } from 'vitest';
import type { Session } from '../../../core/index.ts';
import { type Rest, startRest } from './start-rest.ts';

const session = (created: string, energy: number): Session => ({
  created: Date.parse(created),
  finished: Date.parse(created) + 3_600_000,
  loadpoint: 'Garage',
  vehicle: 'EV6',
  identifier: '',
  energy,
  duration: 1_800_000,
});

async function startWithSessions(): Promise<Rest> {
  const rest = await startRest();
  for (const each of [
    session('2024-12-31T23:30:00Z', 7_000),
    session('2025-01-01T00:30:00Z', 8_000),
    session('2025-01-02T00:30:00Z', 49),
    session('2025-06-01T12:00:00Z', 50),
  ]) {
    await rest.evcc.store.sessions.save(each);
  }
  return rest;
}

test('sessions are listed newest first, without those that charged nothing to speak of', async () => {
  const { ask } = await startWithSessions();
  const { status, json } = await ask('GET', '/api/sessions');
  expect(status).toBe(200);
  expect(json?.result).toMatchObject([
    { id: 4, created: '2025-06-01T12:00:00Z', chargedEnergy: 0.05, chargeDuration: 1_800_000_000_000 },
    { id: 2, created: '2025-01-01T00:30:00Z', chargedEnergy: 8 },
    { id: 1, created: '2024-12-31T23:30:00Z', chargedEnergy: 7 },
  ]);
});

test.each([
  ['year=2025', [4, 2]],
  ['year=2025&month=1', [2]],
  ['year=2025&month=01', [2]],
  ['year=2024&month=12', [1]],
  ['year=2023', []],
  ['month=1', [4, 2, 1]],
  ['year=', [4, 2, 1]],
  ['format=json&lang=de', [4, 2, 1]],
  ['format=', [4, 2, 1]],
  ['x=%zz', [4, 2, 1]],
  ['year=9999&month=12', []],
  ['year=1', []],
])('the query %s gives the sessions %j', async (query, ids) => {
  const { ask } = await startWithSessions();
  const { json } = await ask('GET', `/api/sessions?${query}`);
  expect((json as unknown as { result: { id: number }[] }).result.map(({ id }) => id)).toEqual(ids);
});

test.each([
  'year=abc',
  'year=20255',
  'year=-1',
  'year=2025&month=13',
  'year=2025&month=0',
  'month=x',
  'format=xls',
  'format=CSV',
  'format=csv&year=x',
])('the query %s is refused with what is allowed', async (query) => {
  const { ask } = await startWithSessions();
  const { status, json } = await ask('GET', `/api/sessions?${query}`);
  expect(status).toBe(400);
  expect(json?.error).toMatch(/allowed is/);
});

test('without a database that works it says so', async () => {
  const { evcc, ask } = await startRest();
  evcc.failStore(true);
  expect(await ask('GET', '/api/sessions')).toMatchObject({ status: 503, json: { error: 'disk is full' } });
});
