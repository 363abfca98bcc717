import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { EvccConfig } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { freePort } from '../../helpers/free-port.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { connectLive } from './live-client.ts';

/** A house of the real runtime with the plugin as configured. */
async function startRestHouse(options: HouseOptions = {}): Promise<FakeHouse & { readonly url: string }> {
  const config = { rest: { port: 0, host: '127.0.0.1' }, ...options.config };
  const house = await startHouse({ onTestFinished }, { ...options, config });
  return { ...house, url: urlOf(house) };
}

/** The address that was announced last. */
function urlOf({ runtime }: FakeHouse): string {
  const line = runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  return /http:\/\/[^/]+/.exec(line)?.[0] ?? '';
}

async function ask(url: string, method = 'GET'): Promise<{ status: number; result: unknown; error: unknown }> {
  const response = await fetch(url, { method });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  return { status: response.status, result, error };
}

test('a mode set over REST reaches the charger in the next cycle and the state after it', async () => {
  const house = await startRestHouse();
  const { url } = house;
  house.set({ base: 300 });
  await house.cycle();
  expect(await ask(`${url}/api/loadpoints/1/mode/now`, 'POST')).toMatchObject({ status: 200, result: 'now' });
  await house.run(20);
  expect(house.commands()).toContainEqual({ enable: true });
  const { result } = await ask(`${url}/api/state`);
  expect(result).toMatchObject({
    siteTitle: 'Test house',
    gridConfigured: true,
    loadpoints: [{ mode: 'now', connected: true, charging: true, enabled: true, chargePower: 16 * 3 * 230 }],
  });
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
});

test('vehicles are told by name, connected or not, and follow their settings', async () => {
  const vehicles = { ev6: { type: 'fake', title: 'EV6', capacity: 77 }, bike: { type: 'fake', title: 'Bike' } };
  const { url, cycle } = await startRestHouse({ config: { vehicles } as never });
  await cycle();
  expect((await ask(`${url}/api/vehicles/bike/minsoc/30`, 'POST')).status).toBe(200);
  expect((await ask(`${url}/api/vehicles`)).result).toMatchObject({
    ev6: { title: 'EV6', capacity: 77, minSoc: 0, limitSoc: 100 },
    bike: { title: 'Bike', minSoc: 30 },
  });
});

test('a demand from outside comes with who asks, in the form of older systems too', async () => {
  const house = await startRestHouse({ loadpoints: [{ mode: 'now' }] });
  const demand = (path: string) => ask(`${house.url}/api/loadpoints/1/remotedemand${path}`, 'POST');
  expect((await demand('/hard/:grid')).result).toEqual({ demand: 'hard', source: ':grid' });
  await house.cycle();
  expect((await ask(`${house.url}/api/state`)).result).toMatchObject({
    loadpoints: [{ remoteDisabled: 'hard', remoteDisabledSource: ':grid', enabled: false }],
  });
  expect((await demand('/enable/grid')).result).toEqual({ demand: '', source: 'grid' });
  expect((await demand('/soft')).result).toEqual({ demand: 'soft', source: '' });
  expect((await demand('/hard/not%20allowed')).status).toBe(400);
  expect((await demand('/hard/a/b')).status).toBe(404);
  expect((await ask(`${house.url}/api/loadpoints/1/mode/now/more`, 'POST')).status).toBe(404);
});

test('what is set over REST is there after a restart', async () => {
  const store = createMemoryStore();
  const first = await startRestHouse({ store });
  await ask(`${first.url}/api/loadpoints/1/mode/minpv`, 'POST');
  await ask(`${first.url}/api/residualpower/250`, 'POST');
  await first.stop();
  const second = await startRestHouse({ store });
  expect((await ask(`${second.url}/api/state`)).result).toMatchObject({
    residualPower: 250,
    loadpoints: [{ mode: 'minpv' }],
  });
});

test('a refused command changes neither state nor charger', async () => {
  const house = await startRestHouse();
  await house.cycle();
  house.commands();
  const { url } = house;
  const before = (await ask(`${url}/api/state`)).result;
  for (const [path, status] of [
    ['loadpoints/1/mode/fast', 400],
    ['loadpoints/1/maxcurrent/0', 400],
    ['loadpoints/1/phases/0', 400],
    ['loadpoints/1/vehicle/1', 400],
    ['prioritysoc/50', 400],
    ['loadpoints/2/mode/now', 404],
  ] as const) {
    expect(await ask(`${url}/api/${path}`, 'POST')).toMatchObject({ status, error: expect.stringMatching(/./) });
  }
  expect((await ask(`${url}/api/state`)).result).toEqual(before);
  expect(house.commands()).toEqual([]);
});

