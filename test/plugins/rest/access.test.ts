import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import WebSocket from 'ws';
import type { EvccConfig } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { freePort } from '../../helpers/free-port.ts';
import { startHouse } from '../../helpers/house.ts';
import { connectLive } from './live-client.ts';
import { type Answer, type Rest, startRest } from './start-rest.ts';

const PASSWORD = 'correct horse';
const READER = 'reader-token-0123456789';
const MACHINE = 'machine-token-0123456789';
const TOKENS = { display: { token: READER, readOnly: true }, ha: MACHINE };
const MODE = '/api/loadpoints/1/mode/pv';

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const logIn = ({ ask }: Rest, password: string = PASSWORD) =>
  ask('POST', '/api/auth/login', { body: JSON.stringify({ password }) });
const cookieOf = (answer: Answer): string => /^auth=[^;]*/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[0] ?? '';
const withCookie = (cookie: string) => ({ headers: { Cookie: `theme=dark; ${cookie}` } });
/** Status of reading, of changing */
const rights = async ({ ask }: Rest, options = {}): Promise<number[]> => [
  (await ask('GET', '/api/state', options)).status,
  (await ask('POST', MODE, options)).status,
];

test('without password and token whoever reaches the house may do everything', async () => {
  const rest = await startRest({}, {});
  expect(await rights(rest)).toEqual([200, 200]);
  expect(await rest.ask('GET', '/api/auth/status')).toMatchObject({ status: 501, json: { error: expect.any(String) } });
  expect((await rest.ask('GET', '/api/auth/visitor')).json).toEqual({ result: { right: 'full' } });
  expect((await logIn(rest)).status).toBe(400);
});

test('whoever asks is told what they may do, and by what', async () => {
  const rest = await startRest({}, { password: PASSWORD, tokens: TOKENS });
  const visitor = async (options = {}): Promise<unknown> =>
    (await rest.ask('GET', '/api/auth/visitor', options)).json?.result;
  expect(await visitor()).toEqual({ right: 'none' });
  expect(await visitor(bearer(READER))).toEqual({ right: 'read', known: 'token' });
  expect(await visitor(withCookie(cookieOf(await logIn(rest))))).toEqual({ right: 'full', known: 'login' });
});

test('where access is switched off nobody needs a login, and none is possible', async () => {
  const rest = await startRest();
  expect(await rights(rest)).toEqual([200, 200]);
  expect((await rest.ask('GET', '/api/auth/status')).json).toEqual({ result: true });
  expect((await logIn(rest)).status).toBe(501);
});

test('with a password, only health and the login are open', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  expect(await rights(rest)).toEqual([401, 401]);
  const { status, json, headers } = await rest.ask('GET', '/api/sessions');
  expect({ status, json }).toEqual({ status: 401, json: { error: 'a login or a token is needed' } });
  expect(headers['www-authenticate']).toBe('Bearer realm="evcc"');
  expect((await rest.ask('GET', '/api/nothing')).status).toBe(401);
  expect((await rest.ask('GET', '/api/health')).text).toBe('OK\n');
  expect((await rest.ask('GET', '/api/auth/status')).json).toEqual({ result: false });
  expect(rest.evcc.commands).toEqual([]);
});

test('a login gives a cookie that browsers keep for 90 days and hand to no script and no other site', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const answer = await logIn(rest);
  expect(answer).toMatchObject({ status: 200, json: { result: true } });
  const expires = new Date(rest.evcc.clock.now() + 90 * 86_400_000).toUTCString();
  expect(answer.headers['set-cookie']).toEqual([
    expect.stringMatching(new RegExp(`^auth=[\\w.-]+; Path=/; Expires=${expires}; HttpOnly; SameSite=Strict$`)),
  ]);
  const cookie = withCookie(cookieOf(answer));
  expect(await rights(rest, cookie)).toEqual([200, 200]);
  expect((await rest.ask('GET', '/api/auth/status', cookie)).json).toEqual({ result: true });
  rest.evcc.clock.jump(rest.evcc.clock.now() + 90 * 86_400_000);
  expect(await rights(rest, cookie)).toEqual([401, 401]);
});

test('a login outlives a restart, but no logout and no other password', async () => {
  const store = createMemoryStore();
  const first = await startRest({}, { password: PASSWORD }, store);
  const [one, two] = [cookieOf(await logIn(first)), cookieOf(await logIn(first))];
  expect((await first.ask('POST', '/api/auth/logout', withCookie(one))).headers['set-cookie']).toEqual([
    'auth=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
  ]);
  expect(await rights(first, withCookie(one))).toEqual([401, 401]);
  expect(await rights(first, withCookie(two))).toEqual([200, 200]);
  const second = await startRest({}, { password: PASSWORD }, store);
  expect(await rights(second, withCookie(one))).toEqual([401, 401]);
  expect(await rights(second, withCookie(two))).toEqual([200, 200]);
  const third = await startRest({}, { password: `${PASSWORD}!` }, store);
  expect(await rights(third, withCookie(two))).toEqual([401, 401]);
});

