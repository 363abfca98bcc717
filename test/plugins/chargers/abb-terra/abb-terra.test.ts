import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { TERRA } from './fixtures.ts';

describe('abb-terra', () => {
  for (const { title, run } of chargerContract(chargerPeer(TERRA))) test(title, run);

  test.each([
    ['a car that nobody allowed yet', 1, 0x0101, 'B', 'waitingforauthorization'],
    ['a session that was stopped', 5, 0x0111, 'B', undefined],
    ['a session that was stopped by unplugging', 5, 0x0001, 'A', undefined],
  ])('%s', async (_, state, lock, status, statusReason) => {
    const { device, put, end } = await startCharger(TERRA);
    put.holding(0x400a, 0, lock, 0, state << 8);
    const reading = await device.read(soon());
    assert.deepEqual([reading.status, reading.statusReason], [status, statusReason]);
    await end();
  });

  test('is asked often enough, whatever the interval of the house is', async () => {
    const { box, pass, end } = await startCharger(TERRA);
    await pass(0);
    await pass(12_000);
    assert.deepEqual(
      box.requests.map(({ code, address, count }) => [code, address, count]),
      [
        [3, 0x400c, 2],
        [3, 0x400c, 2],
      ],
    );
    await end();
  });
});
