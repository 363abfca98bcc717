import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { fail } from '../../../core/errors.ts';
import { createUdpPool, type UdpPool, useUdp } from '../../../plugins/shared/udp.ts';
import { eventually, inTime } from '../../contract/peer.ts';
import { startUdpDevice } from '../../helpers/udp-device.ts';

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start() {
  const pool = createUdpPool({ address: '127.0.0.1' });
  ends.push(() => pool.close());
  const first = await startUdpDevice((text) => first.say(`first ${text}`));
  const second = await startUdpDevice((text) => second.say(`second ${text}`), { host: '127.0.0.3', port: first.port });
  ends.push(first.close, second.close);
  const open = (host?: string) => {
    const heard: string[] = [];
    const target = { localPort: first.port, port: first.port, ...(host !== undefined && { host }) };
    return { heard, link: pool.open(target, (data) => heard.push(String(data)), { fail }) };
  };
  return { pool, first, second, open };
}

const unavailable = (message: RegExp) => (error: { code?: string; message: string }) => {
  assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
  assert.match(error.message, message);
  return true;
};

describe('the UDP sockets of a house', () => {
  test('two devices share a port, and each hears its own', async () => {
    const { open, first, second } = await start();
    const a = open(first.host);
    const b = open(second.host);
    await Promise.all([a.link.send('x', inTime()), b.link.send(Buffer.from('y'), inTime())]);
    await eventually(() => assert.deepEqual([a.heard, b.heard], [['first x'], ['second y']]));
    await a.link.close();
    await b.link.send('z', inTime());
    await eventually(() => assert.deepEqual([a.heard, b.heard], [['first x'], ['second y', 'second z']]));
  });

  test('a device may be named, and who names none hears all', async () => {
    const { open, first } = await start();
    const local = await startUdpDevice(() => {}, { host: '127.0.0.4', port: first.port });
    ends.push(local.close);
    const all = open();
    await all.link.ready(inTime());
    local.say('one');
    first.say('two');
    await eventually(() => assert.deepEqual(all.heard.toSorted(), ['one', 'two']));
    const named = open('localhost');
    await named.link.send('to myself', inTime());
    await eventually(() => assert.deepEqual(named.heard, ['to myself']));
    assert.equal(named.link.name, `UDP localhost:${first.port}`);
  });

  test('nothing is heard after the last one closed, and the port is free', async () => {
    const { open, first } = await start();
    const a = open(first.host);
    await a.link.send('x', inTime());
    await eventually(() => assert.equal(a.heard.length, 1));
    await a.link.close();
    await a.link.close();
    await assert.rejects(a.link.send('x', inTime()), unavailable(/^UDP 127\.0\.0\.2:\d+: the device was closed$/));
    const other = await startUdpDevice(() => {}, { host: '127.0.0.1', port: first.port });
    ends.push(other.close);
    const b = open(first.host);
    await assert.rejects(b.link.send('x', inTime()), unavailable(/another program uses UDP port \d+ of this machine/));
    await other.close();
    await b.link.send('again', inTime());
    await eventually(() => assert.deepEqual(b.heard, ['first again']));
  });

  test('a host that is not known, and a signal that ended, are errors', async () => {
    const { open, first } = await start();
    await assert.rejects(open('nobody.invalid').link.send('x', inTime()), unavailable(/host name/));
    const { link } = open(first.host);
    await assert.rejects(link.send('x', AbortSignal.abort()), unavailable(/there was no time left to send/));
  });

  test('who opens before there are sockets finds them later', async () => {
    const { pool, first } = await start();
    let offer: (pool: UdpPool) => unknown = () => {};
    const udp = useUdp({
      services: {
        provide() {},
        use: (_, use) => {
          offer = use as never;
        },
      },
    });
    const heard: string[] = [];
    const target = { localPort: first.port, host: first.host };
    const link = udp.open(target, (data) => heard.push(String(data)), { fail });
    await assert.rejects(link.send('x', inTime()), unavailable(/there are no UDP sockets yet/));
    offer(pool);
    await link.send('x', inTime());
    await eventually(() => assert.deepEqual(heard, ['first x']));
    await link.close();
  });
});
