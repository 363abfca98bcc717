import { expect, onTestFinished, test, vi } from 'vitest';
import type { AccessOptions } from '../../../plugins/access/index.ts';
import { type Rest, startRest } from './start-rest.ts';

const READER = 'reader-token-0123456789';
const MACHINE = 'machine-token-0123456789';

/** A house with a car that needs a login, and what was done about it. */
async function start(
  dialect: 'document' | 'current' = 'document',
  guarded?: AccessOptions,
): Promise<Rest & { readonly done: string[] }> {
  const rest = await startRest({ dialect }, guarded);
  const done: string[] = [];
  const login = {
    id: 'vehicles/1',
    title: 'i4',
    authenticated: false,
    begin: async () => {
      done.push('begin');
      return { url: 'https://login.example/go', code: 'ABCD', until: Date.parse('2025-06-15T12:05:00Z') };
    },
    end: async () => void done.push('end'),
  };
  const known = { ...login, id: 'chargers/garage', title: 'garage', begin: async () => undefined };
  const broken = {
    ...login,
    id: 'vehicles/2',
    begin: async () => rest.evcc.fail('EVCC_NOT_SUPPORTED', 'the service is not there'),
  };
  const spy = vi.spyOn(rest.evcc.system, 'logins').mockReturnValue([login, known, broken]);
  onTestFinished(() => spy.mockRestore());
  return { ...rest, done };
}

const STEP = { loginUri: 'https://login.example/go', code: 'ABCD', expiry: '2025-06-15T12:05:00Z' };

test.each([
  ['document', 'POST', '/oauth/vehicles/1/'],
  ['current', 'POST', '/oauth/vehicles/1/'],
  ['current', 'GET', '/providerauth/?id=vehicles%2F1'],
] as const)('%s: %s %s begins and ends a login', async (dialect, method, path) => {
  const { ask, done } = await start(dialect);
  const of = (action: string): string => (path.includes('?') ? path.replace('/?', `/${action}?`) : `${path}${action}`);
  expect(await ask(method, of('login'))).toMatchObject({
    status: 200,
    headers: { 'content-type': expect.stringContaining('json') as string, 'cache-control': 'no-store' },
    json: STEP,
  });
  expect(await ask(method, of('logout'))).toMatchObject({ status: 200, json: {} });
  expect(done).toEqual(['begin', 'end']);
});

test('a login that is done already asks for nothing', async () => {
  const { ask } = await start();
  expect(await ask('POST', '/oauth/chargers/garage/login')).toMatchObject({ status: 200, json: {} });
});

test.each([
  ['POST', '/oauth/vehicles/9/login', 404, /no login vehicles\/9; known: vehicles\/1, chargers\/garage/],
  ['POST', '/oauth/vehicles/2/login', 400, /service is not there/],
  ['GET', '/providerauth/login', 404, /no login/],
  ['GET', '/oauth/vehicles/1/login', 405, /POST/],
] as const)('%s %s is refused', async (method, path, status, error) => {
  const { ask, done } = await start('current');
  const answer = await ask(method, path);
  expect(answer).toMatchObject({ status, json: { error: expect.stringMatching(error) as string } });
  expect(done).toEqual([]);
});

test('only who may change things does, and no link of another page', async () => {
  const tokens = { machine: MACHINE, display: { token: READER, readOnly: true } };
  const { ask, done } = await start('current', { tokens });
  const status = async (method: string, path: string, headers: Record<string, string>): Promise<number> =>
    (await ask(method, path, { headers })).status;
  for (const [method, path] of [
    ['POST', '/oauth/vehicles/1/logout'],
    ['GET', '/providerauth/logout?id=vehicles/1'],
  ] as const) {
    const machine = { Authorization: `Bearer ${MACHINE}` };
    expect(await status(method, path, {})).toBe(401);
    expect(await status(method, path, { Authorization: `Bearer ${READER}` })).toBe(403);
    expect(await status(method, path, { ...machine, Origin: 'http://evil.example' })).toBe(403);
    expect(await status(method, path, { ...machine, 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(done).toEqual([]);
    expect(await status(method, path, machine)).toBe(200);
    expect(done.splice(0)).toEqual(['end']);
  }
});

test('the current dialect publishes them as providers', async () => {
  const { ask, evcc } = await start('current');
  expect((await ask('GET', '/api/state?jq=.authProviders')).json).toEqual({});
  evcc.set('site', 0, 'auth', {
    vehicles: { i4: { uri: 'oauth/vehicles/1', authenticated: true } },
    chargers: { garage: { uri: 'oauth/chargers/garage', authenticated: false } },
  });
  expect((await ask('GET', '/api/state?jq=.authProviders')).json).toEqual({
    i4: { id: 'vehicles/1', authenticated: true },
    garage: { id: 'chargers/garage', authenticated: false },
  });
});

test('asking for everything anew, and for an update, which is none', async () => {
  const { ask, evcc } = await startRest();
  const forget = vi.spyOn(evcc.system, 'forget');
  onTestFinished(() => forget.mockRestore());
  expect(await ask('DELETE', '/api/system/cache')).toMatchObject({ status: 200, json: { result: {} } });
  expect(forget).toHaveBeenCalledOnce();
  expect(await ask('POST', '/api/update')).toMatchObject({
    status: 404,
    json: { error: expect.stringContaining('npm install') as string },
  });
});
