import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { limitConnections } from '../../../plugins/rest/connections.ts';
import { createRates } from '../../../plugins/rest/rates.ts';
import { answerRaw } from '../../../plugins/rest/raw.ts';
import { manyOf, startRest } from './start-rest.ts';

test('a client may take 20,000 in a second, twice that after a pause, and others are not affected', () => {
  let now = 0;
  const rates = createRates({ now: () => now });
  const take = (count: number, cost: number): number =>
    Array.from({ length: count }, () => rates.take('a', cost)).filter((pause) => pause === 0).length;
  expect(take(50_000, 1)).toBe(40_000);
  expect(rates.take('a', 10)).toBe(1);
  expect(rates.take('b', 10)).toBe(0);
  now += 1_000;
  expect(take(50_000, 1)).toBe(20_000);
  now += 1_000;
  expect(take(50_000, 10)).toBe(2_000);
  now += 3_600_000;
  expect(take(50_000, 1)).toBe(40_000);
});

test('nobody waits for long, also when the clock is set', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 10 }))), (steps) => {
      let now = 1e12;
      const rates = createRates({ now: () => now });
      for (const [ms, cost] of steps) {
        now += ms;
        const pause = rates.take('a', cost);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('clients that were not heard of for longest are forgotten', () => {
  const rates = createRates({ now: () => 0 });
  for (let client = 0; client < 5_000; client += 1) expect(rates.take(String(client), 40_000)).toBe(0);
  expect(rates.take('4999', 1)).toBeGreaterThan(0);
  expect(rates.take('0', 1)).toBe(0);
});

test('who asks for too much is told when to come back, and nothing happens', async () => {
  const { ask, raw, evcc } = await startRest();
  await ask('POST', '/api/loadpoints/1/mode/pv');
  // The clock of the test stands still: 40,000 are enough for 4,000 changes.
  expect(await raw(manyOf('POST /api/loadpoints/9/mode/pv', 100))).not.toContain('HTTP/1.1 429');
  for (let count = 100; count < 4_000; count += 100) await raw(manyOf('POST /api/loadpoints/9/mode/pv', 100));
  expect(await ask('POST', '/api/loadpoints/9/mode/pv')).toMatchObject({
    status: 429,
    json: { error: 'too many requests' },
    headers: { 'retry-after': '1' },
  });
  expect(evcc.commands).toHaveLength(1);
  await evcc.clock.advance(1_000);
  expect((await ask('POST', '/api/loadpoints/1/mode/pv')).status).toBe(200);
}, 60_000);

test('one client does not get more than 300 connections', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  limitConnections(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  for (let count = 0; count < 300; count += 1) await open();
  await once((await open()).resume(), 'close');
  const connections = promisify(server.getConnections.bind(server));
  await expect.poll(() => connections()).toBe(300);
  sockets[0]?.destroy();
  await expect.poll(() => connections()).toBe(299);
  await open();
  await expect.poll(() => connections()).toBe(300);
});

test('who does not end a TLS handshake is not kept', async () => {
  const server = createTlsServer({ handshakeTimeout: 1 });
  limitConnections(server);
  // As the server of the house answers what it cannot read
  server.on('clientError', (_error, socket) => answerRaw(socket, 400, ''));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1', () => socket.write('\x16\x03\x01'));
  onTestFinished(() => {
    socket.destroy();
    server.close();
  });
  // It may be closed or reset.
  await new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume());
});

test('an address that is too long is refused', async () => {
  const { ask } = await startRest();
  const { status, json } = await ask('GET', `/api/state?jq=${'x'.repeat(8_192)}`);
  expect({ status, json }).toEqual({ status: 414, json: { error: expect.stringContaining('8192') } });
});
