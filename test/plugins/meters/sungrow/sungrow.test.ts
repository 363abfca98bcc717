import assert from 'node:assert/strict';
import { test } from 'vitest';
import sungrow from '../../../../plugins/meters/sungrow/index.ts';
import { testInverter } from '../../../helpers/inverter.ts';
import { startRegisterDevice } from '../../../helpers/register-device.ts';
import { FIXTURES } from './fixtures.ts';

testInverter(sungrow, FIXTURES);

test('a sungrow without limits to go back to is stopped as a whole, and not charged', async () => {
  const all = { type: 'sungrow', options: { usage: 'battery' } };
  const { device, writes, end } = await startRegisterDevice(sungrow, all, ({ put }) => {
    for (const address of [13_049, 13_050]) put(address, 'u16', 0);
  });
  await device.setBatteryMode?.('hold', AbortSignal.timeout(5_000));
  await device.setBatteryMode?.('normal', AbortSignal.timeout(5_000));
  assert.deepEqual(writes(), [
    [6, 13_049, 2],
    [6, 13_050, 0xcc],
    [6, 13_050, 0xcc],
    [6, 13_049, 0],
  ]);
  await assert.rejects(async () => device.setBatteryMode?.('charge', AbortSignal.timeout(5_000)), {
    code: 'EVCC_NOT_SUPPORTED',
    message: /cannot be told mode charge: charge and holdcharge need the option maxChargePower/,
  });
  await end();
});

test('a sungrow string inverter has no battery', async () => {
  const all = { type: 'sungrow', options: { usage: 'battery', model: 'sg' } };
  await assert.rejects(startRegisterDevice(sungrow, all), {
    code: 'EVCC_CONFIG_INVALID',
    message: /usage: sg has no values of its battery/,
  });
});
