import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import janitza from '../../../../plugins/meters/janitza/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { registerPeer, startRegisterDevice } from '../../../helpers/register-device.ts';
import { METER, UMG } from './fixtures.ts';

describe('janitza', () => {
  const setup = () => registerPeer(janitza, { type: 'janitza', ...METER });
  for (const { title, run } of meterContract(setup)) test(title, run);

  test('reads a UMG, with the gaps of its register map', async () => {
    const { box, read, end } = await startRegisterDevice(janitza, { type: 'janitza' });
    for (let address = 19_000; address < 19_080; address += 1) box.set('holding', address, [0]);
    for (const [address, words] of UMG.registers) box.set('holding', address, words);
    assert.deepEqual(await read(), UMG.reading);
    assert.deepEqual(
      box.requests.map(({ code, address, count }) => [code, address, count]),
      [
        [3, 19_000, 28],
        [3, 19_068, 10],
      ],
    );
    await end();
  });

  test('that is wired the other way round', async () => {
    const { box, read, end } = await startRegisterDevice(janitza, { type: 'janitza', options: { invert: true } });
    for (let address = 19_000; address < 19_080; address += 1) box.set('holding', address, [0]);
    for (const [address, words] of UMG.registers) box.set('holding', address, words);
    const { power, energy, returnEnergy } = await read();
    assert.deepEqual([power, energy, returnEnergy], [-6_850, 56_789, 1_234_567]);
    await end();
  });
});
