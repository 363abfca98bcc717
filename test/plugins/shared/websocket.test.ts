import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { fail } from '../../../core/errors.ts';
import { openWebSocket, type WebSocketLink, type WebSocketTarget } from '../../../plugins/shared/websocket.ts';
import { eventually, inTime } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { arrived } from '../../helpers/line-clock.ts';
import { startWebSocketDevice, type WebSocketDevice } from '../../helpers/websocket-device.ts';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that greets, and a client that keeps what it heard on the present connection. */
async function start(target: Partial<WebSocketTarget> = {}, greeting = 'hello') {
  const server = await startWebSocketDevice({
    opened: (client) => client.send(greeting),
    message: (text, client) => client.send(`echo ${text}`),
  });
  ends.push(() => server.close());
  return { server, ...connect(server, target) };
}

function connect(server: Pick<WebSocketDevice, 'host'>, target: Partial<WebSocketTarget> = {}) {
  const heard: string[] = [];
  const log: string[] = [];
  const link: WebSocketLink = openWebSocket(
    { url: `ws://user:secret@${server.host}/api?token=secret`, ...target },
    {
      opened: () => void log.push('opened'),
      message: (text) => {
        if (text === 'nonsense') throw new Error('no such message');
        heard.push(text);
      },
      lost: () => {
        log.push('lost');
        heard.length = 0;
      },
    },
    { clock, fail },
  );
  ends.push(() => link.close());
  const hears = (text: string, signal = inTime()) =>
    link.wait(() => (heard.includes(text) ? text : undefined), `"${text}"`, signal);
  return { link, heard, log, hears };
}

const code = (wanted: string, message: RegExp) => (error: { code?: string; message: string }) => {
  assert.equal(error.code, wanted);
  assert.match(error.message, message);
  assert.doesNotMatch(error.message, /secret/);
  return true;
};

