import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { NRGKICK } from './fixtures.ts';

describe('nrgkick', () => {
  for (const { title, run } of chargerContract(chargerPeer(NRGKICK))) test(title, run);

  test('reads a box that charges', async () => {
    const { device, set, end } = await startCharger(NRGKICK);
    set({ status: 'C', enabled: true, current: 10.5, power: 6_850, currents: [9.9, 9.8, 10.1], energy: 12_345_678 });
    assert.deepEqual(await device.read(soon()), {
      status: 'C',
      enabled: true,
      power: 6_850,
      currents: [9.9, 9.8, 10.1],
      voltages: [230, 230, 230],
      energy: 12_345_678,
      sessionEnergy: 3_400,
      maxCurrent: 10.5,
      phases: 3,
    });
    await end();
  });

  test('is paused and goes on by its own register, with tenths of amperes', async () => {
    const { device, writes, end } = await startCharger(NRGKICK);
    await device.setMaxCurrent(6.3, soon());
    await device.enable(true, soon());
    await device.enable(false, soon());
    assert.deepEqual(writes(), [
      [6, 194, 63],
      [6, 195, 0],
      [6, 195, 1],
    ]);
    await end();
  });

  test.each([
    [2, undefined],
    [1, 1],
  ])('phases %s are told as %s', async (count, phases) => {
    const { device, put, end } = await startCharger(NRGKICK);
    put.holding(198, count);
    assert.equal((await device.read(soon())).phases, phases);
    await end();
  });
});