test.each([
  ['none', undefined, 400],
  ['no JSON', '{', 400],
  ['a list', '[]', 400],
  ['nothing', 'null', 400],
  ['no password', '{}', 400],
  ['a number', '{"password":1}', 400],
  ['an inherited name', '{"__proto__":{"password":"x"}}', 400],
  ['a wrong password', '{"password":"wrong"}', 401],
  ['an empty password', '{"password":""}', 401],
])('a login with %s as body is refused', async (_, body, status) => {
  const rest = await startRest({}, { password: PASSWORD });
  const answer = await rest.ask('POST', '/api/auth/login', body === undefined ? {} : { body });
  expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('wrong passwords are slowed down, the right one too, and whoever is in stays in', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const cookie = withCookie(cookieOf(await logIn(rest)));
  for (let attempt = 0; attempt < 3; attempt += 1) expect((await logIn(rest, 'wrong')).status).toBe(401);
  expect(await logIn(rest)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  expect(await rights(rest, cookie)).toEqual([200, 200]);
  await rest.evcc.clock.advance(1_000);
  expect((await logIn(rest)).status).toBe(200);
});

test('many wrong passwords at once are slowed down like one after the other', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const answers = await Promise.all(Array.from({ length: 20 }, () => logIn(rest, 'wrong')));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
});

test('behind a proxy that is listed, only who guesses has to wait', async () => {
  const rest = await startRest({ proxies: ['127.0.0.1'] }, { password: PASSWORD });
  const from = (address: string, password: string) =>
    rest.ask('POST', '/api/auth/login', {
      headers: { 'X-Forwarded-For': `192.168.1.2, ${address}` },
      body: JSON.stringify({ password }),
    });
  const guesses = await Promise.all(Array.from({ length: 4 }, () => from('203.0.113.7', 'wrong')));
  expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429]);
  expect((await from('203.0.113.7', PASSWORD)).status).toBe(429);
  expect((await from('198.51.100.1', PASSWORD)).status).toBe(200);
});

test('what is said about proxies that are not listed changes nothing', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      rest.ask('POST', '/api/auth/login', {
        headers: { 'X-Forwarded-For': `203.0.113.${index}` },
        body: JSON.stringify({ password: 'wrong' }),
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429]);
});

test('machines come with tokens, of which some may only read', async () => {
  const rest = await startRest({}, { password: PASSWORD, tokens: TOKENS });
  expect(await rights(rest, bearer(MACHINE))).toEqual([200, 200]);
  expect(await rights(rest, bearer(READER))).toEqual([200, 403]);
  expect(await rights(rest, bearer('another-token-0123456789'))).toEqual([401, 401]);
  expect(await rights(rest, { headers: { Authorization: 'Bearer' } })).toEqual([401, 401]);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    expect((await rest.ask(method, '/api/loadpoints/1/vehicle', bearer(READER))).status).toBe(403);
  }
});

test('a browser may log in with a token, which gives what the token gives, as long as it is one', async () => {
  const rest = await startRest({}, { password: PASSWORD, tokens: { ...TOKENS, odd: 'a token; with "signs" äöü' } });
  const reader = withCookie(cookieOf(await logIn(rest, READER)));
  expect(await rights(rest, reader)).toEqual([200, 403]);
  expect((await rest.ask('GET', '/api/auth/visitor', reader)).json).toEqual({
    result: { right: 'read', known: 'token' },
  });
  expect(await rights(rest, withCookie(cookieOf(await logIn(rest, 'a token; with "signs" äöü'))))).toEqual([200, 200]);
  expect((await logIn(rest, 'another-token-0123456789')).status).toBe(401);
  expect(await rights(rest, withCookie(`auth=token.${Buffer.from('another-token').toString('base64url')}`))).toEqual([
    401, 401,
  ]);
});

test('a token may come as password of basic authentication', async () => {
  const rest = await startRest({}, { tokens: TOKENS });
  const basic = (text: string) => ({ headers: { Authorization: `basic ${Buffer.from(text).toString('base64')}` } });
  expect(await rights(rest, basic(`anybody:${MACHINE}`))).toEqual([200, 200]);
  expect(await rights(rest, basic(MACHINE))).toEqual([200, 200]);
  expect(await rights(rest, basic(`${MACHINE}:x`))).toEqual([401, 401]);
});

