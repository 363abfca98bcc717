import assert from 'node:assert/strict';
import { applyPlugin } from 'evcc/testing';
import { describe, onTestFinished, test, vi } from 'vitest';
import { startWallbox, TOKEN, type Wallbox } from '../src/contract/wallbox.ts';
import acme, { type AcmeOptions } from '../src/index.ts';

async function create(options: AcmeOptions) {
  const { chargers } = await applyPlugin(acme);
  return chargers.create('acme', options);
}

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
    await vi.waitFor(() => assert.equal(wallbox.connections(), 0), { timeout: 15_000 });
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
