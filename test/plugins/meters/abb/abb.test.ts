import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import abb from '../../../../plugins/meters/abb/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { registerPeer, startRegisterDevice } from '../../../helpers/register-device.ts';
import { B23, METER } from './fixtures.ts';

describe('abb', () => {
  const setup = () => registerPeer(abb, { type: 'abb', ...METER });
  for (const { title, run } of meterContract(setup)) test(title, run);

  test('reads a B23', async () => {
    const { box, read, end } = await startRegisterDevice(abb, {
      type: 'abb',
      options: { model: 'b23', id: 9 },
      unit: 9,
    });
    for (const [address, words] of B23.registers) box.set('holding', address, words, 9);
    assert.deepEqual(await read(), B23.reading);
    await end();
  });

  test('a B23 Steel does not count exported energy', async () => {
    const { box, read, end } = await startRegisterDevice(abb, { type: 'abb' });
    for (const [address, words] of B23.registers) box.set('holding', address, words);
    box.set('holding', 0x5004, [0xffff, 0xffff, 0xffff, 0xffff]);
    const { returnEnergy, ...others } = B23.reading;
    assert.equal(returnEnergy, 5_432_100);
    assert.deepEqual(await read(), others);
    await end();
  });

  test('says what is implausible', async () => {
    const { box, read, end } = await startRegisterDevice(abb, { type: 'abb' });
    for (const [address, words] of B23.registers) box.set('holding', address, words);
    box.set('holding', 0x5b00, [0x7fff, 0xffff]);
    await assert.rejects(read(), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /unit 1, voltages: 214748364.7 is not between/,
    });
    await end();
  });
});
