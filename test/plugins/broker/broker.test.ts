import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, test } from 'vitest';
import broker, { type BrokerOptions } from '../../../plugins/broker/index.ts';
import mqtt from '../../../plugins/mqtt/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { freePort } from '../../helpers/free-port.ts';
import { createFakeEvcc, type FakeEvcc, type FakeEvccOptions } from '../mqtt/fake-evcc.ts';
import { observe, retained } from '../mqtt/network.ts';

let ends: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

async function apply(fake: FakeEvcc, options: BrokerOptions): Promise<void> {
  const dispose = await broker.apply(fake.evcc, options);
  ends.push(async () => void (await dispose?.()));
}

/** The broker alone, on a free port. */
async function begin(options: BrokerOptions = {}, fakes: FakeEvccOptions = {}) {
  const fake = createFakeEvcc(fakes);
  await apply(fake, { port: 0, ...options });
  await fake.start();
  const url = /mqtt:\/\/\S+:\d+/.exec(fake.announced.join())?.[0] ?? '';
  return { fake, url };
}

async function observer(url: string, options: Parameters<typeof observe>[1] = {}) {
  const observing = await observe(url, options);
  ends.push(() => observing.close());
  return observing;
}

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  ends.push(() => void server.close());
  return { server, port: address.port };
}

test('clients find each other, and late ones what is retained', async () => {
  const { fake, url } = await begin();
  const one = await observer(url);
  const two = await observer(url);
  await one.send('a/b', 'x', true);
  await two.sees('a/b', 'x');
  assert.equal((await retained(url)).get('a/b'), 'x');
  assert.deepEqual(fake.announced, [`MQTT broker: ${url}`]);
  assert.match(url, /^mqtt:\/\/127\.0\.0\.1:\d+$/);
});

test('retained and other messages that arrive in one go all reach their subscribers', async () => {
  const { url } = await begin();
  const watching = await observer(url);
  const sender = await connectAsync(url);
  ends.push(() => sender.endAsync(true));
  for (let count = 0; count < 50; count += 1) {
    sender.publish('plain', String(count), { qos: 0 });
    sender.publish('kept', String(count), { qos: 0, retain: true });
  }
  await watching.until(() => watching.on('plain').length === 50 && watching.on('kept').length === 50);
  const numbers = Array.from({ length: 50 }, (_, index) => String(index));
  assert.deepEqual(watching.on('plain'), numbers);
  assert.deepEqual(watching.on('kept'), numbers);
});

test('only who knows user and password may connect, where they are set', async () => {
  const { fake, url } = await begin({ user: 'evcc', password: 'secret' });
  const allowed = await observer(url, { username: 'evcc', password: 'secret' });
  await allowed.send('a', 'x');
  for (const login of [
    {},
    { username: 'evcc' },
    { username: 'evcc', password: 'wrong' },
    { username: 'evcc', password: '' },
    { username: 'other', password: 'secret' },
    { username: 'evccsecret', password: '' },
  ]) {
    await assert.rejects(connectAsync(url, { reconnectPeriod: 0, ...login }), { code: 4 });
  }
  assert.doesNotMatch(JSON.stringify([fake.logged, fake.announced]), /secret/);
});

test('user and password need each other', async () => {
  for (const options of [{ user: 'evcc' }, { password: 'x' }]) {
    const fake = createFakeEvcc();
    await assert.rejects(async () => broker.apply(fake.evcc, options), { code: 'EVCC_CONFIG_INVALID' });
  }
});

test('a port that is in use is a clear error', async () => {
  const { port } = await listening();
  const fake = createFakeEvcc();
  await apply(fake, { port });
  await assert.rejects(fake.start(), {
    code: 'EVCC_PLUGIN_FAILED',
    message: `the MQTT broker cannot listen on 127.0.0.1:${port}: another program uses this port, possibly another broker; set broker.port, or use that broker`,
  });
  assert.deepEqual(fake.announced, []);
});

