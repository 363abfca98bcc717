import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, test } from 'vitest';
import mqtt, { type MqttOptions } from '../../../plugins/mqtt/index.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { freePort } from '../../helpers/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';
import { createFakeEvcc, type FakeEvcc, type FakeEvccOptions } from './fake-evcc.ts';
import { observe, retained, startWire } from './network.ts';

let ends: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

async function begin(section: MqttOptions, options: FakeEvccOptions = {}): Promise<FakeEvcc> {
  const fake = createFakeEvcc(options);
  const dispose = await mqtt.apply(fake.evcc, section);
  ends.push(async () => void (await dispose?.()));
  await fake.start();
  return fake;
}

async function mosquitto(options: Parameters<typeof startMosquitto>[0] = {}): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  ends.push(() => broker.stop());
  return broker;
}

async function observer(url: string, options: Parameters<typeof observe>[1] = {}) {
  const observing = await observe(url, options);
  ends.push(() => observing.close());
  return observing;
}

const lines = (fake: FakeEvcc, level: string) =>
  fake.logged.filter((entry) => entry.level === level).map((entry) => entry.message);

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('the house starts without broker, says so once, and publishes its latest state as soon as there is one', async () => {
  const port = await freePort();
  const fake = await begin({ broker: `127.0.0.1:${port}` });
  for (let power = 1; power <= 100; power += 1) fake.publish({ gridPower: power });
  await waitFor(() => lines(fake, 'warn').length > 0);
  const broker = await mosquitto({ port });
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  await watching.sees('evcc/site/gridPower', '100');
  fake.publish({ gridPower: 101 });
  await watching.sees('evcc/site/gridPower', '101');
  assert.deepEqual(
    watching.on('evcc/site/gridPower').filter((payload) => payload !== '100' && payload !== '101'),
    [],
  );
  assert.equal(lines(fake, 'warn').length, 1);
  assert.match(lines(fake, 'warn')[0] ?? '', /cannot connect to mqtt:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  assert.deepEqual(lines(fake, 'info'), [`connected to mqtt://127.0.0.1:${port} again`]);
});

test('a broker that starts together with the house is not complained about', async () => {
  const port = await freePort();
  const clock = new FakeClock();
  const fake = await begin({ broker: `127.0.0.1:${port}` }, { clock });
  await waitFor(() => clock.pending > 0);
  const broker = await mosquitto({ port });
  const watching = await observer(broker.url);
  await clock.advance(900);
  await watching.sees('evcc/status', 'online');
  assert.deepEqual(lines(fake, 'warn'), []);
  assert.deepEqual(lines(fake, 'info'), [`connected to ${broker.url}`]);
});

test('after a restart of the broker the whole state is there again, and nothing outdated comes in between', async () => {
  const broker = await mosquitto();
  const fake = await begin({ broker: broker.url }, { loadpoints: 2 });
  const before = await observer(broker.url);
  fake.publish({ gridPower: 1, pvPower: 5 }, { 2: { chargePower: 7 } });
  await before.sees('evcc/loadpoints/2/chargePower', '7');
  await before.send('evcc/loadpoints/1/mode/set', 'now');
  await before.sees('evcc/loadpoints/1/mode', 'now');
  await before.sees('evcc/loadpoints/1/mode/set', '');
  const known = new Map([...before.values].filter(([topic]) => topic !== 'evcc/updated'));

  await broker.stop();
  await waitFor(() => lines(fake, 'warn').length > 0);
  fake.publish({ gridPower: 2 });
  fake.publish({ gridPower: 3 });
  fake.resize(1);
  fake.publish({ homePower: 4 });
  await broker.restart();

  const after = await observer(broker.url);
  await after.sees('evcc/status', 'online');
  await after.sees('evcc/site/homePower', '4');
  for (const topic of ['evcc/site/gridPower', 'evcc/site/grid/power']) known.set(topic, '3');
  known.set('evcc/site/homePower', '4').set('evcc/loadpoints', '1');
  for (const topic of [...known.keys()]) if (topic.startsWith('evcc/loadpoints/2/')) known.delete(topic);
  await after.until(() => [...known].every(([topic, payload]) => after.values.get(topic) === payload));
  assert.deepEqual(
    after.on('evcc/site/gridPower').filter((payload) => payload !== '3'),
    [],
  );
  assert.deepEqual(
    fake.commands.map(({ value }) => value),
    ['now'],
  );
  assert.match(lines(fake, 'warn').join(), /^the connection to mqtt:\/\/\S+ is lost: .*; trying again$/);
  assert.equal(lines(fake, 'info').filter((line) => line.endsWith('again')).length, 1);

  // Commands arrive again, and once.
  await after.send('evcc/loadpoints/1/mode/set', 'pv');
  await after.sees('evcc/loadpoints/1/mode', 'pv');
  assert.deepEqual(
    fake.commands.map(({ value }) => value),
    ['now', 'pv'],
  );
});

test('after a broken connection each value is sent once, and values on the way are not sent twice', async () => {
  const broker = await mosquitto();
  const wire = await startWire(broker.port);
  ends.push(() => wire.close());
  const fake = await begin({ broker: wire.url });
  const watching = await observer(broker.url);
  fake.publish({ gridPower: 1 });
  await watching.sees('evcc/site/gridPower', '1');
  // What is sent now gets lost on the way.
  wire.freeze();
  fake.publish({ gridPower: 2 });
  await settle();
  fake.publish({ gridPower: 3 });
  await settle();
  watching.messages.length = 0;
  wire.cut();
  await watching.sees('evcc/site/gridPower', '3');
  fake.publish({ gridPower: 4 });
  await watching.sees('evcc/site/gridPower', '4');
  assert.deepEqual(watching.on('evcc/site/gridPower'), ['3', '4']);
  const counts = new Map<string, number>();
  for (const { topic } of watching.messages) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  assert.equal(counts.get('evcc/loadpoints/1/mode'), 1);
});

test('the will says offline when the connection breaks, and the house says online when it is back', async () => {
  const broker = await mosquitto();
  const wire = await startWire(broker.port);
  ends.push(() => wire.close());
  const fake = await begin({ broker: wire.url });
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  wire.cut();
  await watching.until(() => watching.on('evcc/status').length >= 3);
  assert.deepEqual(watching.on('evcc/status'), ['online', 'offline', 'online']);
  assert.equal((await retained(broker.url)).get('evcc/status'), 'online');
  assert.equal(lines(fake, 'warn').length, 1);
});

test('an orderly stop publishes what is left, then offline, and keeps the values', async () => {
  const broker = await mosquitto();
  const fake = await begin({ broker: broker.url }, { clock: new FakeClock() });
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  fake.publish({ gridPower: 42 });
  await fake.stop();
  await watching.sees('evcc/status', 'offline');
  assert.equal(watching.values.get('evcc/site/gridPower'), '42');
  const order = watching.messages.map(({ topic }) => topic);
  assert.ok(order.lastIndexOf('evcc/site/gridPower') < order.lastIndexOf('evcc/status'));
  // The connection was closed in order: the will did not add another one.
  fake.publish({ gridPower: 43 });
  await watching.send('marker', 'x');
  await watching.sees('marker', 'x');
  assert.deepEqual(watching.on('evcc/status'), ['online', 'offline']);
  assert.equal(watching.values.get('evcc/site/gridPower'), '42');
  assert.equal((await retained(broker.url)).get('evcc/status'), 'offline');
});

test('a stop waits for the command in hand and for everything that is still to be sent', async () => {
  const broker = await mosquitto();
  let release = (): void => {};
  let asked = false;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const approve = () => {
    asked = true;
    return gate;
  };
  const fake = await begin({ broker: broker.url }, { approve, clock: new FakeClock() });
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  await watching.send('evcc/loadpoints/1/mode/set', 'pv');
  await watching.send('evcc/loadpoints/1/mode/set', 'now');
  await waitFor(() => asked);
  const stop = fake.stop();
  fake.publish({ vehicles: Array.from({ length: 1_000 }, (_, index) => `Car ${index + 1}`) });
  release();
  await stop;
  await watching.sees('evcc/status', 'offline');
  assert.equal(watching.values.get('evcc/loadpoints/1/mode'), 'pv');
  assert.equal(watching.values.get('evcc/site/vehicles/1000'), 'Car 1000');
  assert.equal(watching.messages.at(-1)?.topic, 'evcc/status');
  assert.equal(fake.commands.length, 1);
});

test('a broker that does not answer any more delays the stop for two seconds at most', async () => {
  const broker = await mosquitto();
  const wire = await startWire(broker.port);
  ends.push(() => wire.close());
  const clock = new FakeClock();
  const fake = await begin({ broker: wire.url }, { clock });
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  wire.freeze();
  let stopped = false;
  const stop = fake.stop().then(() => {
    stopped = true;
  });
  await clock.advance(1_900);
  assert.equal(stopped, false);
  await clock.advance(200);
  await stop;
});

test('the house says that it is online when it hears commands already', async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(0, '127.0.0.1');
  ends.push(() => {
    server.close();
    aedes.close();
  });
  await once(server, 'listening');
  const order: string[] = [];
  aedes.on('subscribe', ([{ topic } = { topic: '' }]) => void order.push(topic));
  aedes.on('publish', ({ topic, payload }) => void (topic === 'evcc/status' && order.push(String(payload))));
  await begin({ broker: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  await waitFor(() => order.length >= 2);
  assert.deepEqual(order.slice(0, 2), ['evcc/+/set', 'online']);
});

test('a house that never found its broker stops at once', async () => {
  const fake = await begin({ broker: `127.0.0.1:${await freePort()}` }, { clock: new FakeClock() });
  await fake.stop();
});

test('a plugin that is taken out of the running house leaves nothing behind', async () => {
  const broker = await mosquitto();
  const fake = createFakeEvcc();
  const dispose = await mqtt.apply(fake.evcc, { broker: broker.url });
  await fake.start();
  const watching = await observer(broker.url);
  await watching.sees('evcc/status', 'online');
  await dispose?.();
  await watching.sees('evcc/status', 'offline');
  fake.publish({ gridPower: 1 });
  await watching.send('evcc/loadpoints/1/mode/set', 'now');
  assert.deepEqual(fake.commands, []);
});

test('a refused login is explained once, without the password, and tried again', async () => {
  const broker = await mosquitto({ user: 'evcc', password: 'secret-one' });
  const wire = await startWire(broker.port);
  ends.push(() => wire.close());
  const fake = await begin({ broker: wire.url, user: 'evcc', password: 'secret-two' });
  await waitFor(() => wire.connections >= 3);
  assert.deepEqual(lines(fake, 'warn'), [
    `cannot connect to ${wire.url}: the broker refused the login; check mqtt.user and mqtt.password; trying again until it works`,
  ]);
  assert.doesNotMatch(JSON.stringify(fake.logged) + fake.announced.join(), /secret-/);
});

test('user and password open the broker, from the section or from its address', async () => {
  const broker = await mosquitto({ user: 'evcc', password: 'p@ss/w:rd' });
  const watching = await observer(broker.url, { username: 'evcc', password: 'p@ss/w:rd' });
  const one = await begin({ broker: broker.url, user: 'evcc', password: 'p@ss/w:rd', topic: 'one' });
  await watching.sees('one/status', 'online');
  const two = await begin({ broker: `mqtt://evcc:p%40ss%2Fw%3Ard@127.0.0.1:${broker.port}`, topic: 'two' });
  await watching.sees('two/status', 'online');
  assert.doesNotMatch(JSON.stringify([one.logged, two.logged, one.announced, two.announced]), /p@ss|p%40ss/);
});

test('two clients of the same name throw each other out, which is said in a few lines only', async () => {
  const broker = await mosquitto();
  const wire = await startWire(broker.port);
  ends.push(() => wire.close());
  const one = await begin({ broker: wire.url, clientId: 'same', topic: 'one' });
  await begin({ broker: wire.url, clientId: 'same', topic: 'two' });
  await waitFor(() => lines(one, 'warn').some((line) => line.includes('again and again')));
  assert.match(lines(one, 'warn').at(-1) ?? '', /is there another client named "same"\?/);
  assert.equal(lines(one, 'warn').length, 3);
});

test('the terminal shows commands that work as they stand', async () => {
  const fake = await begin({ broker: 'broker.local', topic: 'my house', user: 'me', password: 'x' });
  assert.deepEqual(fake.announced, [
    'MQTT: mqtt://broker.local:1883, topics below my house',
    "      mosquitto_sub -h broker.local -u me -P '<password>' -v -t 'my house/#'",
    "      mosquitto_pub -h broker.local -u me -P '<password>' -t 'my house/loadpoints/1/mode/set' -m now",
  ]);
});