test('reading may be left open', async () => {
  const rest = await startRest({}, { password: PASSWORD, tokens: TOKENS, protect: 'changes' });
  expect(await rights(rest)).toEqual([200, 401]);
  expect(await rights(rest, bearer('another-token-0123456789'))).toEqual([200, 401]);
  expect(await rights(rest, bearer(READER))).toEqual([200, 403]);
  expect(await rights(rest, bearer(MACHINE))).toEqual([200, 200]);
  expect((await rest.ask('GET', '/api/auth/apikey')).status).toBe(403);
  expect((await connectLive(rest.port)).frames).toHaveLength(1);
});

test('the WebSocket needs a login or a token, too, and ends with it', async () => {
  const rest = await startRest({}, { password: PASSWORD, tokens: TOKENS });
  const refused = new WebSocket(`ws://127.0.0.1:${rest.port}/ws`);
  const [error] = await once(refused, 'error');
  expect(String(error)).toContain('401');
  const cookie = cookieOf(await logIn(rest));
  const browser = await connectLive(rest.port, { headers: { Cookie: cookie } });
  const machine = await connectLive(rest.port, { headers: { Authorization: `Bearer ${READER}` } });
  await rest.ask('POST', '/api/auth/logout', withCookie(cookie));
  expect(await browser.closed()).toBe(1008);
  rest.evcc.set('site', 0, 'gridPower', 7);
  rest.evcc.flush();
  await machine.received(2);
  expect(machine.frames[1]).toEqual({ gridPower: 7 });
});

test('the first password comes from a page of the house or a program at home, and locks the others out', async () => {
  const rest = await startRest({ allowedOrigins: ['*'] }, {});
  const set = (headers: Record<string, string>, body: object = { new: PASSWORD }) =>
    rest.ask('PUT', '/api/auth/password', { headers, body: JSON.stringify(body) });
  const json = { 'Content-Type': 'application/json' };
  expect((await set({})).status).toBe(403);
  expect((await set({ 'Content-Type': 'text/plain' })).status).toBe(403);
  expect((await set({ ...json, Origin: 'http://evil.example' })).status).toBe(403);
  expect((await set({ ...json, Origin: 'null' })).status).toBe(403);
  expect((await set({ ...json, Host: 'evil.example' })).status).toBe(403);
  expect((await set({ ...json, 'X-Forwarded-For': '192.168.1.2, 203.0.113.7' })).status).toBe(403);
  expect((await set({ ...json, Host: 'evil.example', Origin: 'http://evil.example' })).status).toBe(403);
  expect((await set(json, { new: 'abc' })).status).toBe(400);
  expect((await set(json, { new: 'x'.repeat(201) })).status).toBe(400);
  expect((await set(json, {})).status).toBe(400);
  expect(await rights(rest)).toEqual([200, 200]);

  const stranger = await connectLive(rest.port);
  const answer = await set({ ...json, Origin: `http://127.0.0.1:${rest.port}` });
  expect(answer).toMatchObject({ status: 200, json: { result: true } });
  expect(await stranger.closed()).toBe(1008);
  expect(await rights(rest)).toEqual([401, 401]);
  expect(await rights(rest, withCookie(cookieOf(answer)))).toEqual([200, 200]);
});

test('another password needs the one before, and ends the logins with it', async () => {
  const store = createMemoryStore();
  const rest = await startRest({}, {}, store);
  const set = (body: object) =>
    rest.ask('PUT', '/api/auth/password', {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const before = withCookie(cookieOf(await set({ new: PASSWORD })));
  expect(await rights(rest, before)).toEqual([200, 200]);
  expect((await set({ current: 'wrong', new: 'another' })).status).toBe(401);
  expect((await set({ current: PASSWORD, new: 'another' })).status).toBe(200);
  expect(await rights(rest, before)).toEqual([401, 401]);
  const again = await startRest({}, {}, store);
  expect(await rights(again, before)).toEqual([401, 401]);
  expect((await logIn(again, 'another')).status).toBe(200);
}, 60_000);

test('a password of the configuration is changed there, and goes before a stored one', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const body = JSON.stringify({ current: PASSWORD, new: 'another' });
  expect(await rest.ask('PUT', '/api/auth/password', { body })).toMatchObject({
    status: 400,
    json: { error: expect.stringContaining('configuration') },
  });
});

test('with tokens alone, the first password needs one that may change', async () => {
  const rest = await startRest({}, { tokens: TOKENS });
  const set = (token: string) =>
    rest.ask('PUT', '/api/auth/password', {
      headers: { ...bearer(token).headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ new: PASSWORD }),
    });
  expect((await set('')).status).toBe(401);
  expect((await set(READER)).status).toBe(401);
  expect((await set(MACHINE)).status).toBe(200);
});

