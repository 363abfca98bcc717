import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { CFOS } from './fixtures.ts';

describe('cfos', () => {
  for (const { title, run } of chargerContract(chargerPeer(CFOS))) test(title, run);

  test('has no energy while the counter is not known yet, and nothing of a meter without one', async () => {
    const { device, put, set, end } = await startCharger(CFOS);
    set({ status: 'C', enabled: true, energy: 0, power: 1_400, currents: [6.1, 0, 0], identifier: '04A2' });
    const reading = { status: 'C', enabled: true, maxCurrent: 6, phases: 3, identifier: '04A2' };
    assert.deepEqual(await device.read(soon()), { ...reading, power: 1_400, currents: [6.1, 0, 0] });
    put.holding(8_112, 0);
    assert.deepEqual(await device.read(soon()), reading);
    await end();
  });
});
