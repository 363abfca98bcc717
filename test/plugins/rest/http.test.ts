import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { published } from './fake-evcc.ts';
import { startRest } from './start-rest.ts';

test.each([
  ['GET', '/'],
  ['GET', '/api'],
  ['GET', '/api/nothing'],
  ['GET', '/API/STATE'],
  ['GET', '/api/state/more'],
  ['POST', '/api/loadpoints/1/mode/pv/now'],
  ['POST', '/api/loadpoints/1/nothing/1'],
  ['OPTIONS', '/api/nothing'],
  ['GET', '/api/tariff%2Fgrid'],
  ['GET', '/%2e%2e/etc/passwd'],
])('%s %s does not exist, as JSON', async (method, path) => {
  const { ask } = await startRest();
  const { status, json, headers, text } = await ask(method, path);
  expect(status).toBe(404);
  expect(json).toEqual({ error: expect.stringMatching(/does not exist/) });
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
});

test.each(['', '[', 'a b', '[::1%25lo]', '%00', 'a:b'])(
  'who gives the broken host name %j is answered',
  async (Host) => {
    const { ask, evcc } = await startRest();
    for (const path of ['/api/state?jq=.version', '/api/system/log', '/api/sessions']) {
      const { status, json } = await ask('GET', path, { headers: { Host } });
      expect({ path, status, json }).toMatchObject({ status: 200 });
    }
    expect(evcc.logged.filter(({ level }) => level === 'error')).toEqual([]);
  },
);

test.each([
  ['POST', '/api/state', 'HEAD, GET, OPTIONS'],
  ['GET', '/api/prioritysoc/50', 'POST, OPTIONS'],
  ['PUT', '/api/loadpoints/1/mode/pv', 'POST, OPTIONS'],
  ['DELETE', '/api/loadpoints/1/mode', 'POST, OPTIONS'],
  ['GET', '/api/loadpoints/1/target/time', 'POST, DELETE, OPTIONS'],
  ['DELETE', '/api/telemetry', 'POST, HEAD, GET, OPTIONS'],
  ['PROPFIND', '/api/state', 'HEAD, GET, OPTIONS'],
  ['TRACE', '/api/state', 'HEAD, GET, OPTIONS'],
  ['GET', '/api/shutdown', 'POST, OPTIONS'],
])('%s %s names the methods that are possible', async (method, path, allow) => {
  const { evcc, ask } = await startRest();
  const { status, json, headers } = await ask(method, path);
  expect(status).toBe(405);
  expect(headers.allow).toBe(allow);
  expect(json?.error).toContain(allow);
  expect(evcc.commands).toEqual([]);
  expect(evcc.shutdowns).toEqual([]);
});

test('OPTIONS on a setter names its methods and does nothing', async () => {
  const { evcc, ask } = await startRest();
  const { status, text, headers } = await ask('OPTIONS', '/api/loadpoints/1/mode/pv');
  expect({ status, text }).toEqual({ status: 200, text: '' });
  expect(headers.allow).toBe('POST, OPTIONS');
  expect(headers['content-length']).toBe('0');
  expect(evcc.commands).toEqual([]);
});

test.each(['/api/st%61te', 'http://evcc.local:7070/api/state'])(
  '%s is another way to write /api/state',
  async (path) => {
    const { ask } = await startRest();
    expect((await ask('GET', path)).json).toHaveProperty('result');
  },
);

test.each([
  ['/api/state/', '/api/state'],
  ['//api//state?jq=.a', '/api/state?jq=.a'],
  ['/api/loadpoints/../state', '/api/state'],
  ['/api/../../../api/state', '/api/state'],
  ['/ws/', '/ws'],
])('%s is sent to %s', async (path, location) => {
  const { ask } = await startRest();
  const { status, headers, text } = await ask('GET', path);
  expect({ status, location: headers.location, text }).toEqual({ status: 301, location, text: '' });
});

test.each(['/api/loadpoints/1/mode/pv/', '//api/loadpoints//1/mode/pv'])(
  'POST %s is carried out: clients would turn it into a GET',
  async (path) => {
    const { evcc, ask } = await startRest();
    expect((await ask('POST', path)).status).toBe(200);
    expect(evcc.settings.get('loadpoint', 1, 'mode')).toBe('pv');
  },
);

