import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import modbusMeter from '../../../../plugins/meters/modbus-meter/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { registerPeer, startRegisterDevice } from '../../../helpers/register-device.ts';
import { METERS, MPM3PM } from './fixtures.ts';

const type = 'modbus-meter';

describe('modbus-meter', () => {
  for (const { title, run } of meterContract(() => registerPeer(modbusMeter, { type, ...MPM3PM }))) test(title, run);

  test.each(METERS)('reads $model, and nothing but its values', async ({ model, table, values, reading }) => {
    const { box, put, read, end } = await startRegisterDevice(modbusMeter, { type, options: { model }, table });
    for (const [address, wire, value] of values) put(address, wire, value);
    assert.deepEqual(await read(), reading);
    assert.ok(box.requests.every(({ code }) => code === (table === 'input' ? 4 : 3)));
    await end();
  });
});
