import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import tibberPulse from '../../../../plugins/meters/tibber-pulse/index.ts';
import { applyPlugin, type MeterHardware, type MeterPeer, meterContract } from '../../../contract/index.ts';
import { eventually } from '../../../contract/peer.ts';
import { startHttpDevice } from '../../../helpers/http-device.ts';
import type { MeterState } from '../../../helpers/http-meter.ts';
import { arrived } from '../../../helpers/line-clock.ts';
import { startWebSocketDevice } from '../../../helpers/websocket-device.ts';
import { homes, next } from './fixtures.ts';

const TOKEN = '5K4MVS-OjfWhK_4yrjOlFe1F6kJXPVf7eQYggo8ebAE';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const soon = () => AbortSignal.timeout(5_000);

const measurement = ({ power, currents, voltages, energy = 0, returnEnergy = 0 }: MeterHardware): object => ({
  power: Math.max(0, power),
  powerProduction: power < 0 ? -power : null,
  lastMeterConsumption: energy / 1_000,
  lastMeterProduction: returnEnergy / 1_000,
  ...Object.fromEntries((currents ?? []).map((value, index) => [`currentL${index + 1}`, Math.abs(value)])),
  ...Object.fromEntries((voltages ?? []).map((value, index) => [`voltagePhase${index + 1}`, value])),
});

/** The service: it measures what `present` says, and keeps out who does not say who he is. */
async function start(options: object = {}, live: readonly boolean[] = [false, true]) {
  const http = await startHttpDevice();
  let present: object = { power: 1_000, powerProduction: 0 };
  const violations: string[] = [];
  const socket = await startWebSocketDevice({
    message: (text, client) => {
      const message = JSON.parse(text) as { type: string; payload?: { token?: string; variables?: { home: string } } };
      if (message.type === 'connection_init') {
        if (message.payload?.token !== TOKEN) violations.push('wrong token');
        client.send({ type: 'connection_ack' });
        client.send({ type: 'ping' });
      }
      if (message.type === 'subscribe') {
        if (message.payload?.variables?.home !== 'home-2') violations.push('wrong home');
        client.send(next(present));
      }
    },
  });
  http.route('POST /gql', ({ headers }) => {
    if (!headers['user-agent']?.startsWith('evcc/')) violations.push('no user agent');
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, text: '' };
    return { json: homes(`ws://${socket.host}`, ...live) };
  });
  let now = systemClock.now();
  const clock = { ...systemClock, now: () => now };
  const plugin = await applyPlugin(tibberPulse, undefined, { clock });
  const all = { token: TOKEN, url: `${http.url}/gql`, ...options };
  const device = await plugin.meters.create('tibber-pulse', all, { clock });
  return {
    http,
    socket,
    device,
    violations,
    measure: (value: object) => {
      present = value;
      socket.say(next(value));
    },
    pass: (ms: number) => {
      now += ms;
    },
    close: async () => {
      await device.close?.();
      await plugin.remove();
      await socket.close();
      await http.close();
    },
  };
}

async function peer(): Promise<MeterPeer> {
  const { http, socket, device, violations, measure, pass, close } = await start();
  const state: MeterState = {
    power: 0,
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  };
  measure(measurement(state));
  return {
    device,
    secrets: [TOKEN],
    state: () => state,
    set: ({ soc, batteryMode, powers, ...known }) => {
      Object.assign(state, known);
      measure(measurement(state));
    },
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
    fail: async (fault) => {
      if (fault === 'invalid') measure({ power: null });
      else {
        await http.fail(fault);
        await socket.fail(fault === 'refuse' ? 'refuse' : 'hang');
      }
      // The news takes a moment on its way.
      await arrived();
      if (fault !== 'invalid') pass(600_000);
    },
    recover: async () => {
      await http.recover();
      await socket.recover();
      await arrived();
      pass(600_000);
      measure(measurement(state));
    },
    violations: () => violations,
    connections: () => socket.connections() + http.connections(),
    close,
  };
}

describe('tibber-pulse', () => {
  for (const { title, run } of meterContract(peer)) test(title, run);

  test('keeps counters that are not in every measurement', async () => {
    const { device, socket, measure, violations, close } = await start();
    ends.push(close);
    measure({ power: 0, powerProduction: 500, lastMeterConsumption: 12.5, lastMeterProduction: 7, currentL1: 2 });
    assert.deepEqual(await device.read(soon()), { power: -500, energy: 12_500, returnEnergy: 7_000 });
    measure({ power: 100, powerProduction: 0, lastMeterConsumption: null });
    await eventually(async () =>
      assert.deepEqual(await device.read(soon()), { power: 100, energy: 12_500, returnEnergy: 7_000 }),
    );
    assert.ok(socket.received.includes('{"type":"pong"}'));
    assert.deepEqual(violations, []);
  });

  test('comes back after a pause of at least 30 s, and one that grows', async () => {
    const { http, device, socket, pass, close } = await start();
    ends.push(close);
    await device.read(soon());
    const interrupt = async () => {
      socket.disconnect();
      await eventually(() => assert.equal(socket.connections(), 0));
      await arrived();
    };
    await interrupt();
    await device.read(soon());
    pass(60_001);
    await device.read(soon());
    assert.equal(socket.opened(), 2);
    await http.fail('error');
    await interrupt();
    pass(60_001);
    await assert.rejects(device.read(soon()), { message: /answered with status 500$/ });
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /must not be asked for another (60|120) s$/,
    });
    await http.recover();
    pass(120_000);
    assert.equal((await device.read(soon())).power, 1_000);
  });

  test.each([
    ['no home has a Pulse', {}, [false], /those with a Pulse are none$/],
    ['several homes have one', {}, [true, true], /those with a Pulse are home-1, home-2$/],
    ['the home has none', { home: 'home-1' }, [false, true], /those with a Pulse are home-2$/],
  ] as const)('says so when %s', async (_, options, live, message) => {
    const { device, close } = await start(options, live);
    ends.push(close);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
  });
});
