import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder, writeFile } from '../helpers/folder.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../helpers/mosquitto.ts';
import { CONFIG, type Fixture, startFixture } from './fixture.ts';

/** Brokers as they are in houses: not there yet, restarted, slow, locked. The house goes on in any case. */

const TIME = { timeout: 120_000 };
const SOON = { timeout: 40_000, interval: 100 };

async function mosquitto(options?: MosquittoOptions): Promise<Mosquitto> {
  const broker = await startMosquitto(options);
  onTestFinished(() => broker.stop());
  return broker;
}

async function fixture(broker: string): Promise<Fixture> {
  const house = await startFixture({ broker });
  onTestFinished(async () => void (await house.stop()));
  return house;
}

/** Last payload by topic, as somebody sees it who is connected all the time. */
async function watch(url: string, options: object = {}): Promise<Map<string, string>> {
  const client = await connectAsync(url, { reconnectPeriod: 100, ...options });
  onTestFinished(() => client.endAsync(true));
  const topics = new Map<string, string>();
  client.on('message', (topic, payload) => void topics.set(topic, payload.toString()));
  await client.subscribeAsync('evcc/#', { qos: 1 });
  return topics;
}

const isWell = async (house: Fixture) => {
  expect((await house.ask('GET', '/api/health')).status).toBe(200);
  expect(await house.result('POST', '/api/loadpoints/1/mode/pv')).toBe('pv');
};

describe('a broker', () => {
  test('that is not there at the start is used when it comes', TIME, async () => {
    const port = await freePort();
    const house = await fixture(`mqtt://127.0.0.1:${port}`);
    await isWell(house);
    await expect.poll(() => house.cli.out, SOON).toMatch(/cannot connect to mqtt:.*trying again/);
    const topics = await watch((await mosquitto({ port })).url);
    await expect.poll(() => topics.get('evcc/loadpoints/1/mode'), SOON).toBe('pv');
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('online');
  });

  test('that is restarted gets everything again, as it is then', TIME, async () => {
    const broker = await mosquitto();
    const house = await fixture(broker.url);
    const before = await watch(broker.url);
    await expect.poll(() => before.get('evcc/loadpoints/2/mode'), SOON).toBe('off');
    await broker.stop();
    await isWell(house);
    await expect.poll(() => house.cli.out, SOON).toContain('is lost');
    await broker.restart();
    const after = await watch(broker.url);
    await expect.poll(() => after.get('evcc/status'), SOON).toBe('online');
    await expect.poll(() => after.get('evcc/loadpoints/1/mode'), SOON).toBe('pv');
    await expect.poll(() => [...before.keys()].filter((key) => before.get(key) && !after.has(key)), SOON).toEqual([]);
    const client = await connectAsync(broker.url);
    await client.publishAsync('evcc/loadpoints/1/mode/set', 'off', { qos: 1 });
    await client.endAsync();
    await expect.poll(() => after.get('evcc/loadpoints/1/mode'), SOON).toBe('off');
  });

  test('that takes only 8 KB a second holds nothing up and shows what is in force in the end', TIME, async () => {
    const broker = await mosquitto();
    const slow = await throttled(broker.port, 8_192);
    const house = await fixture(`mqtt://127.0.0.1:${slow}`);
    for (let current = 6; current <= 16; current += 0.5) {
      expect(await house.result('POST', `/api/loadpoints/1/maxcurrent/${current}`)).toBe(current);
    }
    await isWell(house);
    const topics = await watch(broker.url);
    await expect.poll(() => topics.get('evcc/loadpoints/1/maxCurrent'), SOON).toBe('16');
    await expect.poll(() => topics.get('evcc/loadpoints/1/mode'), SOON).toBe('pv');
  });

  test('that refuses the login is told of once, and tried again', TIME, async () => {
    const broker = await mosquitto({ user: 'evcc', password: 'right' });
    const house = await fixture(`mqtt://evcc:wrong@127.0.0.1:${broker.port}`);
    await expect.poll(() => house.cli.out, SOON).toContain('the broker refused the login');
    await isWell(house);
    expect(house.cli.out.match(/refused the login/g)).toHaveLength(1);
    expect(house.cli.out).not.toContain('wrong');
  });

  test('that asks for a login gets it', TIME, async () => {
    const broker = await mosquitto({ user: 'evcc', password: 'right' });
    await fixture(`mqtt://evcc:right@127.0.0.1:${broker.port}`);
    const topics = await watch(broker.url, { username: 'evcc', password: 'right' });
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('online');
  });

  test('keeps nothing of loadpoints, vehicles and meters that were taken out of the configuration', TIME, async () => {
    const broker = await mosquitto();
    const topics = await watch(broker.url);
    const folder = temporaryFolder();
    const edit = (changes: string) =>
      writeFile(
        folder,
        'evcc.config.ts',
        `import fixture from '${pathToFileURL(CONFIG)}';\nexport default { ...fixture, ${changes} };\n`,
      );
    edit('');
    const house = await startFixture({ broker: broker.url, config: join(folder, 'evcc.config.ts') });
    onTestFinished(async () => void (await house.stop()));
    const kept = (part: string) =>
      [...topics].filter(([topic, text]) => topic.startsWith(`evcc/${part}`) && text !== '');
    await expect.poll(() => topics.get('evcc/loadpoints/2/mode'), SOON).toBe('off');
    await expect.poll(() => topics.get('evcc/site/battery/1/soc'), SOON).toBeTruthy();
    edit(`loadpoints: fixture.loadpoints.slice(0, 1),
      vehicles: { vehicle_1: fixture.vehicles.vehicle_1 },
      site: { ...fixture.site, meters: { grid: 'grid', pv: ['roof'] } }`);
    await expect.poll(() => topics.get('evcc/loadpoints'), SOON).toBe('1');
    await expect
      .poll(() => [...kept('loadpoints/2/'), ...kept('site/vehicles/2'), ...kept('site/battery/')], SOON)
      .toEqual([]);
    await expect.poll(() => topics.get('evcc/site/vehicles'), SOON).toBe('1');
    await expect.poll(() => topics.get('evcc/site/batteryConfigured'), SOON).toBe('false');
    expect((await house.state()).loadpoints).toHaveLength(1);
    expect((await house.ask('POST', '/api/loadpoints/2/mode/now')).status).toBe(404);
    expect(await house.ask('POST', '/api/prioritysoc/50')).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/^battery not configured/) },
    });
  });

  test('hears of the end of the house, however it ends', TIME, async () => {
    const broker = await mosquitto();
    const house = await startFixture({ broker: broker.url });
    const topics = await watch(broker.url);
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('online');
    expect((await house.ask('POST', '/api/shutdown')).status).toBe(204);
    expect((await house.cli.ended()).code).toBe(0);
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('offline');
    await house.restart();
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('online');
    house.cli.signal('SIGKILL');
    await expect.poll(() => topics.get('evcc/status'), SOON).toBe('offline');
    await house.stop();
  });
});

/** A connection to the broker through which only so many bytes a second pass, in both directions. */
async function throttled(port: number, rate: number): Promise<number> {
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk: Buffer) => {
      from.pause();
      to.write(chunk);
      setTimeout(() => from.resume(), (chunk.length / rate) * 1_000);
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
    sockets.add(from);
  };
  const server = createServer({ highWaterMark: 1_024 }, (near) => {
    const far = connect({ port, host: '127.0.0.1' });
    pass(near, far);
    pass(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}
