import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { eventually } from '../../../contract/peer.ts';
import { chargerPeer, type StartedCharger, soon, startCharger } from '../../../helpers/register-charger.ts';
import { OPENWB } from './fixtures.ts';

describe('openwb-modbus', () => {
  for (const { title, run } of chargerContract(chargerPeer(OPENWB))) test(title, run);
});

let charger: StartedCharger | undefined;
afterEach(async () => {
  await charger?.end();
  charger = undefined;
});
const start = async (state: Partial<NonNullable<typeof OPENWB.state>> = {}, options?: object) => {
  charger = await startCharger({ ...OPENWB, state: { ...OPENWB.state, ...state } }, options);
  return charger;
};

describe('an openWB over Modbus', () => {
  test.each([
    ['B', [[6, 10_171, 0]]],
    ['C', []],
  ] as const)('is not switched on by evcc that comes back, in status %s', async (status, wanted) => {
    const { pass, writes, box } = await start({ status, enabled: true });
    await pass(0);
    assert.deepEqual(writes(), wanted);
    const before = box.requests.length;
    await pass(20_000);
    assert.ok(box.requests.length > before, 'it hears something every 20 s');
  });

  test('takes another current in the middle of a charge that was there before evcc', async () => {
    const { device, writes } = await start({ status: 'C', enabled: true, power: 11_000 });
    assert.equal((await device.read(soon())).enabled, true);
    await device.setMaxCurrent(6, soon());
    assert.deepEqual(writes().at(-1), [6, 10_171, 600]);
  });

  test('hears again what it was told', async () => {
    const { device, pass, writes } = await start({ status: 'B' });
    await pass(0);
    await device.setMaxCurrent(10.5, soon());
    await device.enable(true, soon());
    await pass(20_000);
    assert.deepEqual(writes().slice(1), [
      [6, 10_171, 1_050],
      [6, 10_171, 1_050],
    ]);
  });

  test('switches phases with two commands, and wakes up with one', async () => {
    const { device, writes } = await start({ status: 'C' });
    await device.setPhases?.(1, soon());
    await device.wakeUp?.(soon());
    assert.deepEqual(writes(), [
      [6, 10_180, 1],
      [6, 10_181, 1],
      [6, 10_198, 4],
    ]);
  });

  test('says which card was used', async () => {
    const { device, set } = await start();
    for (const [identifier, said] of [
      ['0004711', '0004711'],
      ['None', ''],
    ] as const) {
      set({ identifier });
      assert.equal((await device.read(soon())).identifier, said);
    }
  });

  test('has a second charge point', async () => {
    const { device, box } = await start({}, { chargePoint: 2, phaseSwitching: false });
    assert.equal(device.setPhases, undefined);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: /registers 10200 to 10209/ });
    await eventually(() => assert.ok(box.requests.every(({ address }) => address >= 10_200)));
  });
});
