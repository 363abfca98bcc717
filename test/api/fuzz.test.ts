import { once } from 'node:events';
import { Agent, METHODS, request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEED } from '../helpers/seed.ts';
import { type Fixture, startFixture } from './fixture.ts';

/**
 * More than 20,000 inputs that make no sense, or hardly any, for the running process: it goes on, answers all of them in
 * order, and nothing changes by what it refuses. `FUZZ_SEED=123` tries others than usual.
 */

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { seed: SEED, numRuns });

interface Row {
  readonly scope: 'site' | 'loadpoint' | 'vehicle';
  readonly name: string;
  readonly path: string;
  readonly key: string | null;
}

let house: Fixture;
let rows: readonly Row[] = [];

beforeAll(async () => {
  house = await startFixture();
  rows = (await house.result('GET', '/api/settings')) as readonly Row[];
}, 60_000);

afterAll(async () => {
  const { code, err } = await house.stop();
  expect({ code, err }).toEqual({ code: 0, err: '' });
}, 30_000);

/** Everything that commands can change, as text. */
async function settings(): Promise<string> {
  const { loadpoints, ...site } = await house.state();
  const of = (scope: Row['scope'], values: Readonly<Record<string, unknown>>) =>
    rows.filter((row) => row.scope === scope && row.key !== null).map(({ key }) => [key, values[key ?? '']]);
  const sessions = (await house.result('GET', '/api/sessions')) as readonly Readonly<Record<string, unknown>>[];
  const edited = sessions.map(({ id, loadpoint, vehicle, odometer }) => [id, loadpoint, vehicle, odometer]);
  return JSON.stringify([of('site', site), loadpoints.map((values) => of('loadpoint', values)), edited]);
}

async function works(): Promise<void> {
  expect((await house.ask('GET', '/api/health')).text).toBe('OK\n');
  for (const mode of ['pv', 'off']) {
    expect(await house.result('POST', `/api/loadpoints/1/mode/${mode}`)).toBe(mode);
    expect((await house.state()).loadpoints[0]?.mode).toBe(mode);
  }
  expect(house.cli.out).not.toMatch(/\b(ERROR|FATAL)\b/);
}

const NONSENSE = [
  ...['', ' ', '-', '+', '.', '..', '%', '%00', '%2F', '%2e%2e', '%ff', '%F0%9F%9A%97', '\u0000', '__proto__'],
  ...['constructor', 'toString', 'NaN', 'Infinity', '-Infinity', '1e309', '-1', '1e-400', '0x10', '1_000', '٣', 'PV'],
  ...['999999999999999999999', '1.2.3', '2030-13-01T00:00:00Z', '0001-01-01', "' OR 1=1 --", '<script>', '$(id)'],
  ...['[', '{', '{"a":', '"', '[[[[[[[[', '{"__proto__":{"mode":"now"}}', '[{"weekdays":[9]}]', 'x'.repeat(3_000)],
];
const nonsense = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NONSENSE) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.double({ noDefaultInfinity: true }).map((value) => `${value}x`) },
);

interface Input {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface Output {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function send({ method, path, headers, body }: Input, agent: Agent, from: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const framed = { ...headers, ...length };
    const options = { host: '127.0.0.1', port: house.port, localAddress: from, agent, method, path, headers: framed };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text }),
      );
    });
    sent.on('error', (error) => reject(new Error(`${method} ${path} ${JSON.stringify(headers)}`, { cause: error })));
    sent.end(body);
  });
}

test('12,500 requests', async () => {
  const own = rows.map(({ path }) => path.replace(':id', '1').replace(':name', 'vehicle_1'));
  const fixed = ['state', 'health', 'sessions', 'session', 'session/1', 'auth/login', 'auth/password', 'auth/apikey'];
  const others = ['settings', 'openapi.json', 'docs', 'tariff', 'loadpoints/1/target/plan', 'loadpoints/1/decisions'];
  const base = fc.constantFrom(...own, ...[...fixed, ...others].map((path) => `/api/${path}`), '/ws', '/api', '');
  const encoded = nonsense.map((text) => (text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed())));
  const tail = fc.array(encoded, { maxLength: 4 }).map((segments) => segments.map((each) => `/${each}`).join(''));
  const query = fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('targetTime', 'format', 'lang', 'year', 'month', 'limit', 'x'), encoded)
        .map(([name, value]) => `?${name}=${value}`),
    },
  );
  const input: fc.Arbitrary<Input> = fc.record({
    method: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'DELETE', 'PATCH') },
      { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((name) => name !== 'CONNECT')) },
    ),
    path: fc.tuple(base, tail, query).map((parts) => parts.join('') || '/'),
    headers: fc.dictionary(
      fc.constantFrom('Origin', 'Content-Type', 'If-None-Match', 'Accept-Encoding', 'Cookie', 'Authorization', 'Range'),
      fc.stringMatching(/^[ -~]{0,20}$/),
      { maxKeys: 2, noNullPrototype: true },
    ),
    body: fc.option(nonsense, { nil: undefined }),
  });

  let refused = 0;
  let compared = 0;
  const inputs = sample(input, 12_500);
  // From several addresses, as several clients: one alone would be slowed down.
  const agents = Array.from({ length: 25 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  let before = await settings();
  for (let begin = 0; begin < inputs.length; begin += agents.length) {
    const batch = inputs.slice(begin, begin + agents.length);
    const outputs = await Promise.all(
      batch.map((each, index) => send(each, agents[index] ?? new Agent(), `127.0.0.${index + 2}`)),
    );
    const offences = outputs.flatMap((output, index) =>
      isValid(output, batch[index]) ? [] : [[batch[index], output]],
    );
    expect(offences).toEqual([]);
    refused += outputs.filter(({ status }) => status >= 400).length;
    const changing = outputs.some(({ status }, index) => status < 400 && batch[index]?.method !== 'GET');
    const after = await settings();
    if (!changing) {
      expect(after).toBe(before);
      compared += 1;
    }
    before = after;
  }
  for (const agent of agents) agent.destroy();
  expect(refused).toBeGreaterThan(8_000);
  expect(compared).toBeGreaterThan(100);
  await works();
}, 300_000);