test('an address that this machine does not have is a clear error', async () => {
  const fake = createFakeEvcc();
  await apply(fake, { port: 0, host: '192.0.2.1' });
  await assert.rejects(fake.start(), { code: 'EVCC_PLUGIN_FAILED', message: /no such address; set broker\.host/ });
});

test('a broker that is open to the network without password is warned about', async () => {
  const open = await begin({ host: '0.0.0.0' });
  assert.match(open.fake.logged.map(({ message }) => message).join(), /everybody in the network may use the broker/);
  assert.match(open.fake.announced.join(), /on all addresses of this machine$/);
  const closed = await begin({ host: '0.0.0.0', user: 'a', password: 'b' });
  const local = await begin();
  assert.deepEqual([...closed.fake.logged, ...local.fake.logged], []);
});

test('nonsense on the wire ends that connection only', async () => {
  const { url } = await begin();
  const watching = await observer(url);
  const port = Number(new URL(url).port);
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\xff\xff\xff\xff\xff\xff', '\x10\xff\xff\xff\x7f']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(Buffer.from(bytes, 'latin1'));
    await once(socket, 'close');
  }
  await watching.send('a', 'x');
  await watching.sees('a', 'x');
});

test('messages that are far too large, and topics of the broker itself, are refused', async () => {
  const { url } = await begin();
  const watching = await observer(url);
  for (const [topic, size] of [
    ['large', 256 * 1024 + 1],
    ['$SYS/x', 1],
  ] as const) {
    const sender = await connectAsync(url, { reconnectPeriod: 0 });
    const closed = new Promise((resolve) => sender.once('close', () => resolve(undefined)));
    sender.publish(topic, Buffer.alloc(size, 0x61));
    await closed;
  }
  await watching.send('large', 'a'.repeat(256 * 1024));
  await watching.until(() => watching.on('large').length === 1);
});

test('the stop lets the house say goodbye to everybody else', async () => {
  const port = await freePort();
  const clock = new FakeClock();
  const fake = createFakeEvcc({ clock });
  await apply(fake, { port });
  const dispose = await mqtt.apply(fake.evcc, { broker: `127.0.0.1:${port}` });
  ends.push(async () => void (await dispose?.()));
  await fake.start();
  const watching = await observer(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  await clock.until(watching.sees('evcc/status', 'online'));
  fake.publish({ gridPower: 42 });
  const stop = fake.stop();
  await watching.sees('evcc/status', 'offline');
  await clock.until(stop);
  assert.deepEqual(watching.on('evcc/status'), ['online', 'offline']);
  assert.equal(watching.values.get('evcc/site/gridPower'), '42');
  await assert.rejects(connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }));
  assert.deepEqual(
    fake.logged.filter(({ level }) => level === 'warn'),
    [],
  );
});

test('the stop waits a second at most for clients that do not leave, and not at all without clients', async () => {
  const clock = new FakeClock();
  const { fake, url } = await begin({}, { clock });
  const watching = await observer(url, { reconnectPeriod: 0 });
  let stopped = false;
  const stop = fake.stop().then(() => {
    stopped = true;
  });
  await clock.advance(990);
  assert.equal(stopped, false);
  await assert.rejects(connectAsync(url, { reconnectPeriod: 0 }));
  await clock.advance(100);
  await stop;
  await watching.close();

  const empty = await begin({}, { clock });
  await empty.fake.stop();
});

test('a stop that must hurry ends at once', async () => {
  const { fake, url } = await begin({}, { clock: new FakeClock() });
  await observer(url, { reconnectPeriod: 0 });
  await fake.stop(AbortSignal.abort());
});

test('a broker that is taken out of the running house gives its port free', async () => {
  const port = await freePort();
  const fake = createFakeEvcc();
  const dispose = await broker.apply(fake.evcc, { port });
  await fake.start();
  await dispose?.();
  await dispose?.();
  const again = createFakeEvcc();
  await apply(again, { port });
  await again.start();
});
