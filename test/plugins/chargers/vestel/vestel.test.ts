import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { EVC04, WEBASTO_NEXT } from './fixtures.ts';

describe('vestel EVC04', () => {
  for (const { title, run } of chargerContract(chargerPeer(EVC04))) test(title, run);

  test('is told that somebody is there, and its current, twice in the time that it waits', async () => {
    const { device, pass, writes, end } = await startCharger(EVC04);
    await pass(0);
    assert.deepEqual(writes(), [[6, 6_000, 1]]);
    await device.setMaxCurrent(8, soon());
    await device.enable(true, soon());
    for (const turn of [0, 1]) {
      await pass(7_999);
      assert.equal(writes().length, 2 + turn * 2);
      await pass(1);
      assert.deepEqual(writes().slice(-2), [
        [6, 6_000, 1],
        [6, 5_004, 8],
      ]);
    }
    await end();
  });

  test('is enabled as it was told, and disabled before that', async () => {
    const { device, set, end } = await startCharger(EVC04);
    set({ status: 'B', enabled: true });
    assert.equal((await device.read(soon())).enabled, false);
    await device.enable(true, soon());
    assert.equal((await device.read(soon())).enabled, true);
    await end();
  });

  test.each([11_000, 0])(
    'takes another current when it charged before evcc came, also without meter (%d W)',
    async (power) => {
      const { device, set, writes, end } = await startCharger(EVC04);
      set({ status: 'C', enabled: true, current: 16, power });
      await device.setMaxCurrent(6, soon());
      assert.deepEqual(writes().slice(-1), [[6, 5_004, 6]]);
      assert.equal((await device.read(soon())).enabled, true);
      await end();
    },
  );

  test('repeats what is safe after a command without answer', async () => {
    const { box, device, pass, writes, end } = await startCharger(EVC04);
    await pass(0);
    await device.enable(true, soon());
    await box.fail('reset');
    await assert.rejects(device.enable(false, soon()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await box.recover();
    await pass(8_000);
    assert.deepEqual(writes().slice(-1), [[6, 5_004, 0]]);
    // It may be on or off: enabled, so that it is told again.
    assert.equal((await device.read(soon())).enabled, true);
    await end();
  });

  test('repeats nothing that may not have been heard, if that is more', async () => {
    const { box, device, pass, writes, end } = await startCharger(EVC04);
    await pass(0);
    await device.enable(false, soon());
    await box.fail('reset');
    await assert.rejects(device.enable(true, soon()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await box.recover();
    await pass(8_000);
    assert.deepEqual(writes().slice(-1), [[6, 5_004, 0]]);
    assert.equal((await device.read(soon())).enabled, false);
    await end();
  });

  test('a cable that is plugged in at the box only is no car', async () => {
    const { device, put, end } = await startCharger(EVC04);
    put.input(1_004, 1);
    assert.equal((await device.read(soon())).status, 'A');
    await end();
  });
});

describe('vestel Webasto Next', () => {
  for (const { title, run } of chargerContract(chargerPeer(WEBASTO_NEXT))) test(title, run);

  test('hears that somebody is there before anything else', async () => {
    const { device, set, writes, end } = await startCharger(WEBASTO_NEXT);
    set({ status: 'B', identifier: '04A2B3' });
    assert.equal((await device.read(soon())).identifier, '04A2B3');
    await device.enable(true, soon());
    assert.deepEqual(writes(), [
      [16, 6_000, 1],
      [16, 5_004, 6],
    ]);
    await end();
  });

  test('is told so less often where it waits for longer', async () => {
    const { pass, writes, end } = await startCharger(WEBASTO_NEXT);
    await pass(0);
    await pass(23_999);
    assert.equal(writes().length, 1);
    await pass(1);
    assert.equal(writes().length, 2);
    await end();
  });

  test('cannot switch phases', async () => {
    await assert.rejects(startCharger(WEBASTO_NEXT, { phaseSwitching: true }), { code: 'EVCC_CONFIG_INVALID' });
  });
});
