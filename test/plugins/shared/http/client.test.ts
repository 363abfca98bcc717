import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { createHttp, type HttpClient } from '../../../../plugins/shared/http/client.ts';
import { deviceContext } from '../../../contract/index.ts';
import { type HttpDevice, startHttpDevice } from '../../../helpers/http-device.ts';

let device: HttpDevice;
let http: HttpClient;
const soon = () => AbortSignal.timeout(5_000);

beforeEach(async () => {
  device = await startHttpDevice();
  device.route('GET /status', { json: { power: 1_234 } });
  http = createHttp(deviceContext());
});
afterEach(async () => {
  http.close();
  await device.close();
});

async function failure(run: Promise<unknown>): Promise<{ code: unknown; message: string; shown: string }> {
  const error: unknown = await run.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return { code: (error as { code?: unknown }).code, message: error.message, shown: inspect(error, { depth: 8 }) };
}

describe('requests', () => {
  test('JSON is read with one request and no connection stays open', async () => {
    assert.deepEqual(await http.json({ url: `${device.url}/status` }, soon()), { power: 1_234 });
    assert.equal(device.requests.length, 1);
    await settled(() => device.connections() === 0);
  });

  test('a server that closes without saying so does not lose the next request', async (t) => {
    const connections: string[] = [];
    const silent = createTcpServer((socket) => {
      const number = connections.push('') - 1;
      socket.on('error', () => {});
      socket.on('data', (data) => {
        if (connections[number] !== '') socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        connections[number] += data.toString('latin1');
      });
    });
    t.onTestFinished(() => void silent.close());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await http.json({ url }, soon()), {});
    assert.equal(connections.length, 3);
    for (const request of connections) assert.match(request, /^connection: close\r$/im);
  });

  test('a body that is no text goes out as JSON, a text as it is', async () => {
    device.route('POST /set', { text: 'ok' });
    device.route('PUT /set', { text: 'ok' });
    assert.equal(await http.text({ url: `${device.url}/set`, method: 'POST', body: { amp: 10 } }, soon()), 'ok');
    await http.text(
      { url: `${device.url}/set?x=1`, method: 'PUT', body: 'amp=10', headers: { 'Content-Type': 'a/b' } },
      soon(),
    );
    await http.text({ url: `${device.url}/set`, method: 'POST' }, soon());
    assert.deepEqual(
      device.requests.map(({ method, body, headers }) => [method, body, headers['content-type']]),
      [
        ['POST', '{"amp":10}', 'application/json'],
        ['PUT', 'amp=10', 'a/b'],
        ['POST', '', undefined],
      ],
    );
  });

  test('each kind of credentials arrives', async () => {
    const url = `${device.url}/status`;
    await http.json({ url, auth: { type: 'basic', user: 'me', password: 'pä:ss' } }, soon());
    await http.json({ url, auth: { type: 'bearer', token: 'abc' } }, soon());
    await http.json({ url, auth: { type: 'header', name: 'X-Key', value: 'k' } }, soon());
    await http.json({ url: url.replace('//', '//u:p@') }, soon());
    assert.deepEqual(
      device.requests.map(({ headers }) => headers.authorization ?? headers['x-key']),
      [
        `Basic ${Buffer.from('me:pä:ss').toString('base64')}`,
        'Bearer abc',
        'k',
        `Basic ${Buffer.from('u:p').toString('base64')}`,
      ],
    );
  });

  test('a packed answer is unpacked, and a packed giant is refused', async () => {
    const headers = { 'content-encoding': 'gzip' };
    device.route('GET /packed', { headers, text: gzipSync('{"power":5}') });
    device.route('GET /giant', { headers, text: gzipSync(Buffer.alloc(64 * 1024 * 1024)) });
    device.route('GET /torn', { headers, text: gzipSync('{"power":5}').subarray(0, 20) });
    assert.deepEqual(await http.json({ url: `${device.url}/packed` }, soon()), { power: 5 });
    const giant = await failure(http.text({ url: `${device.url}/giant` }, soon()));
    assert.equal(giant.code, 'EVCC_DEVICE_PROTOCOL');
    assert.match(giant.message, /larger than 2 MiB/);
    assert.equal((await failure(http.text({ url: `${device.url}/torn` }, soon()))).code, 'EVCC_DEVICE_PROTOCOL');
  });

  test('an answer without end is cut off', async () => {
    const server = createHttpServer((_request, response) => {
      const more = () => response.write(Buffer.alloc(65_536), () => setImmediate(more));
      more();
    }).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      assert.match((await failure(http.text({ url }, soon()))).message, /larger than 2 MiB/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test('a read is redirected, a write is not, and an endless redirection ends', async () => {
    device.route('GET /old', { status: 302, headers: { location: '/status' }, text: '' });
    device.route('POST /old', { status: 307, headers: { location: '/status' }, text: '' });
    device.route('GET /round', { status: 302, headers: { location: '/round' }, text: '' });
    assert.deepEqual(await http.json({ url: `${device.url}/old` }, soon()), { power: 1_234 });
    const write = await failure(http.text({ url: `${device.url}/old`, method: 'POST', body: 'on' }, soon()));
    assert.equal(write.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(write.message, /status 307/);
    assert.match((await failure(http.text({ url: `${device.url}/round` }, soon()))).message, /redirects endlessly/);
  });

  test('a redirection to another server is not followed, so that it learns no credentials', async () => {
    const other = await startHttpDevice();
    try {
      other.route('GET /status', { json: { power: 1 } });
      device.route('GET /away', { status: 302, headers: { location: `${other.url}/status?key=geheim` }, text: '' });
      device.route('GET /near', { status: 302, headers: { location: `${device.url}/away` }, text: '' });
      for (const path of ['/away', '/near']) {
        const auth = { type: 'header', name: 'X-Api-Key', value: 'geheim' } as const;
        const error = await failure(http.json({ url: `${device.url}${path}`, auth }, soon()));
        assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
        assert.equal(
          error.message,
          `GET ${device.url}${path}: answered with status 302, ` +
            `a redirection to ${other.url}/status?…, which is not followed`,
        );
        assert.doesNotMatch(error.shown, /geheim/);
      }
      assert.deepEqual(other.requests, []);
    } finally {
      await other.close();
    }
  });
});

test('a certificate that nobody vouches for is refused unless it is declared', async () => {
  const pem = readFileSync(new URL('../../../fixtures/self-signed.pem', import.meta.url));
  const server = createServer({ key: pem, cert: pem }, (_request, response) => void response.end('{}')).listen(
    0,
    '127.0.0.1',
  );
  try {
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const error = await failure(http.json({ url }, soon()));
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(error.message, /certificate is not trusted .* insecure: true/);
    assert.deepEqual(await http.json({ url, insecure: true }, soon()), {});
  } finally {
    server.close();
  }
});

describe('failures', () => {
  for (const [fault, code, text] of [
    ['refuse', 'EVCC_DEVICE_UNAVAILABLE', /the connection was refused \(ECONNREFUSED\)/],
    ['reset', 'EVCC_DEVICE_UNAVAILABLE', /connection/],
    ['error', 'EVCC_DEVICE_UNAVAILABLE', /answered with status 500/],
    ['auth', 'EVCC_DEVICE_AUTH', /status 401/],
    ['noise', 'EVCC_DEVICE_PROTOCOL', /cannot be understood/],
    ['garbage', 'EVCC_DEVICE_PROTOCOL', /not JSON but a web page/],
    ['empty', 'EVCC_DEVICE_PROTOCOL', /not JSON but empty/],
  ] as const) {
    test(`"${fault}" is ${code}, without a second attempt, and goes away with its cause`, async () => {
      await device.fail(fault);
      const error = await failure(http.json({ url: `${device.url}/status` }, soon()));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, text);
      assert.match(error.message, /^GET http:\/\/127\.0\.0\.1:\d+\/status: /);
      assert.ok(device.requests.length <= 1, 'it was repeated');
      await device.recover();
      assert.deepEqual(await http.json({ url: `${device.url}/status` }, soon()), { power: 1_234 });
    });
  }

  test('a write that fails is not repeated either', async () => {
    await device.fail('error');
    await failure(http.text({ url: `${device.url}/set`, method: 'PUT', body: '1' }, soon()));
    assert.equal(device.requests.length, 1);
  });

  test('a device that does not answer is given up with the signal', async () => {
    await device.fail('hang');
    const caller = new AbortController();
    const failed = failure(http.json({ url: `${device.url}/status` }, caller.signal));
    await settled(() => device.requests.length === 1);
    caller.abort();
    const error = await failed;
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(error.message, /no answer in time/);
    assert.equal(
      (await failure(http.json({ url: `${device.url}/status` }, AbortSignal.abort()))).code,
      'EVCC_DEVICE_UNAVAILABLE',
    );
    assert.equal(device.requests.length, 1, 'asked although it was aborted');
  });

  test('closing ends what is under way', async () => {
    await device.fail('hang');
    const failed = failure(http.json({ url: `${device.url}/status` }, soon()));
    await settled(() => device.requests.length === 1);
    http.close();
    assert.match((await failed).message, /closed/);
    await settled(() => device.connections() === 0);
    assert.equal((await failure(http.json({ url: `${device.url}/status` }, soon()))).code, 'EVCC_DEVICE_UNAVAILABLE');
  });

  test('a host that does not exist is named', async () => {
    const error = await failure(http.text({ url: 'http://no-such-host.invalid/x' }, soon()));
    assert.equal(error.code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.match(error.message, /no-such-host\.invalid\/x: the host name/);
  });

  test('no error shows credentials, neither of the URL nor of headers', async () => {
    const url = `${device.url.replace('//', '//user1:geheim1@')}/status?password=geheim2`;
    const auth = { type: 'bearer', token: 'geheim3' } as const;
    for (const fault of ['refuse', 'reset', 'error', 'auth', 'noise', 'garbage', 'hang'] as const) {
      await device.recover();
      await device.fail(fault);
      const { shown } = await failure(
        http.json({ url, auth, headers: { 'x-key': 'geheim4' } }, AbortSignal.timeout(200)),
      );
      assert.doesNotMatch(shown, /geheim|user1/, fault);
      assert.match(shown, /\/status\?…/, fault);
    }
  });
});

async function settled(check: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !check(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(check());
}
