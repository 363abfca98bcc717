import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { createLoader } from '../../core/loading/loader.ts';
import { createLogger, type LogEntry } from '../../core/log.ts';
import { createRuntime, type Runtime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type Devices, startDevices } from '../../examples/http-mqtt/device-server.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { arrived } from '../helpers/line-clock.ts';
import { type Mosquitto, startMosquitto } from '../helpers/mosquitto.ts';

const FOLDER = new URL('../../examples/http-mqtt/', import.meta.url);

let broker: Mosquitto;
beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());

interface Example {
  readonly devices: Devices;
  readonly log: LogEntry[];
  /** Runs cycles for a time in seconds while the devices live on. */
  run(seconds: number): Promise<void>;
  site(key: string): unknown;
  loadpoint(key: string): unknown;
  command(name: string, value: unknown): Promise<unknown>;
  runtime: Runtime;
}

/** The example's configuration on the example's devices, a real Mosquitto, and a clock that does not wait. */
async function startExample(): Promise<Example> {
  const devices = await startDevices({ port: 0, broker: broker.url });
  process.env.WALLBOX = devices.wallbox;
  process.env.MQTT_BROKER = broker.url;
  const module: { default: object } = await import(`${new URL('evcc.config.ts', FOLDER)}?${devices.wallbox}`);
  delete process.env.WALLBOX;
  delete process.env.MQTT_BROKER;
  const clock = new FakeClock();
  const log: LogEntry[] = [];
  const secrets = new Set<string>();
  const directory = import.meta.dirname;
  const runtime = await createRuntime({
    config: { ...module.default, rest: false, mqtt: false },
    directory,
    loader: createLoader({ directory }),
    clock,
    log: createLogger({
      level: 'debug',
      destination: { write() {} },
      observe: (entry) => void log.push(entry),
      secrets,
    }),
    version: '0.0.0-test',
    store: createMemoryStore(),
    secrets,
  });
  onTestFinished(async () => {
    await runtime.stop();
    await devices.close();
  });
  await runtime.prepare();

  // The last that the meters send is the price: the broker hands on what came before it first, to everybody.
  const witness = await connectAsync(broker.url);
  onTestFinished(() => witness.endAsync(true));
  let prices = 0;
  witness.on('message', () => {
    prices += 1;
  });
  await witness.subscribeAsync('house/price', { qos: 1 });
  const send = async (seconds: number) => {
    const before = prices;
    await devices.advance(seconds);
    // Meters that are not connected send nothing.
    for (let turn = 0; turn < 200 && witness.connected && prices === before; turn += 1) await setTimeout(1);
    await arrived();
  };
  const interval = 5;
  return {
    devices,
    log,
    runtime,
    run: async (seconds) => {
      for (let time = 0; time < seconds; time += interval) {
        await send(interval);
        const end = clock.now() + interval * 1_000;
        let over = false;
        const cycle = runtime.cycle().then(() => {
          over = true;
        });
        // Real devices need real time, of which the cycle sees little. The first one waits for the meters' first messages.
        while (!over) {
          await setTimeout(1);
          if (runtime.evcc.state.site.get('gridPower') === undefined) await devices.advance(0);
          await clock.advance(20);
        }
        await cycle;
        await clock.advance(Math.max(0, end - clock.now()));
      }
    },
    site: (key) => runtime.evcc.state.site.get(key),
    loadpoint: (key) => runtime.evcc.state.loadpoints[0]?.get(key),
    command: (name, value) => runtime.evcc.settings.execute({ scope: 'loadpoint', id: 1, name, value, source: 'test' }),
  };
}

