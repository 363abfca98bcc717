import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { PEBLAR } from './fixtures.ts';

describe('peblar', () => {
  for (const { title, run } of chargerContract(chargerPeer(PEBLAR))) test(title, run);

  test('is told milliamperes, and 0 to pause', async () => {
    const { device, writes, end } = await startCharger(PEBLAR);
    await device.setMaxCurrent(10.1, soon());
    await device.enable(true, soon());
    await device.setMaxCurrent(9.9, soon());
    await device.enable(false, soon());
    assert.deepEqual(writes(), [
      [16, 40_000, 0, 10_100],
      [16, 40_000, 0, 9_900],
      [16, 40_000, 0, 0],
    ]);
    await end();
  });

  test('refuses a counter that cannot be', async () => {
    const { device, put, end } = await startCharger(PEBLAR);
    put.input(30_000, 0xffff, 0xffff, 0xffff, 0xfff0);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: /energy .*30000/ });
    await end();
  });
});