test('the WebSocket tells a command at once and the readings with each cycle', async () => {
  const house = await startRestHouse();
  const { url } = house;
  await house.cycle();
  const live = await connectLive(Number(new URL(url).port));
  expect(live.frames[0]).toMatchObject({ siteTitle: 'Test house', 'loadpoints.0.mode': 'off', gridPower: 0 });
  await ask(`${url}/api/loadpoints/1/mode/pv`, 'POST');
  await live.received(2);
  expect(live.frames[1]).toEqual({ 'loadpoints.0.mode': 'pv' });
  house.set({ pv: 1_000 });
  await house.cycle();
  await live.caughtUp();
  expect(live.frames.slice(2)).toContainEqual({ gridPower: -1_000 });
  expect(live.frames.every((frame, index) => index === 0 || Object.keys(frame).length === 1)).toBe(true);
});

test('the state of a house without a single reading is complete JSON', async () => {
  const house = await startRestHouse();
  house.charger().failure = new Error('unplugged');
  house.grid.failure = new Error('unplugged');
  house.pv.failure = new Error('unplugged');
  await house.cycle();
  const { status, result } = await ask(`${house.url}/api/state`);
  expect(status).toBe(200);
  expect(result).toMatchObject({ siteTitle: 'Test house', loadpoints: [{ mode: 'off' }] });
});

test('another port in the configuration moves the server while the house runs', async () => {
  const house = await startRestHouse();
  const port = await freePort();
  const live = await connectLive(Number(new URL(house.url).port));
  const config = { ...house.config, rest: { port, host: '127.0.0.1' } } as EvccConfig;
  expect(await house.runtime.reconfigure(config)).toEqual([]);
  expect(await live.closed()).toBe(1001);
  await expect(fetch(`${house.url}/api/health`)).rejects.toThrow();
  await house.cycle();
  expect((await ask(`http://127.0.0.1:${port}/api/state`)).result).toMatchObject({ siteTitle: 'Test house' });
});

test('a port in use fails the start, and says so', async () => {
  const { url } = await startRestHouse();
  const port = Number(new URL(url).port);
  await expect(startRestHouse({ config: { rest: { port, host: '127.0.0.1' } } })).rejects.toMatchObject({
    code: 'EVCC_PLUGIN_FAILED',
    message: expect.stringContaining(`port ${port} is in use`),
  });
});

test('stopping the house closes the server', async () => {
  const house = await startRestHouse();
  await ask(`${house.url}/api/state`);
  await house.stop();
  await expect(fetch(`${house.url}/api/health`)).rejects.toThrow();
});

/** A house whose server listens on a fixed port, as configured ones do. */
async function startFixed(): Promise<{ house: FakeHouse; port: number; change: (rest: object) => Promise<unknown> }> {
  const port = await freePort();
  const house = await startRestHouse({ config: { rest: { port, host: '127.0.0.1' } } });
  const change = (rest: object) => house.runtime.reconfigure({ ...house.config, rest } as EvccConfig);
  return { house, port, change };
}

/** Whether scripts of a web page may read, asked over a connection of its own. */
async function isAllowed(port: number, origin = 'http://nas'): Promise<boolean> {
  const request = get({ host: '127.0.0.1', port, path: '/api/health', headers: { origin }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.headers['access-control-allow-origin'] !== undefined;
}

test('an edit to a port in use is refused, and the server goes on without a break', async () => {
  const { port, change } = await startFixed();
  const live = await connectLive(port);
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const { port: busy } = other.address() as { port: number };
  expect(await change({ port: busy, host: '127.0.0.1' })).toEqual([
    { path: 'rest', message: expect.stringContaining(`port ${busy} is in use`) },
  ]);
  expect(await isAllowed(port)).toBe(true);
  expect(await Promise.race([live.closed(), Promise.resolve('open')])).toBe('open');
});

test('other options take effect on the same port', async () => {
  const { port, change } = await startFixed();
  expect(await isAllowed(port)).toBe(true);
  expect(await change({ port, host: '127.0.0.1', allowedOrigins: ['http://other'] })).toEqual([]);
  expect(await isAllowed(port)).toBe(false);
});

test('other options that do not work on the same port are undone', async () => {
  const { house, port, change } = await startFixed();
  expect(await change({ port, host: '192.0.2.1' })).toEqual([
    { path: 'rest', message: expect.stringContaining('rest.host 192.0.2.1') },
  ]);
  expect(await isAllowed(port)).toBe(true);
  await house.cycle();
  expect((await ask(`http://127.0.0.1:${port}/api/state`)).result).toMatchObject({ siteTitle: 'Test house' });
});
