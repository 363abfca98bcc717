import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { CHARX, EM_ETH, EV_ETH, EV_SER, WALLBE } from './fixtures.ts';

describe.each([
  ['EM-CP-PP-ETH', EM_ETH],
  ['EV-CC-AC1-M at a serial line', EV_SER],
  ['CHARX', CHARX],
] as const)('phoenix %s', (_, simulated) => {
  for (const { title, run } of chargerContract(chargerPeer(simulated))) test(title, run);
});

describe('phoenix', () => {
  test('reads an EV-CC-AC1-M3-…-ETH that charges', async () => {
    const { device, set, end } = await startCharger(EV_ETH);
    set({ status: 'C', enabled: true, current: 13, power: 6_850, energy: 1_234_567 });
    assert.deepEqual(await device.read(soon()), {
      status: 'C',
      enabled: true,
      power: 6_850,
      energy: 1_234_567,
      maxCurrent: 13,
    });
    await end();
  });

  test.each([EM_ETH, EV_ETH, WALLBE])('measures nothing without a meter', async (simulated) => {
    const { device, put, set, end } = await startCharger(simulated);
    set({ status: 'C', enabled: true });
    for (const address of [108, 110, 112]) put.input(address, 0, 0);
    assert.deepEqual(await device.read(soon()), { status: 'C', enabled: true, maxCurrent: 6 });
    await end();
  });

  test('tells a Wallbe tenths of amperes, and another controller whole ones', async () => {
    const wallbe = await startCharger(WALLBE);
    const { currentStep } = wallbe.device.traits ?? {};
    await wallbe.device.setMaxCurrent(10.5, soon());
    assert.deepEqual([currentStep, wallbe.writes()], [0.1, [[6, 528, 105]]]);
    wallbe.set({ enabled: true });
    assert.equal((await wallbe.device.read(soon())).maxCurrent, 10.5);
    await wallbe.end();
    const other = await startCharger(EV_ETH);
    await other.device.setMaxCurrent(10, soon());
    assert.deepEqual(other.writes(), [[6, 528, 10]]);
    await other.end();
  });

  test('refuses a Wallbe that is configured as something else', async () => {
    const { device, put, end } = await startCharger(EV_ETH);
    put.holding(528, 160);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: /unit 255, maxCurrent .*160/ });
    await end();
  });

  test('tells no current to another controller that is configured as a Wallbe', async () => {
    const { device, put, writes, end } = await startCharger(WALLBE);
    put.holding(528, 16);
    const refused = { code: 'EVCC_DEVICE_PROTOCOL', message: /unit 255, maxCurrent .*: 1.6 is less than the 6/ };
    await assert.rejects(device.read(soon()), refused);
    await assert.rejects(device.setMaxCurrent(16, soon()), refused);
    assert.deepEqual(writes(), []);
    await end();
  });

  test('a car at a CHARX that is ready without getting anything is connected', async () => {
    const { device, put, set, end } = await startCharger(CHARX);
    set({ enabled: true, identifier: '04A2B3C4' });
    put.holding(2_299, 0x4331);
    const { status, identifier, connectedFor } = await device.read(soon());
    assert.deepEqual(
      { status, identifier, connectedFor },
      { status: 'B', identifier: '04A2B3C4', connectedFor: 90_000 },
    );
    await end();
  });

  test('a CHARX without meter or with a current of 0 says so', async () => {
    const { device, put, set, end } = await startCharger(CHARX);
    set({ status: 'B', enabled: true, current: 0 });
    put.holding(2_112, 0xffff);
    assert.deepEqual(await device.read(soon()), {
      status: 'B',
      enabled: false,
      identifier: '',
      connectedFor: 90_000,
    });
    await end();
  });

  test('only a CHARX has several charging points', async () => {
    await assert.rejects(startCharger(EM_ETH, { connector: 2 }), { code: 'EVCC_CONFIG_INVALID' });
  });
});
