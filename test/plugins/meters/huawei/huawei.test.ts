import assert from 'node:assert/strict';
import { test } from 'vitest';
import huawei from '../../../../plugins/meters/huawei/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { startRegisterDevice } from '../../../helpers/register-device.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(huawei, FIXTURES);

test('limits what a huawei feeds in', async () => {
  const all = { ...FIXTURES.device, options: { connectDelay: 0, usage: 'pv' } };
  const { device, writes, end } = await startRegisterDevice(huawei, all, ({ put }) => {
    for (const address of [47_415, 47_418]) put(address, 'u16', 0);
  });
  await device.curtail?.(60, AbortSignal.timeout(5_000));
  await device.curtail?.(100, AbortSignal.timeout(5_000));
  assert.deepEqual(writes(), [
    [6, 47_418, 600],
    [6, 47_415, 7],
    [6, 47_415, 0],
  ]);
  await end();
});