/** No failure of the server, and a body as its type says. */
function isValid({ status, type, text }: Output, input: Input | undefined): boolean {
  if (status >= 500 && !(status === 501 && input?.path.startsWith('/api/auth/'))) return false;
  if (status === 429) return false;
  if (input?.method === 'HEAD' || !type.startsWith('application/json')) return status < 400 || text === '';
  const body: unknown = JSON.parse(text);
  const isError = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
  return status < 400 || isError;
}

test('1,500 texts that are hardly HTTP', async () => {
  const before = await settings();
  const line = fc.oneof(
    fc.constantFrom(
      ...['GET /api/state HTTP/1.1', 'POST /api/loadpoints/1/mode/now HTTP/1.1', 'GET /ws HTTP/1.1', 'HTTP/9.9', ''],
      ...['Host: x', 'Host: evil.example', 'Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked'],
      ...['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Expect: 100-continue', '5\r\nabc'],
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  // A broken line before the end of the first header makes sure that none of them is a request.
  const texts = sample(fc.array(line, { maxLength: 6 }), 1_500).map(
    (lines) => `${lines.filter((each) => each !== '').join('\r\n')}\r\n\u0001\u0000 : broken\r\n\r\n`,
  );
  await inParallel(texts, async (text) => {
    const answer = await exchange(text);
    expect(answer).not.toMatch(/^HTTP\/1\.1 [235]/);
  });
  expect(await settings()).toBe(before);
  await works();
}, 120_000);

test('1,500 frames on the WebSocket', async () => {
  const upgrade = [
    'GET /ws HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');
  const frame = fc.oneof(
    fc.uint8Array({ minLength: 2, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.nat(255), fc.nat(125), fc.uint8Array({ minLength: 4, maxLength: 140 }))
      .map(([first, length, bytes]) => Buffer.concat([Buffer.from([first, 0x80 | length]), bytes])),
  );
  const before = await settings();
  await inParallel(sample(frame, 1_500), async (bytes) => {
    const answer = await exchange(upgrade, bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  });
  expect(await settings()).toBe(before);
  await works();
}, 120_000);

test('5,000 messages over MQTT', async () => {
  const client = await connectAsync(house.mqtt, { reconnectPeriod: 0 });
  // What asks for a demand takes any word.
  const names = rows.filter(({ name }) => name !== 'remoteDemand').map(({ name }) => name);
  const topic = fc
    .tuple(
      fc.constantFrom('site', 'loadpoints/1', 'loadpoints/2', 'loadpoints/3', 'loadpoints/x', 'vehicles/vehicle_1', ''),
      fc.oneof(fc.constantFrom(...names), fc.constantFrom('', '__proto__', 'x/y', '%', 'set')),
    )
    .map(([scope, name]) => `evcc/${scope}/${name}/set`);
  // No setting takes any of these; what is empty or a list may be taken.
  const payload = fc.oneof(
    nonsense.filter((text) => /[!-~]/.test(text)).map((text) => `!${text}`),
    fc.uint8Array({ minLength: 1, maxLength: 64 }).map((bytes) => Buffer.from([0xff, ...bytes])),
    fc.constantFrom('NaN', 'Infinity', '1e309', '0x10', '1,5', '{"a":', '[[', '"', 'pv now', '2030-13-01T00:00:00Z'),
  );
  const before = await settings();
  const messages = sample(fc.tuple(topic, payload, fc.constantFrom(0 as const, 1 as const)), 5_000);
  for (const [name, text, qos] of messages) await client.publishAsync(name, text, { qos });
  // What comes after them shows that they were handled.
  const { residualPower } = await house.state();
  for (const power of [4_711, residualPower]) {
    await client.publishAsync('evcc/site/residualPower/set', String(power), { qos: 1 });
    await expect.poll(async () => (await house.state()).residualPower, { timeout: 60_000 }).toBe(power);
  }
  expect(await settings()).toBe(before);
  await client.endAsync();
  await works();
}, 180_000);

/** Runs the work for all items, 50 at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: 50 }, one));
}

/** Sends a text, bytes once something came back and then nothing more, and resolves with all of it. */
async function exchange(text: string, then?: Buffer): Promise<string> {
  const socket = connect(house.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    if (answer === '' && then) socket.end(then);
    answer += chunk;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write(text);
  await closed;
  return answer;
}
