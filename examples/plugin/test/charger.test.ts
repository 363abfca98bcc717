import assert from 'node:assert/strict';
import { applyPlugin, type ChargerHardware, type ChargerPeer, chargerContract } from 'evcc/testing';
import { describe, onTestFinished, test, vi } from 'vitest';
import acme, { type AcmeOptions } from '../src/index.ts';
import { startWallbox, TOKEN, type Wallbox, type WallboxStatus } from './wallbox.ts';

const LETTERS = { none: 'A', connected: 'B', charging: 'C', fault: 'E' } as const;
const WORDS = { A: 'none', B: 'connected', C: 'charging', D: 'charging', E: 'fault', F: 'fault' } as const;

/** The wallbox as the contract sees it: its state in A, Wh and letters. */
async function setup(): Promise<ChargerPeer> {
  const wallbox = await startWallbox();
  return {
    device: await create({ host: wallbox.host, token: TOKEN, relay: true, maxCurrent: 32 }),
    secrets: [TOKEN],
    statuses: ['A', 'B', 'C', 'E'],
    state: () => hardwareOf(wallbox.status),
    set: (hardware) => void Object.assign(wallbox.status, statusOf(hardware)),
    writes: () => wallbox.controls.length,
    violations: () => wallbox.violations,
    faults: wallbox.faults,
    fail: wallbox.fail,
    recover: wallbox.recover,
    connections: wallbox.connections,
    close: wallbox.close,
  };
}

async function create(options: AcmeOptions) {
  const { chargers } = await applyPlugin(acme);
  return chargers.create('acme', options);
}

function hardwareOf({ car, on, limitMilliamps, relay, watts, milliamps, volts, meterKwh }: WallboxStatus) {
  const [l1 = 0, l2 = 0, l3 = 0] = milliamps.map((each) => each / 1_000);
  const [v1 = 0, v2 = 0, v3 = 0] = volts;
  return {
    status: LETTERS[car],
    enabled: on,
    current: limitMilliamps / 1_000,
    phases: relay,
    power: watts,
    currents: [l1, l2, l3],
    voltages: [v1, v2, v3],
    energy: meterKwh * 1_000,
  } satisfies ChargerHardware;
}

function statusOf({ status, enabled, current, phases, power, currents, voltages, energy }: Partial<ChargerHardware>) {
  return {
    ...(status !== undefined && { car: WORDS[status] }),
    ...(enabled !== undefined && { on: enabled }),
    ...(current !== undefined && { limitMilliamps: current * 1_000 }),
    ...(phases !== undefined && { relay: phases }),
    ...(power !== undefined && { watts: power }),
    ...(currents !== undefined && { milliamps: currents.map((each) => each * 1_000) }),
    ...(voltages !== undefined && { volts: [...voltages] }),
    ...(energy !== undefined && { meterKwh: energy / 1_000 }),
  } satisfies Partial<WallboxStatus>;
}

describe('the contract of chargers', () => {
  for (const { title, run } of chargerContract(setup)) test(title, run);
});

describe('type acme', () => {
  test('sends mA in steps of 0.1 A', async () => {
    const wallbox = await start();
    const device = await create({ host: wallbox.host, token: TOKEN });
    await device.setMaxCurrent(9.3, AbortSignal.timeout(5_000));
    await device.setMaxCurrent(16, AbortSignal.timeout(5_000));
    assert.deepEqual(wallbox.controls, [{ limitMilliamps: 9_300 }, { limitMilliamps: 16_000 }]);
  });

  test('switches phases only where there is a relay', async () => {
    const wallbox = await start();
    assert.equal((await create({ host: wallbox.host })).setPhases, undefined);
    assert.equal(typeof (await create({ host: wallbox.host, relay: true })).setPhases, 'function');
  });

  test('says how much its installer allowed', async () => {
    assert.equal((await create({ host: '127.0.0.1' })).traits?.maxCurrent, 16);
    assert.equal((await create({ host: '127.0.0.1', maxCurrent: 32 })).traits?.maxCurrent, 32);
  });

  test('a wrong token is a refused login, not an unreachable device', async () => {
    const wallbox = await start();
    const device = await create({ host: wallbox.host, token: 'another' });
    await assert.rejects(device.read(AbortSignal.timeout(5_000)), { code: 'EVCC_DEVICE_AUTH' });
  });

  test('an error says whether the wallbox is away or silent', async () => {
    const wallbox = await start();
    const device = await create({ host: wallbox.host, token: TOKEN });
    await wallbox.fail('hang');
    const silent = {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /GET http:\/\/\S+\/v2\/status: there was no answer in time/,
    };
    await assert.rejects(device.read(AbortSignal.timeout(50)), silent);
    await wallbox.fail('refuse');
    const away = { code: 'EVCC_DEVICE_UNAVAILABLE', message: /GET http:\/\/\S+\/v2\/status: it cannot be reached/ };
    await assert.rejects(device.read(AbortSignal.timeout(5_000)), away);
  });

  test('a reading leaves no connection open', async () => {
    const wallbox = await start();
    const device = await create({ host: wallbox.host, token: TOKEN });
    await device.read(AbortSignal.timeout(5_000));
    await vi.waitFor(() => assert.equal(wallbox.connections(), 0), { timeout: 2_000 });
  });

  test('the token is a secret', async () => {
    const { chargers } = await applyPlugin(acme);
    const { properties } = chargers.schema('acme') as { properties?: { token?: { secret?: boolean } } };
    assert.equal(properties?.token?.secret, true);
  });
});

async function start(): Promise<Wallbox> {
  const wallbox = await startWallbox();
  onTestFinished(() => wallbox.close());
  return wallbox;
}
