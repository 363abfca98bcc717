import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import myPv from '../../../../plugins/chargers/my-pv/index.ts';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, type SimulatedCharger, soon, startCharger } from '../../../helpers/register-charger.ts';

const ELWA: SimulatedCharger = {
  plugin: myPv,
  type: 'my-pv',
  statuses: ['B'],
  state: { status: 'B', power: 0, soc: 57 },
  show: ({ power = 0, soc = 0 }, put) => put.holding(1_000, power, soc * 10),
  take: ({ code, address, values: [value = 0] }, state) => {
    state.enabled = value > 0;
    if (value > 0) state.current = Math.round(value / 23) / 10;
    state.power = value;
    return code !== 6 || address !== 1_000 || value > 3_500 ? `${code} ${address} ${value}` : undefined;
  },
  spoil: (put) => put.holding(1_000, 60_000),
};

describe('my-pv', () => {
  for (const { title, run } of chargerContract(chargerPeer(ELWA))) test(title, run);

  test('is told its power again before it ends heating', async () => {
    const { device, pass, writes, end } = await startCharger(ELWA);
    await pass(0);
    await device.setMaxCurrent(10, soon());
    await device.enable(true, soon());
    await pass(10_000);
    assert.deepEqual(writes(), [
      [6, 1_000, 2_300],
      [6, 1_000, 2_300],
    ]);
    assert.deepEqual(await device.read(soon()), { status: 'C', enabled: true, power: 2_300, soc: 57 });
    await end();
  });

  test('a power that does not fit into its register is refused with its address', async () => {
    const { device, writes, end } = await startCharger(ELWA, { maxPower: 100_000 });
    await device.enable(true, soon());
    await assert.rejects(device.setMaxCurrent(400, soon()), {
      code: 'EVCC_NOT_SUPPORTED',
      message: /^Modbus .* unit 1, writing holding 1000: 92000 does not fit into u16$/,
    });
    assert.deepEqual(writes(), [[6, 1_000, 23]]);
    await end();
  });
});