test('tokens are made, listed and taken back over the API, and outlive a restart', async () => {
  const store = createMemoryStore();
  const rest = await startRest({}, { password: PASSWORD, tokens: TOKENS }, store);
  const make = (body: unknown) =>
    rest.ask('POST', '/api/auth/apikey', { ...bearer(MACHINE), body: JSON.stringify(body) });
  const made = await make({ name: 'node-red', readOnly: true });
  const { key } = { key: '', ...(made.json?.result as object) };
  expect(key).toMatch(/^evcc_[\w-]{43}$/);
  expect(JSON.stringify([...(await store.settings.all())])).not.toContain(key);
  for (const body of [
    { name: 'node-red' },
    { name: 'ha' },
    { name: '' },
    { name: 'a b' },
    { name: '.' },
    { name: '..' },
    { name: 'x', readOnly: 1 },
    5,
  ]) {
    expect((await make(body)).status).toBe(400);
  }
  expect((await rest.ask('GET', '/api/auth/apikey', bearer(MACHINE))).json?.result).toEqual([
    { name: 'display', readOnly: true, created: null },
    { name: 'ha', readOnly: false, created: null },
    { name: 'node-red', readOnly: true, created: '2025-06-15T12:00:00Z' },
  ]);
  const again = await startRest({}, { password: PASSWORD, tokens: TOKENS }, store);
  expect(await rights(again, bearer(key))).toEqual([200, 403]);
  const revoke = (name: string) => again.ask('DELETE', `/api/auth/apikey/${name}`, bearer(MACHINE));
  expect((await revoke('ha')).status).toBe(400);
  expect((await revoke('nobody')).status).toBe(404);
  const live = await connectLive(again.port, { headers: { Authorization: `Bearer ${key}` } });
  expect((await revoke('node-red')).status).toBe(200);
  expect(await rights(again, bearer(key))).toEqual([401, 401]);
  expect(await live.closed()).toBe(1008);
});

test('a token may not be made while there is no password, since it would lock everybody else out', async () => {
  const rest = await startRest({}, {});
  const answer = await rest.ask('POST', '/api/auth/apikey', { body: '{"name":"x"}' });
  expect(answer).toMatchObject({ status: 400, json: { error: expect.stringContaining('set a password first') } });
});

test('what is stored and unreadable does not count as open; a password of the configuration helps', async () => {
  const store = createMemoryStore();
  await store.settings.set('access', '{"value":{"tokens":[]}}');
  const rest = await startRest({}, {}, store);
  expect(await rights(rest)).toEqual([401, 401]);
  expect(rest.evcc.logged).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining('unreadable') }),
  );
  const helped = await startRest({}, { password: PASSWORD }, store);
  expect(await rights(helped, withCookie(cookieOf(await logIn(helped))))).toEqual([200, 200]);
  expect(await rights(await startRest({}, {}, store))).toEqual([200, 200]);
});

test('a database that fails is told, and changes nothing', async () => {
  const rest = await startRest({}, {});
  rest.evcc.failStore(true);
  const body = JSON.stringify({ new: PASSWORD });
  const headers = { 'Content-Type': 'application/json' };
  expect((await rest.ask('PUT', '/api/auth/password', { headers, body })).status).toBe(503);
  expect((await rest.ask('GET', '/api/auth/status')).status).toBe(501);
});

test('nobody is let in before it is known who may', async () => {
  const store = createMemoryStore();
  const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
  vi.spyOn(store.settings, 'all').mockReturnValue(promise);
  let started = false;
  const starting = startRest({}, {}, store).then((rest) => {
    started = true;
    return rest;
  });
  await new Promise((later) => setImmediate(later));
  expect(started).toBe(false);
  resolve(new Map());
  expect(await rights(await starting)).toEqual([200, 200]);
});

test.each([
  ['GET', '/api/state', 200, 401],
  ['POST', MODE, 403, 403],
  ['POST', '/api/shutdown', 403, 403],
  ['GET', '/api/health', 200, 200],
])(
  'under an unknown host name %s %s is answered with %i, with a password with %i',
  async (method, path, open, closed) => {
    const headers = { Host: 'evil.example' };
    const rest = await startRest({}, { hosts: ['Good.example', '*.below.example'] });
    expect((await rest.ask(method, path, { headers })).status).toBe(open);
    const locked = await startRest({}, { password: PASSWORD });
    expect((await locked.ask(method, path, { headers })).status).toBe(closed === 401 ? 403 : closed);
    for (const Host of ['good.example:8080', 'a.below.example', 'evcc', '[::1]:7070']) {
      expect((await rest.ask(method, path, { headers: { Host } })).status).toBeLessThan(300);
    }
  },
);

