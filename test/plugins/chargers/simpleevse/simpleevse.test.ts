import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { FINE, WHOLE } from './fixtures.ts';

describe('simpleevse', () => {
  for (const { title, run } of chargerContract(chargerPeer(WHOLE))) test(title, run);

  test('tells a controller hundredths of amperes that is set to them, also before it was read', async () => {
    const { device, state, writes, end } = await startCharger(FINE);
    await device.enable(true, soon());
    await device.setMaxCurrent(13, soon());
    assert.deepEqual(writes(), [
      [16, 1_000, 600],
      [16, 1_000, 1_300],
    ]);
    assert.equal(state.current, 13);
    assert.deepEqual(await device.read(soon()), { status: 'A', enabled: true, maxCurrent: 13 });
    await end();
  });
});
