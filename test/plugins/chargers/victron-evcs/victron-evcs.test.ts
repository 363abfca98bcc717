import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { DIRECT, GX } from './fixtures.ts';

describe('victron-evcs through a GX device', () => {
  for (const { title, run } of chargerContract(chargerPeer(GX))) test(title, run);
});

describe('victron-evcs', () => {
  test('reads a station that charges', async () => {
    const { device, set, end } = await startCharger(DIRECT);
    set({ status: 'C', enabled: true, current: 16, power: 11_000 });
    const reading = { status: 'C', enabled: true, power: 11_000, sessionEnergy: 3_400, maxCurrent: 16 };
    assert.deepEqual(await device.read(soon()), reading);
    await end();
  });

  test('is told to do what it is told, when it does not', async () => {
    const { device, put, writes, end } = await startCharger(DIRECT);
    await device.setMaxCurrent(8, soon());
    await device.enable(true, soon());
    const first = [
      [6, 5_009, 0],
      [6, 5_016, 8],
      [6, 5_010, 1],
    ];
    assert.deepEqual(writes(), first);
    put.holding(5_009, 1);
    await device.read(soon());
    await device.enable(false, soon());
    assert.deepEqual(writes().slice(3), [
      [6, 5_009, 0],
      [6, 5_010, 0],
    ]);
    await end();
  });

  test('a car that waits for its card says so', async () => {
    const { device, put, end } = await startCharger(DIRECT);
    put.holding(5_015, 5);
    const { status, statusReason } = await device.read(soon());
    assert.deepEqual([status, statusReason], ['B', 'waitingforauthorization']);
    await end();
  });
});
