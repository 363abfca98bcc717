import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { f32 } from '../../../helpers/modbus-device.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { COMPACT, XTRA } from './fixtures.ts';

describe('mennekes Amtron Xtra', () => {
  for (const { title, run } of chargerContract(chargerPeer(XTRA))) test(title, run);

  test('tells power and energy of the session', async () => {
    const { device, set, end } = await startCharger(XTRA);
    set({ status: 'C', enabled: true, current: 16, power: 11_040 });
    const reading = { status: 'C', enabled: true, power: 11_040, sessionEnergy: 3_400, maxCurrent: 16 };
    assert.deepEqual(await device.read(soon()), reading);
    await end();
  });

  test('a car that is ready and gets nothing is connected', async () => {
    const { device, put, end } = await startCharger(XTRA);
    put.input(0x0302, 5);
    assert.equal((await device.read(soon())).status, 'B');
    await end();
  });

  test('cannot switch phases', async () => {
    await assert.rejects(startCharger(XTRA, { phaseSwitching: true }), { code: 'EVCC_CONFIG_INVALID' });
  });
});

describe('mennekes Amtron Compact 2.0s', () => {
  for (const { title, run } of chargerContract(chargerPeer(COMPACT))) test(title, run);

  test('hears every four seconds that somebody is there', async () => {
    const { device, clock, pass, writes, end } = await startCharger(COMPACT);
    const beat = [6, 0x0d00, 0x55aa];
    await pass(0);
    await pass(3_999);
    assert.deepEqual(writes(), [beat]);
    await pass(1);
    assert.deepEqual(writes(), [beat, beat]);
    await device.close?.();
    assert.equal(clock.pending, 0);
    await end();
  });

  test('is never released without a limit, which it may have forgotten', async () => {
    const { device, put, set, writes, end } = await startCharger(COMPACT);
    const current = (value: number) => [16, 0x0302, ...f32(value)];
    const release = [6, 0x0d05, 1];
    await device.enable(true, soon());
    await device.setMaxCurrent(10, soon());
    set({ status: 'B' });
    put.holding(0x0302, 0, 0);
    // No limit: that is what the charger can give.
    assert.equal((await device.read(soon())).maxCurrent, 32);
    await device.enable(true, soon());
    assert.deepEqual(writes(), [current(6), release, current(10), current(10), release]);
    await end();
  });
});
