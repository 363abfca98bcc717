import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { connectLive } from './live-client.ts';
import { startRest } from './start-rest.ts';

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

test('the first frame has everything, with loadpoints counted from 0', async () => {
  const { evcc, port } = await startRest();
  evcc.set('site', 0, 'gridPower', 123_456.7);
  evcc.set('site', 0, 'pv', [{ power: 5_000 }]);
  evcc.set('loadpoint', 1, 'chargeDuration', 90_900);
  evcc.set('loadpoint', 2, 'chargePower', Number.NaN);
  evcc.flush();
  const { frames } = await connectLive(port);
  expect(frames).toHaveLength(1);
  expect(frames[0]).toMatchObject({
    gridPower: 123_456.7,
    pv: [{ power: 5_000 }],
    prioritySoc: 0,
    'loadpoints.0.chargeDuration': 90,
    'loadpoints.0.mode': 'off',
    'loadpoints.0.targetTime': null,
    'loadpoints.1.chargePower': null,
  });
});

test('every change is a frame of its own, in the order of change', async () => {
  const { evcc, port } = await startRest();
  const { frames, received } = await connectLive(port);
  evcc.set('site', 0, 'gridPower', -5);
  evcc.set('loadpoint', 2, 'connectedDuration', 3_999);
  evcc.set('loadpoint', 1, 'targetTime', Date.UTC(2030, 0, 1) + 250);
  evcc.set('loadpoint', 1, 'chargeCurrents', [6, Number.NaN, Number.POSITIVE_INFINITY]);
  evcc.flush();
  await received(5);
  expect(frames.slice(1)).toEqual([
    { gridPower: -5 },
    { 'loadpoints.1.connectedDuration': 3 },
    { 'loadpoints.0.targetTime': '2030-01-01T00:00:00Z' },
    { 'loadpoints.0.chargeCurrents': [6, null, null] },
  ]);
});

test('when there are fewer loadpoints, clients connect again and are told everything anew', async () => {
  const { evcc, port } = await startRest();
  evcc.flush();
  const { closed } = await connectLive(port);
  evcc.resize(1);
  evcc.flush();
  expect(await closed()).toBe(1001);
  const { frames } = await connectLive(port);
  expect(Object.keys(frames[0] ?? {}).filter((name) => name.startsWith('loadpoints.1.'))).toEqual([]);
  evcc.resize(2);
  evcc.set('loadpoint', 2, 'mode', 'pv');
  evcc.flush();
  await expect.poll(() => frames).toContainEqual({ 'loadpoints.1.mode': 'pv' });
});

test('a command over REST is seen by every client', async () => {
  const { evcc, port, ask } = await startRest();
  const clients = [await connectLive(port), await connectLive(port)];
  await ask('POST', '/api/loadpoints/1/mode/pv');
  evcc.flush();
  for (const { frames, received } of clients) {
    await received(2);
    expect(frames[1]).toEqual({ 'loadpoints.0.mode': 'pv' });
  }
});

test('warnings and errors of the log are frames, with the loadpoint they are about', async () => {
  const { evcc, port } = await startRest();
  const { frames, received } = await connectLive(port);
  evcc.emitLog({ level: 'info', area: 'site', message: 'nothing special' });
  evcc.emitLog({ level: 'warn', area: 'site', message: 'grid meter is slow' });
  evcc.emitLog({ level: 'error', area: 'lp-2', message: 'charger refused' });
  await received(3);
  expect(frames.slice(1)).toEqual([
    { log: { message: 'grid meter is slow', level: 'warn' } },
    { log: { message: 'charger refused', level: 'error', lp: 2 } },
  ]);
});

test.each([
  ['a text', 'hello'],
  ['an empty message', ''],
  ['bytes', Buffer.from([0, 1])],
])('a client that sends %s is closed, and nothing happens', async (_, message) => {
  const { evcc, port } = await startRest();
  const client = await connectLive(port);
  client.socket.send(message);
  expect(await client.closed()).toBe(1008);
  expect(evcc.commands).toEqual([]);
});

test('a message that is too large closes the connection', async () => {
  const { port } = await startRest();
  const client = await connectLive(port);
  client.socket.send('x'.repeat(100_000));
  expect(await client.closed()).toBe(1009);
});

test('bytes that are no frame close the connection, and the others stay', async () => {
  const { evcc, port } = await startRest();
  const other = await connectLive(port);
  const socket = connect(port, '127.0.0.1', () => socket.write(UPGRADE));
  await once(socket, 'data');
  socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  socket.resume();
  await once(socket, 'close');
  evcc.set('site', 0, 'gridPower', 7);
  evcc.flush();
  await other.received(2);
  expect(other.frames[1]).toEqual({ gridPower: 7 });
});