test('a house is controlled by custom types alone', { timeout: 60_000 }, async () => {
  const { devices, run, site, loadpoint, command, log } = await startExample();
  const { house } = devices;
  house.surroundings.pv = 0;
  await run(15);
  assert.equal(site('gridPower'), 400);
  assert.equal(site('tariffGrid'), 0.31416, '(9.4 ct + 17 ct) with 19 % tax');
  assert.deepEqual([loadpoint('connected'), loadpoint('charging'), loadpoint('vehicleSoc')], [true, false, 35]);

  await command('mode', 'now');
  await run(120);
  assert.deepEqual(house.box, { enabled: true, current: 16, phases: 3 });
  assert.equal(loadpoint('chargePower'), 16 * 3 * 230);
  assert.equal(site('gridPower'), 400 + 16 * 3 * 230);

  await command('mode', 'off');
  await run(10);
  assert.deepEqual([house.box.enabled, loadpoint('charging')], [false, false]);

  house.surroundings.pv = 6_000;
  await command('mode', 'pv');
  await run(300);
  assert.equal(loadpoint('charging'), true);
  assert.ok(Math.abs(house.gridPower) < 150, `the surplus is used: ${house.gridPower} W at the grid`);
  assert.ok(house.box.current > 7 && house.box.current < 9, `in tenths of an ampere: ${house.box.current} A`);

  house.surroundings.connected = false;
  await run(10);
  assert.deepEqual([loadpoint('connected'), loadpoint('charging')], [false, false]);
  assert.deepEqual(
    log.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message),
    [],
  );
});

test('meters that fall silent are noticed, and come back with the broker', { timeout: 60_000 }, async () => {
  const { devices, run, runtime, site, log } = await startExample();
  const state = () => {
    const list = site('devices') as { name: string; state: string; reason: string }[];
    return list.filter(({ name }) => name === 'grid').map(({ state: is, reason }) => `${is} ${reason}`.trim());
  };
  await run(10);
  assert.deepEqual(state().slice(0, 1), ['available']);
  await broker.stop();
  await run(30);
  assert.match(state()[0] ?? '', /^unavailable .*power: MQTT broker mqtt:\/\/127\.0\.0\.1:\d+: the connection was/);
  await run(60);
  assert.equal(devices.house.box.enabled, false, 'nothing charges blindly');
  await broker.restart();
  for (let turn = 0; turn < 100 && !state()[0]?.startsWith('available'); turn += 1) await run(30);
  assert.deepEqual(state().slice(0, 1), ['available']);
  assert.ok(log.some(({ message }) => message.includes('is back')));
  await runtime.stop();
});

test('one command starts everything, and Ctrl+C ends everything', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, ['start.ts'], {
    cwd: FOLDER,
    env: { ...process.env, MQTT_BROKER: broker.url, WALLBOX_PORT: '0', REST_PORT: '0', DATABASE: ':memory:' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // It ends its own child, which SIGKILL would leave behind.
  onTestFinished(() => void child.kill('SIGTERM'));
  let out = '';
  const ended = once(child, 'exit');
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      out += String(data);
    });
  }
  await eventually(async () => assert.ok(out.includes('Stop with'), out));
  const address = /http:\/\/localhost:\d+\/api\/state/.exec(out)?.[0];
  assert.ok(address, out);
  const wallbox = /wallbox (http:\S+),/.exec(out)?.[1];
  const headers = { authorization: `Basic ${Buffer.from('admin:sunshine').toString('base64')}` };
  const client = await connectAsync(broker.url);
  await client.publishAsync('evcc/loadpoints/1/mode/set', 'now', { qos: 1 });
  await eventually(async () => {
    const box = (await (await fetch(`${wallbox}/api/status`, { headers })).json()) as { output: string };
    assert.equal(box.output, 'on');
    const { result } = (await (await fetch(address)).json()) as {
      result: { siteTitle: string; loadpoints: { mode: string }[] };
    };
    assert.deepEqual([result.siteTitle, result.loadpoints[0]?.mode], ['HTTP and MQTT', 'now']);
  });
  await client.endAsync(true);
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  assert.equal(code, 0, out);
});

async function eventually(check: () => Promise<void>): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await check();
    } catch (error) {
      if (turn > 150) throw error;
    }
    await setTimeout(100);
  }
}