test('percent-encoding in a value is decoded once', async () => {
  const { evcc, ask } = await startRest();
  expect((await ask('POST', '/api/loadpoints/1/mode/p%76')).status).toBe(200);
  expect((await ask('POST', '/api/loadpoints/1/mode/o%2566f')).status).toBe(400);
  expect(evcc.settings.get('loadpoint', 1, 'mode')).toBe('pv');
});

test.each(['/api/loadpoints/1/mode/%', '/api/loadpoints/1/mode/%zz', '/api/%c3%28/state', '/%ff'])(
  'the broken percent-encoding of %s is refused',
  async (path) => {
    const { evcc, ask } = await startRest();
    expect(await ask('POST', path)).toMatchObject({ status: 400, json: { error: expect.stringContaining('percent') } });
    expect(evcc.commands).toEqual([]);
  },
);

test.each([
  ['JSON', 'application/json', '{"timeout":5000}'],
  ['broken JSON', 'application/json', '{'],
  ['a form', 'application/x-www-form-urlencoded', 'mode=now'],
  ['nothing of a known type', 'application/octet-stream', '\u0000\u0001'],
])('a body of %s is tolerated and ignored', async (_, type, body) => {
  const { evcc, ask } = await startRest();
  const { status } = await ask('POST', '/api/loadpoints/1/mode/pv', { headers: { 'Content-Type': type }, body });
  expect(status).toBe(200);
  expect(evcc.settings.get('loadpoint', 1, 'mode')).toBe('pv');
});

test('a connection serves further requests after a body', async () => {
  const { raw } = await startRest();
  const post = 'POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
  const chunked =
    'POST /api/loadpoints/1/mode/off HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n';
  const last = 'GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const answers = await raw(post + chunked + last);
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  expect(answers).toMatch(/"result":"pv".*"result":"off".*OK\n$/s);
});

test('a body that is announced as too large is refused before it is sent', async () => {
  const { evcc, raw } = await startRest();
  const answer = await raw('POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 413 .*Connection: close.*"error"/s);
  expect(evcc.commands).toEqual([]);
});

test('a body that grows too large is refused and changes nothing', async () => {
  const { evcc, raw } = await startRest();
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const answer = await raw(
    `POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(evcc.commands).toEqual([]);
});

test('a client that gives up in the middle of its body changes nothing and is no error', async () => {
  const { evcc, port, ask } = await startRest();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  await ask('GET', '/api/health');
  socket.resetAndDestroy();
  await expect.poll(() => evcc.logged.map(({ message }) => message)).toContainEqual(expect.stringMatching(/gave up/));
  expect(evcc.commands).toEqual([]);
  expect(evcc.logged.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n', 400],
  ['a header line without colon', 'GET /api/state HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n', 400],
  ['two lengths', 'POST /api/health HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a length that is none', 'POST /api/health HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
  ['a space in the path', 'GET /api/st ate HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ['an endless path', `GET /api/${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ['an endless header', `GET /api/state HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is answered with a JSON error and the connection ends', async (_, text, status) => {
  const { raw, ask } = await startRest();
  const answer = await raw(text);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(JSON.parse(body)).toEqual({ error: expect.any(String) });
  expect(head).toMatch(new RegExp(`Content-Length: ${body.length}$`, 'm'));
  expect((await ask('GET', '/api/health')).status).toBe(200);
});

test('what cannot be understood of a HEAD is answered without a body', async () => {
  const { raw } = await startRest();
  const [head = '', body] = (await raw('HEAD ?x HTTP/1.1\r\nHost: x\r\n\r\n')).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 400 .*Content-Length: [1-9]/s);
  expect(body).toBe('');
});

test('a request without a host, with an odd expectation or an odd upgrade does no harm', async () => {
  const { raw, ask, evcc } = await startRest();
  const before = published(evcc);
  expect(await raw('GET /api/state HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(
    await raw('POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nExpect: 42\r\nConnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 417 /);
  expect(
    await raw('GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 200 /);
  expect(published(evcc)).toEqual(before);
  expect((await ask('GET', '/api/health')).status).toBe(200);
});

test('HTTP/1.0 is served and its connection ends', async () => {
  const { raw } = await startRest();
  expect(await raw('GET /api/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*OK\n$/s);
});

test('shutdown is answered before the process is asked to end', async () => {
  const { evcc, ask } = await startRest();
  expect(await ask('POST', '/api/shutdown')).toMatchObject({ status: 204, text: '' });
  await ask('GET', '/api/health');
  expect(evcc.shutdowns).toHaveLength(1);
});