describe('a WebSocket connection', () => {
  test('says and hears, also messages of several frames and binary ones', async () => {
    const { link, hears, server } = await start({ headers: { 'x-key': 'a' }, protocols: ['json'] });
    await hears('hello');
    link.send('x'.repeat(100_000));
    await hears(`echo ${'x'.repeat(100_000)}`);
    assert.equal(server.handshake()?.headers['x-key'], 'a');
    assert.equal(server.handshake()?.headers['sec-websocket-protocol'], 'json');
    assert.equal(server.handshake()?.headers.authorization, 'Basic dXNlcjpzZWNyZXQ=');
  });

  test('waits for what has not arrived as long as the signal allows', async () => {
    const { link, hears } = await start();
    await hears('hello');
    await assert.rejects(
      hears('more', AbortSignal.timeout(30)),
      code('EVCC_DEVICE_UNAVAILABLE', /^WebSocket ws:\/\/127\.0\.0\.1:\d+\/api\?…: there was no "more" in time$/),
    );
    await assert.rejects(hears('hello', AbortSignal.abort()), code('EVCC_DEVICE_UNAVAILABLE', /in time/));
    await assert.rejects(
      link.wait(() => fail('EVCC_NOT_SUPPORTED', 'no'), 'anything', inTime()),
      code('EVCC_NOT_SUPPORTED', /no/),
    );
  });

  test('comes back after it was lost, and nothing said meanwhile is sent later', async () => {
    const { link, hears, log, server } = await start();
    await hears('hello');
    server.disconnect();
    await eventually(() => assert.deepEqual(log, ['opened', 'lost']));
    assert.throws(() => link.send('old'), code('EVCC_DEVICE_UNAVAILABLE', /the connection was (lost|reset)/));
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_UNAVAILABLE', /the connection was (lost|reset)/));
    await clock.advance(999);
    assert.equal(server.opened(), 1);
    await clock.advance(1);
    await eventually(() => hears('hello').then(() => {}));
    assert.deepEqual(log, ['opened', 'lost', 'opened']);
    assert.deepEqual(server.received, []);
  });

  test.each([
    ['refuse', 'EVCC_DEVICE_UNAVAILABLE', /the connection was refused/],
    ['forbidden', 'EVCC_DEVICE_AUTH', /answered with status 403/],
  ] as const)('names why there is none: %s', async (fault, wanted, message) => {
    const server = await startWebSocketDevice();
    ends.push(() => server.close());
    await server.fail(fault);
    const { hears } = connect(server);
    await assert.rejects(hears('hello'), code(wanted, message));
  });

  test('a server that speaks something else is none', async () => {
    const server = createServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    ends.push(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { hears } = connect({ host: `127.0.0.1:${port}` });
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_PROTOCOL', /cannot be understood/));
  });

  test('a message that cannot be understood ends it, and it comes back', async () => {
    const { hears, server, log } = await start();
    await hears('hello');
    server.say('nonsense');
    await eventually(() => assert.equal(log.at(-1), 'lost'));
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_PROTOCOL', /a message cannot be understood/));
    await clock.advance(1_000);
    await eventually(() => hears('hello').then(() => {}));
  });

  test('a message of more than 2 MiB is none', async () => {
    const { hears } = await start({}, 'x'.repeat(2 * 1024 * 1024 + 1));
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_PROTOCOL', /damaged \(WS_ERR_UNSUPPORTED_MESSAGE_LENGTH\)/));
  });

  test('silence is asked about, and one that answers pings stays', async () => {
    const { hears, log, server } = await start();
    await hears('hello');
    for (let pings = 1; pings < 5; pings += 1) {
      await clock.advance(30_000);
      await eventually(() => assert.equal(server.pings(), pings));
      await arrived();
    }
    assert.deepEqual(log, ['opened']);
  });

  test('a server that is gone without a word is noticed', async () => {
    const { server, log, hears } = await start({ silence: 20_000 });
    await hears('hello');
    server.freeze();
    await clock.advance(10_000);
    assert.deepEqual(log, ['opened']);
    await clock.advance(10_000);
    assert.deepEqual(log, ['opened', 'lost']);
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_UNAVAILABLE', /nothing was heard of it any more/));
  });

  test('what the protocol does not want is dropped with its reason, and credentials are not tried again soon', async () => {
    const { link, hears, server } = await start();
    await hears('hello');
    link.drop({ code: 'EVCC_DEVICE_AUTH', text: 'the password was refused' });
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_AUTH', /the password was refused/));
    await clock.advance(59_999);
    assert.equal(server.opened(), 1);
    await clock.advance(1);
    await eventually(() => hears('hello').then(() => {}));
  });

  test('pauses grow, and are short again after a message', async () => {
    const { server, hears, log } = await start();
    await hears('hello');
    await server.fail('refuse');
    await eventually(() => assert.equal(log.length, 2));
    for (const pause of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      await clock.advance(pause - 1);
      assert.equal(clock.pending, 1);
      await clock.advance(1);
      await eventually(() => assert.equal(clock.pending, 1));
    }
    await server.recover();
    await clock.advance(60_000);
    await eventually(() => hears('hello').then(() => {}));
    server.disconnect();
    await eventually(() => assert.equal(log.length, 4));
    await clock.advance(1_000);
    await eventually(() => hears('hello').then(() => {}));
  });

  test('closing ends it for good, also before it stood', async () => {
    const { link, hears, server, log } = await start();
    await hears('hello');
    link.close();
    link.close();
    await assert.rejects(hears('hello'), code('EVCC_DEVICE_UNAVAILABLE', /the device was closed/));
    await eventually(() => assert.equal(server.connections(), 0));
    assert.deepEqual(log, ['opened', 'lost']);
    const early = connect(server);
    early.link.close();
    await eventually(() => assert.equal(server.connections(), 0));
    assert.equal(server.opened(), 1);
  });

  test('an address that is none is refused', () => {
    const open = () => openWebSocket({ url: 'nowhere' }, { message: () => {} }, { clock, fail });
    assert.throws(open, code('EVCC_CONFIG_INVALID', /an address that is none/));
  });
});