test('pages of other servers may read, and change nothing; with a password they may nothing', async () => {
  const headers = { Origin: 'http://nas:8080' };
  const rest = await startRest({}, {});
  expect(await rights(rest, { headers })).toEqual([200, 403]);
  expect(rest.evcc.commands).toEqual([]);
  const page = await connectLive(rest.port, { headers });
  expect(page.frames).toHaveLength(1);
  const locked = await startRest({}, { password: PASSWORD, tokens: TOKENS });
  const token = { headers: { ...headers, ...bearer(MACHINE).headers } };
  expect(await rights(locked, token)).toEqual([403, 403]);
  const socket = new WebSocket(`ws://127.0.0.1:${locked.port}/ws`, token);
  expect(String((await once(socket, 'error'))[0])).toContain('403');
  expect((await locked.ask('POST', '/api/auth/login', { headers, body: `{"password":"${PASSWORD}"}` })).status).toBe(
    403,
  );
  const listed = await startRest({ allowedOrigins: ['http://nas:8080'] }, { password: PASSWORD, tokens: TOKENS });
  expect(await rights(listed, token)).toEqual([200, 200]);
});

test('the page of the server itself may do everything, also through a proxy that speaks TLS', async () => {
  const rest = await startRest({}, { hosts: ['evcc.example.com'] });
  const headers = { Host: 'evcc.example.com', Origin: 'https://evcc.example.com' };
  expect(await rights(rest, { headers })).toEqual([200, 200]);
  expect(await rights(rest, { headers: { ...headers, Origin: 'https://evil.example' } })).toEqual([200, 403]);
});

test('browsers are told what to do with what they get', async () => {
  const { ask } = await startRest({ allowedOrigins: ['http://ha:8123'] }, {});
  const { headers } = await ask('GET', '/api/state');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'content-security-policy': expect.stringMatching(/default-src 'self'.*frame-ancestors 'self' http:\/\/ha:8123$/),
  });
  expect(headers).not.toHaveProperty('strict-transport-security');
  expect((await ask('GET', '/api/nothing')).headers).toHaveProperty('content-security-policy');
});

test('pages that plugins leave open are shown without login, the others not', async () => {
  const rest = await startRest({}, { password: PASSWORD });
  const answer = () => ({ headers: { 'Content-Type': 'text/html' }, body: 'page' });
  rest.evcc.pages.define({ path: '/', description: 'page', open: true, answer });
  rest.evcc.pages.define({ path: '/metrics', description: 'figures', answer });
  expect((await rest.ask('GET', '/')).text).toBe('page');
  expect((await rest.ask('GET', '/metrics')).status).toBe(401);
});

test('the second port is protected, too', async () => {
  const port = await freePort();
  const rest = await startRest({ current: { port } }, { password: PASSWORD, tokens: TOKENS });
  const status = async (headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/api/state`, { headers })).status;
  expect(await status()).toBe(401);
  expect(await status(bearer(READER).headers)).toBe(200);
  expect(await status({ Cookie: cookieOf(await logIn(rest)) })).toBe(200);
  const login = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
    method: 'POST',
    body: JSON.stringify({ password: PASSWORD }),
  });
  expect({ status: login.status, body: await login.json() }).toEqual({ status: 200, body: true });
  expect((await fetch(`http://127.0.0.1:${port}/document/api/state`)).status).toBe(401);
});

test('an edit of the configuration is in force at once, also for those who are connected', async () => {
  const tokens = { display: { token: READER, readOnly: true } };
  const house = await startHouse({ onTestFinished }, { config: { rest: { port: 0, host: '127.0.0.1' } } });
  const port = Number(/:(\d+)\//.exec(house.runtime.announcements.find((line) => line.startsWith('REST')) ?? '')?.[1]);
  const status = async (headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/api/state`, { headers })).status;
  const change = (access: object | false) => house.runtime.reconfigure({ ...house.config, access } as EvccConfig);
  const open = await connectLive(port);
  expect(await status()).toBe(200);
  expect(await change({ tokens })).toEqual([]);
  expect(await open.closed()).toBe(1008);
  expect(await status()).toBe(401);
  expect(await status(bearer(READER).headers)).toBe(200);
  expect(await change({})).toEqual([]);
  expect(await status()).toBe(200);
  expect(await change(false)).toEqual([]);
  expect(await status()).toBe(200);
});
