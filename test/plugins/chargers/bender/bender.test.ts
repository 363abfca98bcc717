import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { BENDER } from './fixtures.ts';

describe('bender', () => {
  for (const { title, run } of chargerContract(chargerPeer(BENDER))) test(title, run);

  test('has no power for a moment when the controller has none', async () => {
    const { device, put, set, end } = await startCharger(BENDER);
    set({ status: 'C', enabled: true, identifier: '04A2B3' });
    put.holding(220, 0xffff, 0xffff);
    const { power, identifier, soc } = await device.read(soon());
    assert.deepEqual({ power, identifier, soc }, { power: undefined, identifier: '04A2B3', soc: 57 });
    await end();
  });

  test('has no voltages where nothing measures them', async () => {
    const { device, set, end } = await startCharger(BENDER);
    set({ status: 'B', voltages: [0, 0, 0] });
    assert.equal((await device.read(soon())).voltages, undefined);
    await end();
  });

  test('does not ask for what older firmware does not have', async () => {
    const { box, device, end } = await startCharger(BENDER, { rfid: false, soc: false });
    await device.read(soon());
    assert.ok(box.requests.every(({ address }) => address < 300 || address === 1_000));
    await end();
  });

  test('repeats the current before the controller misses it', async () => {
    const { device, pass, writes, end } = await startCharger(BENDER);
    await pass(0);
    await device.setMaxCurrent(13, soon());
    await device.enable(true, soon());
    await pass(10_000);
    assert.deepEqual(writes(), [
      [16, 1_000, 13],
      [16, 1_000, 13],
    ]);
    await end();
  });
});
