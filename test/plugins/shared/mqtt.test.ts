import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, onTestFinished, test } from 'vitest';
import { createMqttPool, type MqttPool } from '../../../plugins/shared/mqtt.ts';
import { deviceContext } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';

const soon = () => AbortSignal.timeout(5_000);
let broker: Mosquitto;
let pool: MqttPool;
let peer: MqttClient;

beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());
beforeEach(async () => {
  pool = createMqttPool(deviceContext());
  peer = await connectAsync(broker.url);
});
afterEach(async () => {
  await pool.close();
  await peer.endAsync(true);
});

async function failure(run: Promise<unknown>): Promise<{ code: unknown; message: string; shown: string }> {
  const error: unknown = await run.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return { code: (error as { code?: unknown }).code, message: error.message, shown: inspect(error, { depth: 8 }) };
}

async function eventually(check: () => Promise<void> | void): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await check();
    } catch (error) {
      if (turn > 400) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('reading', () => {
  test('the first reading waits for the connection and the first message; later ones give the last message', async () => {
    const link = pool.open({ broker: broker.url });
    link.subscribe('wait/power');
    const first = link.latest('wait/power', false, soon());
    await eventually(async () => {
      await peer.publishAsync('wait/power', '5');
      const message = await Promise.race([first, Promise.resolve(undefined)]);
      assert.equal(message?.text, '5');
    });
    await peer.publishAsync('wait/power', '7');
    await eventually(async () => assert.equal((await link.latest('wait/power', false, soon())).text, '7'));
  });

  test('a retained message is marked as such, and left out where only live ones count', async () => {
    await peer.publishAsync('kept/soc', '63', { retain: true, qos: 1 });
    const clock = new FakeClock();
    const own = createMqttPool(deviceContext({ clock }));
    const link = own.open({ broker: broker.url });
    link.subscribe('kept/soc');
    assert.deepEqual(await link.latest('kept/soc', false, soon()), { text: '63', at: clock.now(), retained: true });
    const live = failure(link.latest('kept/soc', true, soon()));
    await eventually(() => clock.advance(2_000));
    assert.match((await live).message, /nothing has arrived on kept\/soc/);
    await clock.advance(1_000);
    await peer.publishAsync('kept/soc', '64', { retain: true, qos: 1 });
    await eventually(async () => {
      assert.deepEqual(await link.latest('kept/soc', true, soon()), { text: '64', at: clock.now(), retained: false });
    });
    await own.close();
  });

  test('an empty message takes the value away', async () => {
    await peer.publishAsync('gone/soc', '63', { retain: true, qos: 1 });
    const link = pool.open({ broker: broker.url });
    link.subscribe('gone/soc');
    await link.latest('gone/soc', false, soon());
    await peer.publishAsync('gone/soc', '', { retain: true, qos: 1 });
    await eventually(async () => {
      const error = await failure(link.latest('gone/soc', false, AbortSignal.timeout(10)));
      assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    });
  });

  test('a topic without any message is an error after two seconds, and at once from then on', async () => {
    const clock = new FakeClock();
    const own = createMqttPool(deviceContext({ clock }));
    const link = own.open({ broker: broker.url });
    link.subscribe('silent/power');
    let done = false;
    const failed = failure(link.latest('silent/power', false, soon())).finally(() => {
      done = true;
    });
    await eventually(async () => {
      await clock.advance(500);
      assert.ok(done);
    });
    assert.equal((await failed).code, 'EVCC_DEVICE_UNAVAILABLE');
    await failure(link.latest('silent/power', false, soon()));
    await own.close();
  });

  test('a giant message is refused', async () => {
    const link = pool.open({ broker: broker.url });
    link.subscribe('giant/power');
    await peer.publishAsync('giant/power', 'x'.repeat(1024 * 1024 + 1), { retain: true, qos: 1 });
    await eventually(async () => {
      assert.equal((await failure(link.latest('giant/power', false, soon()))).code, 'EVCC_DEVICE_PROTOCOL');
    });
    await peer.publishAsync('giant/power', '1', { retain: true, qos: 1 });
    await eventually(async () => assert.equal((await link.latest('giant/power', false, soon())).text, '1'));
  });
});

describe('commands', () => {
  test('arrive as they were given', async () => {
    const seen: [string, string][] = [];
    peer.on('message', (topic, payload) => seen.push([topic, payload.toString()]));
    await peer.subscribeAsync('box/#');
    const link = pool.open({ broker: broker.url });
    await link.publish({ topic: 'box/set', payload: '16' }, soon());
    await link.publish({ topic: 'box/mode', payload: 'on', qos: 0, retain: true }, soon());
    await eventually(() =>
      assert.deepEqual(seen, [
        ['box/set', '16'],
        ['box/mode', 'on'],
      ]),
    );
    await peer.publishAsync('box/mode', '', { retain: true });
  });

  test('that are given while the broker is away fail at once and are never sent later', async () => {
    const link = pool.open({ broker: broker.url });
    await link.publish({ topic: 'later/set', payload: '1' }, soon());
    await peer.endAsync(true);
    await broker.stop();
    await eventually(async () => {
      const error = await failure(link.publish({ topic: 'later/set', payload: '2' }, soon()));
      assert.match(error.message, /the connection was|is no|cannot/);
      assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    });
    await broker.restart();
    peer = await connectAsync(broker.url);
    const seen: string[] = [];
    peer.on('message', (_topic, payload) => seen.push(payload.toString()));
    await peer.subscribeAsync('later/#');
    await eventually(() => link.publish({ topic: 'later/set', payload: '3' }, soon()));
    await eventually(() => assert.deepEqual(seen, ['3']));
  });

  test('that are on their way when the connection breaks fail and are not repeated', async () => {
    const confused = await startDeafBroker();
    const own = createMqttPool(deviceContext());
    const link = own.open({ broker: confused.url });
    const sent = failure(link.publish({ topic: 'x/set', payload: '1' }, soon()));
    await eventually(() => assert.equal(confused.published(), 1));
    confused.drop();
    assert.match((await sent).message, /connection|not confirmed/);
    await eventually(() => assert.equal(confused.connected(), 2));
    assert.equal(confused.published(), 1);
    await own.close();
    await confused.close();
  });

  test('end with their signal when the broker does not confirm', async () => {
    const confused = await startDeafBroker();
    const own = createMqttPool(deviceContext());
    const link = own.open({ broker: confused.url });
    const error = await failure(link.publish({ topic: 'x/set', payload: '1' }, AbortSignal.timeout(300)));
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    await own.close();
    await confused.close();
  });
});

describe('connection', () => {
  test('devices of one broker and user share one connection until the last one closes', async () => {
    const clients = await connectionCounter(broker.port);
    const own = createMqttPool(deviceContext());
    const first = own.open({ broker: clients.url });
    const second = own.open({ broker: clients.url });
    const other = own.open({ broker: clients.url, user: 'someone', password: 'else' });
    for (const link of [first, second, other]) await link.publish({ topic: 'x', payload: '1' }, soon());
    assert.equal(clients.count(), 2);
    await first.close();
    await first.close();
    await second.publish({ topic: 'x', payload: '1' }, soon());
    await second.close();
    await eventually(() => assert.equal(clients.count(), 1));
    assert.match((await failure(second.publish({ topic: 'x', payload: '1' }, soon()))).message, /closed/);
    await own.close();
    await eventually(() => assert.equal(clients.count(), 0));
    await clients.close();
  });

  test('a broker that is away at the start and later vanishes comes back with its subscriptions', async () => {
    await peer.endAsync(true);
    await broker.stop();
    const clock = new FakeClock();
    const own = createMqttPool(deviceContext({ clock }));
    const link = own.open({ broker: broker.url });
    link.subscribe('back/power');
    for (let round = 1; round <= 2; round += 1) {
      const error = await failure(link.latest('back/power', false, soon()));
      assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
      assert.match(error.message, /^MQTT broker mqtt:\/\/127\.0\.0\.1:\d+: the connection was/);
      await broker.restart();
      peer = await connectAsync(broker.url);
      await peer.publishAsync('back/power', String(round), { retain: true, qos: 1 });
      await eventually(async () => {
        await clock.advance(1_000);
        assert.equal((await link.latest('back/power', false, AbortSignal.timeout(100))).text, String(round));
      });
      await peer.endAsync(true);
      await broker.stop();
      await eventually(() => failure(link.latest('back/power', false, soon())).then(() => undefined));
    }
    await own.close();
    await broker.restart();
    peer = await connectAsync(broker.url);
  });

  test('pauses between attempts grow to half a minute', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    let attempts = 0;
    gone.on('connection', (socket: Socket) => {
      attempts += 1;
      socket.destroy();
    });
    const clock = new FakeClock();
    const own = createMqttPool(deviceContext({ clock }));
    const link = own.open({ broker: `mqtt://127.0.0.1:${port}` });
    const begin = clock.now();
    const at: number[] = [];
    for (let wanted = 1; wanted <= 8; wanted += 1) {
      await eventually(async () => {
        await failure(link.publish({ topic: 'x', payload: '1' }, soon()));
        if (attempts < wanted) await clock.advance(1_000);
        assert.equal(attempts, wanted);
      });
      at.push((clock.now() - begin) / 1_000);
    }
    assert.deepEqual(
      at.map((time, index) => time - (at[index - 1] ?? 0)),
      [0, 1, 2, 4, 8, 16, 30, 30],
    );
    await own.close();
    gone.close();
  });

  test('a wrong password is an error of its own, which shows no password', async () => {
    const guarded = await startMosquitto({ user: 'house', password: 'geheim' });
    onTestFinished(() => guarded.stop());
    const right = pool.open({ broker: guarded.url, user: 'house', password: 'geheim' });
    await right.publish({ topic: 'x', payload: '1' }, soon());
    const wrong = pool.open({ broker: guarded.url.replace('//', '//house:geheim2@') });
    const error = await failure(wrong.publish({ topic: 'x', payload: '1' }, soon()));
    assert.equal(error.code, 'EVCC_DEVICE_AUTH');
    assert.doesNotMatch(error.shown, /geheim|house/);
  });

  test('something that takes connections and stays silent is given up with the signal', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const link = pool.open({ broker: `mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    link.subscribe('x');
    const error = await failure(link.latest('x', false, AbortSignal.timeout(50)));
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    await link.close();
    silent.close();
  });
});

/** A broker that greets, counts what is published and confirms nothing. */
async function startDeafBroker() {
  let published = 0;
  let connected = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const type = (data[0] ?? 0) >> 4;
      if (type === 1) {
        connected += 1;
        socket.write(Buffer.from([0x20, 0x02, 0x00, 0x00]));
      }
      if (type === 3) published += 1;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    published: () => published,
    connected: () => connected,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Passes connections on to a port and counts them. */
async function connectionCounter(port: number) {
  const { connect } = await import('node:net');
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => {});
    onward.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      onward.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => open.size,
    close: async () => void server.close(),
  };
}
