import { expect, test } from 'vitest';
import { manyOf, startRest } from './start-rest.ts';

test.each([[undefined], [['*']], [['http://nas:8080']]])(
  'the state is the same on the short way as through the application, with allowed origins %j',
  async (allowedOrigins) => {
    const { ask } = await startRest(allowedOrigins ? { allowedOrigins } : {}, { protect: 'changes', hosts: [] });
    const short = await ask('GET', '/api/state');
    const long = await ask('GET', '/api/state?');
    const { date: _, ...headers } = short.headers;
    expect(short.text).toBe(long.text);
    expect(long.headers).toMatchObject(headers);
    expect(Object.keys(long.headers).sort()).toEqual(Object.keys(short.headers).sort());
  },
);

test('the short way follows every change', async () => {
  const { ask, evcc } = await startRest();
  const first = await ask('GET', '/api/state');
  evcc.set('site', 0, 'gridPower', 4_711);
  evcc.flush();
  const second = await ask('GET', '/api/state');
  expect(second.json?.result).toMatchObject({ gridPower: 4_711 });
  expect(second.headers.etag).not.toBe(first.headers.etag);
});

test('nobody gets by on the short way', async () => {
  const { ask } = await startRest({}, { password: 'correct horse' });
  expect((await ask('GET', '/api/state')).status).toBe(401);
  const open = await startRest({ allowedOrigins: ['http://nas:8080'] }, {});
  expect((await open.ask('GET', '/api/state', { headers: { Origin: 'http://evil.example' } })).status).toBe(403);
});

test('a client that asks for too much on the short way is told when to come back', async () => {
  const { ask, raw } = await startRest();
  // Changes take ten times as much as reading.
  expect(await raw(manyOf('POST /api/nothing', 100))).not.toContain('HTTP/1.1 429');
  for (let count = 100; count < 4_000; count += 100) await raw(manyOf('POST /api/nothing', 100));
  expect(await ask('GET', '/api/state')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
}, 60_000);
