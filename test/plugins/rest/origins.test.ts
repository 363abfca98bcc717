import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { createGate } from '../../../plugins/rest/gate.ts';
import { createFakeEvcc } from './fake-evcc.ts';
import { type Rest, startRest } from './start-rest.ts';

const PAGE = 'http://nas:8080';

test('every page may read by default, and is told so also when a request fails', async () => {
  const { ask } = await startRest();
  for (const path of ['/api/state', '/api/nothing', '/api/%']) {
    const { headers } = await ask('GET', path, { headers: { Origin: PAGE } });
    expect(headers['access-control-allow-origin']).toBe('*');
  }
  expect((await ask('GET', '/api/state')).headers).not.toHaveProperty('access-control-allow-origin');
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
  'a preflight for %s is granted without doing anything',
  async (method) => {
    const { evcc, ask } = await startRest();
    const { status, headers, text } = await ask('OPTIONS', '/api/loadpoints/1/mode/pv', {
      headers: {
        Origin: PAGE,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'content-type, Accept',
      },
    });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-methods']).toContain(method);
    expect(headers['access-control-allow-headers']).toContain('Content-Type');
    expect(evcc.commands).toEqual([]);
  },
);

test('a preflight without a method, for a strange header field or an unknown path is refused', async () => {
  const { ask } = await startRest();
  const preflight = (path: string, headers: Record<string, string>) =>
    ask('OPTIONS', path, { headers: { Origin: PAGE, ...headers } });
  const path = '/api/loadpoints/1/mode/pv';
  expect((await preflight(path, {})).status).toBe(400);
  expect(
    await preflight(path, { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'X-Evil' }),
  ).toMatchObject({ status: 403, json: { error: expect.stringContaining('X-Evil') } });
  expect((await preflight('/api/nothing', { 'Access-Control-Request-Method': 'POST' })).status).toBe(404);
});

test('with a list, only pages of the list and of the server itself may use it', async () => {
  const { evcc, ask, port } = await startRest({ allowedOrigins: [`${PAGE}/`] });
  const post = (headers: Record<string, string>) => ask('POST', '/api/loadpoints/1/mode/pv', { headers });

  const stranger = await post({ Origin: 'http://evil.example' });
  expect(stranger).toMatchObject({ status: 403, json: { error: expect.stringContaining('http://evil.example') } });
  expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
  expect((await post({ Origin: 'null' })).status).toBe(403);
  expect(evcc.commands).toEqual([]);

  const listed = await post({ Origin: PAGE });
  expect(listed.status).toBe(200);
  expect(listed.headers['access-control-allow-origin']).toBe(PAGE);
  expect(listed.headers.vary).toContain('Origin');
  expect((await post({ Origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  expect((await post({})).status).toBe(200);
});

test('with a list, the WebSocket is closed to other pages too', async () => {
  const { port } = await startRest({ allowedOrigins: [PAGE] });
  const connect = (origin: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { origin });
      socket.once('open', () => resolve('open'));
      socket.once('error', (error) => resolve(error.message));
      socket.once('open', () => socket.close());
    });
  expect(await connect(PAGE)).toBe('open');
  expect(await connect('http://evil.example')).toMatch(/403/);
});

test.each([
  ['127.0.0.1:7070', true],
  ['192.168.1.5', true],
  ['[fd00::1]:7070', true],
  ['localhost:7070', true],
  ['NAS:7070', true],
  ['evcc.local:7070', true],
  ['pi.home.example:7070', true],
  ['nas.example:9000', true],
  ['evil.example:7070', false],
  ['evil.example', false],
  ['127.0.0.1.evil.example:7070', false],
  ['local.evil.example', false],
  ['', false],
])('with a list, a page that came from the host %j itself is let in: %j', async (host, expected) => {
  const { origins } = createGate(await createFakeEvcc(), ['https://nas.example'], 'Pi.home.example');
  expect(origins.mayRead({ host, origin: `http://${host}` })).toBe(expected);
  expect(origins.mayRead({ host, origin: 'http://other' })).toBe(false);
});

test.each([
  [
    'pages through a proxy that keeps the name',
    'evcc.example.com',
    'https://evcc.example.com',
    "access: { hosts: ['evcc.example.com'] }",
  ],
  [
    'programs that use a name of the internet',
    'evcc.example.com',
    undefined,
    "access: { hosts: ['evcc.example.com'] }",
  ],
  [
    'pages through a proxy that does not',
    '127.0.0.1:7070',
    'https://ha.local',
    "rest.allowedOrigins: ['https://ha.local']",
  ],
  ['pages in a sandbox', '127.0.0.1:7070', 'null', 'without an origin'],
  ['who sends a broken host', 'a b', undefined, 'holds no name'],
])('the refusal of %s says what lets them', async (_who, Host, Origin, advice) => {
  const { ask } = await startRest({}, {});
  const answer = await ask('POST', '/api/loadpoints/1/mode/pv', { headers: { Host, ...(Origin && { Origin }) } });
  expect(answer).toMatchObject({ status: 403, json: { error: expect.stringContaining(advice) } });
});

test('where access is switched off a name is made known by listing its pages', async () => {
  const headers = { Host: 'evcc.example.com', Origin: 'https://evcc.example.com' };
  const change = async (rest: Rest) => rest.ask('POST', '/api/loadpoints/1/mode/pv', { headers });
  const { json } = await change(await startRest());
  expect(json?.error).toContain("rest.allowedOrigins: ['https://evcc.example.com']");
  expect((await change(await startRest({ allowedOrigins: ['https://evcc.example.com'] }))).status).toBe(200);
});

test('a foreign page cannot end the process, even if every page may read and change', async () => {
  const { evcc, ask, port } = await startRest({ allowedOrigins: ['*'] });
  const end = (headers: Record<string, string>) => ask('POST', '/api/shutdown', { headers });
  for (const headers of [{ Origin: PAGE }, { Origin: 'null' }]) {
    expect(await end(headers)).toMatchObject({ status: 403, json: { error: expect.stringContaining('may not end') } });
  }
  const evil = `evil.example:${port}`;
  expect(await end({ Origin: `http://${evil}`, Host: evil })).toMatchObject({ status: 403 });
  expect(evcc.shutdowns).toEqual([]);
  expect((await end({ Origin: `http://127.0.0.1:${port}` })).status).toBe(204);
  expect((await end({})).status).toBe(204);
  await expect.poll(() => evcc.shutdowns.length).toBe(2);
});