test('a ping of a client is answered', async () => {
  const { port } = await startRest();
  const { socket } = await connectLive(port);
  socket.ping('hi');
  const [data] = await once(socket, 'pong');
  expect(String(data)).toBe('hi');
});

test('compression is declined, which costs less than it saves', async () => {
  const { port } = await startRest();
  const { socket } = await connectLive(port, { perMessageDeflate: true });
  expect(socket.extensions).toBe('');
});

test.each([
  ['a plain request', 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 426],
  ['a POST', UPGRADE.replace('GET', 'POST').replace('Connection: Upgrade', 'Connection: Upgrade, close'), 405],
  ['another path', UPGRADE.replace('/ws', '/wss').replace('Connection: Upgrade', 'Connection: Upgrade, close'), 404],
  ['a wrong version', UPGRADE.replace('Version: 13', 'Version: 12'), 400],
  ['a missing key', UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
  ['a broken key', UPGRADE.replace('dGhl', '!'), 400],
])('%s does not open the WebSocket', async (_, text, status) => {
  const { raw } = await startRest();
  const answer = await raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual({ error: expect.any(String) });
});

test('a client that answers pings stays, and hears something even when nothing changes', async () => {
  const { evcc, port } = await startRest();
  evcc.set('site', 0, 'siteTitle', 'Home');
  evcc.flush();
  const client = await connectLive(port);
  for (let beat = 1; beat <= 5; beat += 1) {
    const pong = once(client.socket, 'ping');
    await evcc.clock.advance(20_000);
    await pong;
    // The server must have read the pong before the next ping is due.
    await client.caughtUp();
  }
  expect(client.pings()).toBe(5);
  // The first frame came before the first beat.
  expect(client.frames.slice(1)).toEqual(Array(4).fill({ siteTitle: 'Home' }));
});

test('a client that does not answer pings is dropped', async () => {
  const { evcc, port } = await startRest();
  const socket = connect(port, '127.0.0.1', () => socket.write(UPGRADE));
  await once(socket, 'data');
  socket.resume();
  const closed = once(socket, 'close');
  await evcc.clock.advance(20_000);
  await evcc.clock.advance(20_000);
  await closed;
});

test('a client that does not read is closed as too slow, and the house goes on', async () => {
  const { evcc, port } = await startRest();
  const slow = await connectLive(port);
  const other = await connectLive(port);
  slow.socket.pause();
  // More than the operating system keeps for a connection, so that the rest waits in the server.
  for (let change = 1; change <= 200; change += 1) {
    evcc.set('site', 0, 'siteTitle', `${change} ${'x'.repeat(100_000)}`);
    evcc.flush();
    await other.received(1 + change);
  }
  slow.socket.resume();
  expect(await slow.closed()).toBe(1008);
  expect(slow.frames.length).toBeLessThan(other.frames.length);
  expect(other.socket.readyState).toBe(other.socket.OPEN);
});

test('a client that never reads again is cut off', async () => {
  const { evcc, port } = await startRest();
  const slow = await connectLive(port);
  const other = await connectLive(port);
  slow.socket.pause();
  for (let change = 1; change <= 200; change += 1) {
    evcc.set('site', 0, 'siteTitle', `${change} ${'x'.repeat(100_000)}`);
    evcc.flush();
    await other.received(1 + change);
  }
  await evcc.clock.advance(10_000);
  slow.socket.resume();
  expect(await slow.closed()).toBe(1006);
});

test('more changes at once than may wait do not close a client that reads', async () => {
  const { evcc, port } = await startRest();
  const client = await connectLive(port);
  for (let change = 0; change < 3_000; change += 1) evcc.set('site', 0, 'gridPower', change);
  evcc.flush();
  await client.received(3_001);
  evcc.set('site', 0, 'gridPower', -1);
  evcc.flush();
  await client.received(3_002);
  expect(client.frames.at(-1)).toEqual({ gridPower: -1 });
});

test('stopping says goodbye to every client', async () => {
  const { port, stop } = await startRest();
  const clients = [await connectLive(port), await connectLive(port)];
  await stop();
  expect(await Promise.all(clients.map((client) => client.closed()))).toEqual([1001, 1001]);
});

test('stopping does not wait for a client that does not answer the goodbye', async () => {
  const { evcc, port, stop } = await startRest();
  const socket = connect(port, '127.0.0.1', () => socket.write(UPGRADE));
  await once(socket, 'data');
  socket.resume();
  const stopped = stop();
  await evcc.clock.advance(1_000);
  await stopped;
});
