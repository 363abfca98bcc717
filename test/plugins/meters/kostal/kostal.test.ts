import assert from 'node:assert/strict';
import { test } from 'vitest';
import kostal from '../../../../plugins/meters/kostal/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { startRegisterDevice } from '../../../helpers/register-device.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(kostal, FIXTURES);

test('limits what a kostal generates by its SunSpec model, with function 6', async () => {
  const all = { ...FIXTURES.device, options: { usage: 'pv' } };
  const { box, device, writes, end } = await startRegisterDevice(kostal, all, ({ put }) => put(5, 'u16', 0));
  const { unit = 1 } = FIXTURES.device;
  box.set('holding', 40_000, [0x5375, 0x6e53, 123, 24, ...Array.from({ length: 24 }, () => 0), 0xffff, 0], unit);
  await device.curtail?.(60, AbortSignal.timeout(5_000));
  await device.curtail?.(100, AbortSignal.timeout(5_000));
  assert.deepEqual(writes(), [
    [6, 40_007, 60],
    [6, 40_011, 1],
    [6, 40_011, 0],
  ]);
  await end();
});

test('a kostal that does not say its order of words', async () => {
  const lay = startRegisterDevice(kostal, { ...FIXTURES.device, options: { usage: 'pv' } }, ({ put }) =>
    put(5, 'u16', 7),
  );
  await assert.rejects(lay, { code: 'EVCC_DEVICE_PROTOCOL', message: /unit 71: the device is no known model/ });
});
