import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import lambda from '../../../../plugins/chargers/lambda/index.ts';
import { chargerContract } from '../../../contract/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import { chargerPeer, type SimulatedCharger, soon, startCharger } from '../../../helpers/register-charger.ts';

const LAMBDA: SimulatedCharger = {
  plugin: lambda,
  type: 'lambda',
  options: { phases: 3, maxPower: 6_900 },
  statuses: ['B'],
  state: { status: 'B', power: 0, energy: 0 },
  show: ({ power = 0, energy = 0 }, put) => {
    put.holding(102, 0);
    put.holding(1_012, power);
    put.holding(1_020, ...i32(energy).toReversed());
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    state.enabled = value > 0;
    if (value > 0) state.current = Math.round(value / 69) / 10;
    return code !== 16 || address !== 102 || value > 6_900 ? `${code} ${address} ${value}` : undefined;
  },
  spoil: (put) => put.holding(1_020, 0, 0x8001),
};

describe('lambda', () => {
  for (const { title, run } of chargerContract(chargerPeer(LAMBDA))) test(title, run);

  test('hears the surplus again before it forgets it', async () => {
    const { device, pass, writes, end } = await startCharger(LAMBDA);
    await pass(0);
    await device.setMaxCurrent(10, soon());
    await device.enable(true, soon());
    await pass(25_000);
    assert.deepEqual(writes(), [
      [16, 102, 6_900],
      [16, 102, 6_900],
    ]);
    await end();
  });
});
