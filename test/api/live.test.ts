import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type Fixture, startFixture } from './fixture.ts';

/** The WebSocket of the running process. */

let house: Fixture;
beforeAll(async () => {
  house = await startFixture();
}, 60_000);
afterAll(() => house.stop());

interface Watcher {
  readonly socket: WebSocket;
  readonly frames: Readonly<Record<string, unknown>>[];
  /** Everything as it stands after the frames so far, put together as the web page of evcc does */
  readonly state: Record<string, unknown>;
  readonly closed: Promise<number>;
}

async function watch(options: ClientOptions = {}, path = '/ws'): Promise<Watcher> {
  const socket = new WebSocket(`ws://127.0.0.1:${house.port}${path}`, options);
  onTestFinished(() => socket.terminate());
  const frames: Readonly<Record<string, unknown>>[] = [];
  const state: Record<string, unknown> = {};
  socket.on('message', (data, binary) => {
    expect(binary).toBe(false);
    const frame = JSON.parse(String(data)) as Record<string, unknown>;
    frames.push(frame);
    Object.assign(state, frame);
  });
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  await expect.poll(() => frames.length).toBeGreaterThan(0);
  return { socket, frames, state, closed };
}

test('the first frame has everything, loadpoints counted from 0', async () => {
  const { loadpoints, ...site } = await house.state();
  const { frames } = await watch();
  const first = frames[0] ?? {};
  for (const key of Object.keys(site)) expect(first).toHaveProperty([key]);
  for (const [index, values] of loadpoints.entries()) {
    for (const key of Object.keys(values)) expect(first).toHaveProperty([`loadpoints.${index}.${key}`]);
  }
  expect(first).not.toHaveProperty('log');
  expect(first).not.toHaveProperty(['loadpoints.2.mode']);
});

test('each further frame has exactly one key', async () => {
  const { frames, state } = await watch();
  await house.result('POST', '/api/loadpoints/2/mode/minpv');
  await expect.poll(() => state['loadpoints.1.mode'], { timeout: 10_000 }).toBe('minpv');
  await house.result('POST', '/api/loadpoints/2/mode/off');
  await expect.poll(() => state['loadpoints.1.mode'], { timeout: 10_000 }).toBe('off');
  await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(10);
  for (const frame of frames.slice(1)) expect(Object.keys(frame)).toHaveLength(1);
});

test('durations are whole seconds, times have none below the second, what is unset is null', async () => {
  const { state } = await watch();
  for (const [key, value] of Object.entries(state)) {
    if (/(Duration|Remaining)$/.test(key)) expect([key, Number.isInteger(value)]).toEqual([key, true]);
    if (/(Duration|Remaining)$/.test(key)) expect(Number(value)).toBeLessThan(1e9);
    if (/(targetTime|ProjectedStart)$/.test(key)) expect([key, value]).toEqual([key, null]);
  }
  await house.result('POST', '/api/loadpoints/1/target/time/2030-01-01T07:00:00.500Z');
  await expect.poll(() => state['loadpoints.0.targetTime'], { timeout: 10_000 }).toBe('2030-01-01T07:00:00Z');
  await house.result('DELETE', '/api/loadpoints/1/target/time');
  await expect.poll(() => state['loadpoints.0.targetTime'], { timeout: 10_000 }).toBeNull();
});

test('warnings of the log are told as they happen', async () => {
  const { frames } = await watch();
  await house.result('POST', '/api/bufferstartsoc/10');
  await house.result('POST', '/api/buffersoc/90');
  const log = () => frames.flatMap((frame) => ('log' in frame ? [frame.log] : []));
  await expect
    .poll(log, { timeout: 10_000 })
    .toContainEqual({ level: 'warn', message: expect.stringContaining('bufferSoc (90 %)') });
  await house.result('POST', '/api/buffersoc/0');
  await house.result('POST', '/api/bufferstartsoc/0');
});

describe('clients', () => {
  test.each([
    ['text', '{"mode":"now"}', 1008],
    ['bytes', Buffer.from([1, 2, 3]), 1008],
    ['a huge message', 'x'.repeat(100_000), 1009],
  ])('that send %s are sent away', async (_, message, code) => {
    const { socket, closed } = await watch();
    socket.send(message);
    expect(await closed).toBe(code);
  });

  test('that ping are answered', async () => {
    const { socket } = await watch();
    socket.ping('hello');
    expect(String((await once(socket, 'pong'))[0])).toBe('hello');
  });

  test.each([
    ['of another page', { headers: { Origin: 'http://nas.example' } }],
    ['that ask for a subprotocol', { protocol: 'evcc' }],
    ['that offer compression', { perMessageDeflate: true }],
  ])('%s are served', async (_, options) => {
    expect((await watch(options)).frames[0]).toHaveProperty('siteTitle');
  });

  test.each([
    ['no upgrade', {}, 426],
    ['another version', { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '7' }, 400],
    ['no key', { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }, 400],
  ])('that ask with %s are told so', async (_, headers, status) => {
    const answer = await house.ask('GET', '/ws', { headers });
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error: expect.any(String) });
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
  });

  test('fifty at once get the same', async () => {
    const watchers = await Promise.all(Array.from({ length: 50 }, () => watch()));
    await house.result('POST', '/api/loadpoints/1/minsoc/33');
    for (const { state } of watchers) {
      await expect.poll(() => state['loadpoints.0.minSoc'], { timeout: 10_000 }).toBe(33);
    }
    await house.result('POST', '/api/loadpoints/1/minsoc/0');
  });
});

test('the end of the house is told to all, and what was set is there after a restart', {
  timeout: 60_000,
}, async () => {
  const { closed } = await watch();
  const set = {
    residualPower: ['/api/residualpower/-250', -250],
    prioritySoc: ['/api/prioritysoc/40', 40],
    smartCostLimit: ['/api/smartcostlimit/0.12', 0.12],
  } as const;
  const ofLoadpoint = {
    mode: ['/mode/minpv', 'minpv'],
    minSoc: ['/minsoc/25', 25],
    targetSoc: ['/target/soc/85', 85],
    minCurrent: ['/mincurrent/7', 7],
    maxCurrent: ['/maxcurrent/13', 13],
    enableThreshold: ['/enable/threshold/-700', -700],
    disableThreshold: ['/disable/threshold/150', 150],
    phasesConfigured: ['/phases/1', 1],
    targetTime: ['/target/time/2030-01-01T07:00:00Z', '2030-01-01T07:00:00Z'],
  } as const;
  for (const [path] of Object.values(set)) await house.result('POST', path);
  for (const [path] of Object.values(ofLoadpoint)) await house.result('POST', `/api/loadpoints/2${path}`);
  await house.result('POST', '/api/telemetry/true');
  expect((await house.ask('POST', '/api/shutdown')).status).toBe(204);
  expect(await closed).toBe(1001);
  expect(await house.cli.ended()).toMatchObject({ code: 0, err: '' });
  await house.restart();
  const state = await house.state();
  for (const [key, [, value]] of Object.entries(set)) expect([key, state[key]]).toEqual([key, value]);
  for (const [key, [, value]] of Object.entries(ofLoadpoint)) {
    expect([key, state.loadpoints[1]?.[key]]).toEqual([key, value]);
  }
  expect(await house.result('GET', '/api/telemetry')).toBe(true);
});
