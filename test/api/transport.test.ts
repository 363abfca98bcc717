import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

/** What holds for every route: paths, methods, bodies, errors, compression, conditional requests, scripts of pages. */

let house: Fixture;
beforeAll(async () => {
  house = await startFixture();
}, 60_000);
afterAll(() => house.stop());

/** Sends bytes as they are; all that comes back. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(house.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
    });
    socket.once('close', () => resolve(received));
    socket.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
  });

describe('paths', () => {
  test.each([
    ['GET', '/api/state/', '/api/state'],
    ['GET', '//api//state?x=1', '/api/state?x=1'],
    ['GET', '/api/loadpoints/../health', '/api/health'],
    ['GET', '/api/../../api/health', '/api/health'],
    ['GET', '//evil.example/../api/state', '/api/state'],
  ])('%s %s is sent to %s', async (method, path, location) => {
    const { status, headers, text } = await house.ask(method, path);
    expect({ status, location: headers.location, text }).toEqual({ status: 301, location, text: '' });
    expect(headers['content-length']).toBe('0');
  });

  test('of commands are not redirected: clients would ask again with GET', async () => {
    expect(await house.result('POST', '/api/loadpoints/1/mode/pv/')).toBe('pv');
    expect(await house.result('POST', '//api/loadpoints//1/mode/off')).toBe('off');
    expect(await house.result('POST', '/api/smartcostlimit/')).toEqual({});
  });

  test('percent-encoding means the same, once', async () => {
    expect(await house.result('POST', '/api/loadpoints/1/mode/p%76')).toBe('pv');
    expect(await house.result('POST', '/api/lo%61dpoints/%31/mode/off')).toBe('off');
    expect((await house.ask('POST', '/api/loadpoints/1/mode/o%2566f')).status).toBe(400);
    for (const path of ['/api/loadpoints/1/mode/%', '/api/%zz', '/api/state%ff']) {
      expect(await house.ask('POST', path)).toMatchObject({ status: 400, json: { error: expect.any(String) } });
    }
  });

  test.each([
    '/api',
    '/api/nothing',
    '/API/state',
    '/api/State',
    '/api/state/more',
    '/api/loadpoints',
    '/api/sessions/1',
  ])('%s does not exist', async (path) => {
    const { status, json, headers, bytes } = await house.ask('GET', path);
    expect({ status, json }).toEqual({ status: 404, json: { error: expect.any(String) } });
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(headers['content-length']).toBe(String(bytes.length));
  });
});

describe('methods', () => {
  test.each([
    ['PUT', '/api/state', 'HEAD, GET, OPTIONS'],
    ['GET', '/api/prioritysoc/50', 'POST, OPTIONS'],
    ['DELETE', '/api/loadpoints/1/mode', 'POST, OPTIONS'],
    ['GET', '/api/loadpoints/1/target/time', 'POST, DELETE, OPTIONS'],
    ['POST', '/api/sessions', 'HEAD, GET, OPTIONS'],
    ['GET', '/api/session/1', 'PUT, DELETE, OPTIONS'],
    ['GET', '/api/shutdown', 'POST, OPTIONS'],
  ])('%s %s is refused with those that are possible', async (method, path, allow) => {
    const { status, headers, json } = await house.ask(method, path);
    expect({ status, allow: headers.allow, json }).toEqual({ status: 405, allow, json: { error: expect.any(String) } });
  });

  test('HEAD is GET without a body', async () => {
    for (const path of ['/api/health', '/api/sessions', '/api/tariff/grid']) {
      const [head, get] = [await house.ask('HEAD', path), await house.ask('GET', path)];
      expect(head).toMatchObject({ status: 200, text: '' });
      expect(head.headers['content-length']).toBe(get.headers['content-length']);
      expect(head.headers.etag).toBe(get.headers.etag);
    }
  });

  test('OPTIONS does nothing', async () => {
    const { status, text, headers } = await house.ask('OPTIONS', '/api/loadpoints/1/mode/now');
    expect({ status, text, allow: headers.allow }).toEqual({ status: 200, text: '', allow: 'POST, OPTIONS' });
    expect((await house.state()).loadpoints[0]?.mode).toBe('off');
  });
});

describe('errors', () => {
  test('that HTTP itself finds are JSON with their length, too', async () => {
    for (const [text, status] of [
      ['hello\r\n\r\n', 400],
      ['GET /api/state HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n', 400],
      [`GET /api/state HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['POST /api/telemetry/true HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n', 413],
    ] as const) {
      const [head = '', body = ''] = (await raw(text)).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(head).toMatch(new RegExp(`Content-Length: ${Buffer.byteLength(body)}`));
      expect(JSON.parse(body)).toEqual({ error: expect.any(String) });
    }
  });

  test('do not repeat what could be a page', async () => {
    const { text, headers } = await house.ask('POST', '/api/loadpoints/1/mode/<script>alert(1)</script>');
    expect(text).not.toContain('<script>');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('compression', () => {
  const DECODE = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync } as const;

  test.each([
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br;q=0', 'gzip'],
    ['GZIP;q=0.5, deflate;q=0.9', 'deflate'],
    ['*', 'br'],
  ] as const)('of a client that takes %s is %s', async (accept, encoding) => {
    const plain = await house.ask('GET', '/api/sessions');
    const { headers, bytes } = await house.ask('GET', '/api/sessions', { headers: { 'Accept-Encoding': accept } });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toMatch(/Accept-Encoding/);
    expect(headers['content-length']).toBe(String(bytes.length));
    expect(DECODE[encoding](bytes).toString()).toBe(plain.text);
    expect(bytes.length).toBeLessThan(plain.bytes.length);
  });

  test.each(['', 'identity', 'gzip;q=0', 'zstd', 'x;;;,,=q', 'gzip;q=x'])(
    'is not for those that take "%s"',
    async (accept) => {
      const { headers, json } = await house.ask('GET', '/api/state', { headers: { 'Accept-Encoding': accept } });
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers.vary).toMatch(/Accept-Encoding/);
      expect(json).toHaveProperty('result');
    },
  );

  test('is not for small answers, but they vary too', async () => {
    const { headers, text } = await house.ask('GET', '/api/health', { headers: { 'Accept-Encoding': 'gzip' } });
    expect([headers['content-encoding'], text]).toEqual([undefined, 'OK\n']);
    expect(headers.vary).toMatch(/Accept-Encoding/);
  });
});

describe('conditional requests', () => {
  test.each(['/api/sessions', '/api/sessions?format=csv&lang=en', '/api/tariff/grid', '/api/state'])(
    '%s is not sent again while it is the same',
    async (path) => {
      await expect
        .poll(async () => {
          const { headers } = await house.ask('GET', path, { headers: { 'Accept-Encoding': 'gzip' } });
          const again = await house.ask('GET', path, { headers: { 'If-None-Match': headers.etag ?? '' } });
          return { status: again.status, text: again.text, etag: again.headers.etag === headers.etag };
        })
        .toEqual({ status: 304, text: '', etag: true });
      const other = await house.ask('GET', path, { headers: { 'If-None-Match': '"another"' } });
      expect(other.status).toBe(200);
    },
  );

  test('see a session that was corrected', async () => {
    const { headers } = await house.ask('GET', '/api/sessions');
    await house.ask('PUT', '/api/session/1', { body: '{"vehicle":"Other"}' });
    const after = await house.ask('GET', '/api/sessions', { headers: { 'If-None-Match': headers.etag ?? '' } });
    expect(after.status).toBe(200);
    expect(after.headers.etag).not.toBe(headers.etag);
  });
});

describe('scripts of pages', () => {
  const Origin = 'http://nas.example:8080';

  test('may read', async () => {
    const { headers } = await house.ask('GET', '/api/state', { headers: { Origin } });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect((await house.ask('GET', '/api/state')).headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('may ask for %s', async (method) => {
    const { status, headers } = await house.ask('OPTIONS', '/api/loadpoints/1/vehicle', {
      headers: { Origin, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': 'content-type' },
    });
    expect(status).toBe(200);
    expect(headers['access-control-allow-methods']).toContain(method);
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  test('may not send other header fields, nor ask without a method', async () => {
    const asked = { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-mine' };
    expect((await house.ask('OPTIONS', '/api/state', { headers: asked })).status).toBe(403);
    expect((await house.ask('OPTIONS', '/api/state', { headers: { Origin } })).status).toBe(400);
  });
});

test('the page of another site cannot end the process', async () => {
  const { status } = await house.ask('POST', '/api/shutdown', { headers: { Origin: 'http://evil.example' } });
  expect(status).toBe(403);
});
