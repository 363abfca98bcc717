import { expect, test } from 'vitest';
import type { Page, PageAnswer } from '../../../core/index.ts';
import { startRest } from './start-rest.ts';

const page = (path: string, answer: Page['answer']): Page => ({ path, description: path, answer });
const text = (body: string, headers: PageAnswer['headers'] = {}): PageAnswer => ({
  headers: { 'content-type': 'text/plain', ...headers },
  body,
});

test('what a plugin shows is served with its header fields', async () => {
  const { evcc, ask } = await startRest();
  evcc.pages.define(page('/metrics', ({ query }) => text(`a ${query.get('b')}`, { 'cache-control': 'no-store' })));
  const { status, headers, text: body } = await ask('GET', '/metrics?b=1');
  expect({ status, body }).toEqual({ status: 200, body: 'a 1' });
  expect(headers).toMatchObject({
    'content-type': 'text/plain',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(await ask('HEAD', '/metrics')).toMatchObject({ status: 200, text: '' });
});

test.each([
  ['/', 'all of /'],
  ['/metrics', 'metrics'],
  ['/metrics/more', 'all of /metrics/more'],
  ['/docs/a/b', 'docs of /docs/a/b'],
])('the longest path that fits answers %s', async (path, body) => {
  const { evcc, ask } = await startRest();
  evcc.pages.define(page('/docs/', (request) => text(`docs of ${request.path}`)));
  evcc.pages.define(page('/', (request) => text(`all of ${request.path}`)));
  evcc.pages.define(page('/metrics', () => text('metrics')));
  expect(await ask('GET', path)).toMatchObject({ status: 200, text: body });
});

test('the API goes before a page, and what a page does not know does not exist', async () => {
  const { evcc, ask } = await startRest();
  evcc.pages.define(page('/', ({ path }) => (path === '/' ? text('home') : undefined)));
  expect((await ask('GET', '/api/state')).json).toHaveProperty('result');
  expect((await ask('GET', '/api/nothing')).json).toEqual({ error: '/api/nothing does not exist' });
  expect((await ask('POST', '/')).status).toBe(404);
});

test('nothing is sent again that has the same tag', async () => {
  const { evcc, ask } = await startRest();
  evcc.pages.define(page('/file', () => text('content', { etag: '"1"' })));
  expect(await ask('GET', '/file', { headers: { 'if-none-match': '"1"' } })).toMatchObject({ status: 304, text: '' });
  expect(await ask('GET', '/file', { headers: { 'if-none-match': '"0"' } })).toMatchObject({ status: 200 });
});

test.each([
  [undefined, "'self' http://localhost:* http://*.localhost:* http://*.local:* "],
  [['http://ha:8123'], "'self' http://ha:8123"],
  [['*'], '*'],
])('with rest.allowedOrigins %j a page may be shown inside of %s', async (allowedOrigins, frames) => {
  const { evcc, ask } = await startRest(allowedOrigins && { allowedOrigins });
  const policy = async (path: string) => (await ask('GET', path)).headers['content-security-policy'];
  evcc.pages.define(page('/strict', () => text('', { 'content-security-policy': "default-src 'none'" })));
  evcc.pages.define(page('/plain', () => text('')));
  evcc.pages.define(page('/own', () => text('', { 'content-security-policy': 'frame-ancestors https://a.example' })));
  expect(`${await policy('/strict')} `).toContain(`default-src 'none'; frame-ancestors ${frames}`);
  expect(await policy('/plain')).toMatch(/^default-src 'self'.*; frame-ancestors [^;]+$/);
  expect(await policy('/own')).toBe('frame-ancestors https://a.example');
});

test('a page may answer without a body, and a failing one is explained in the log only', async () => {
  const { evcc, ask } = await startRest();
  evcc.pages.define(page('/gone', () => ({ status: 410, headers: {} })));
  evcc.pages.define(
    page('/broken', () => {
      throw new Error('secret');
    }),
  );
  expect(await ask('GET', '/gone')).toMatchObject({ status: 410, text: '' });
  const { status, text: body } = await ask('GET', '/broken');
  expect(status).toBe(500);
  expect(body).not.toContain('secret');
  expect(evcc.logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'GET /broken failed' }));
});

test.each(['document', 'current'] as const)(
  'below /document everything is as the page wants it, beside %s',
  async (dialect) => {
    const { evcc, ask, port } = await startRest({ dialect });
    evcc.set('site', 0, 'gridPower', 120);
    evcc.flush();
    const { json } = await ask('GET', '/document/api/state');
    expect(json).toMatchObject({ result: { gridPower: 120, loadpoints: [{}, {}] } });
    expect((await ask('POST', '/document/api/loadpoints/1/mode/pv')).json).toEqual({ result: 'pv' });
    expect((await ask('GET', '/document/api/nothing')).status).toBe(404);
    expect((await ask('GET', '/documentation')).status).toBe(404);
    const frame = await new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/document/ws`);
      socket.addEventListener('message', ({ data }) => {
        resolve(String(data));
        socket.close();
      });
      socket.addEventListener('error', () => reject(new Error('no connection')));
    });
    expect(JSON.parse(frame)).toMatchObject({ gridPower: 120, 'loadpoints.0.mode': 'pv' });
  },
);
