import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { AMPERFIED, CHARGING, ENERGY_CONTROL } from './fixtures.ts';

describe('heidelberg Energy Control over RTU', () => {
  for (const { title, run } of chargerContract(chargerPeer(ENERGY_CONTROL))) test(title, run);
});
describe('amperfied over Modbus TCP', () => {
  for (const { title, run } of chargerContract(chargerPeer(AMPERFIED))) test(title, run);
});

describe('heidelberg', () => {
  test('reads a box that charges', async () => {
    const { device, put, end } = await startCharger(ENERGY_CONTROL);
    put.input(4, ...CHARGING);
    put.holding(261, 100);
    assert.deepEqual(await device.read(soon()), {
      status: 'C',
      enabled: true,
      power: 6_900,
      currents: [10, 9.9, 10.1],
      voltages: [230, 231, 229],
      energy: 26 * 65_536 + 31_242,
      maxCurrent: 10,
    });
    await end();
  });

  test.each([6, 7])('a car that is ready and gets nothing, in state %s, is connected', async (state) => {
    const { device, put, end } = await startCharger(ENERGY_CONTROL);
    put.input(5, state);
    assert.equal((await device.read(soon())).status, 'B');
    await end();
  });

  test('keeps the box out of standby and its watchdog quiet', async () => {
    const { device, box, put, clock, writes, pass, end } = await startCharger(ENERGY_CONTROL);
    put.holding(257, 15_000, 0);
    const looks = () => box.requests.filter(({ address }) => address === 257).length;
    await pass(0);
    assert.deepEqual(writes(), [[16, 258, 4]]);
    assert.equal(looks(), 1);
    for (const expected of [2, 3]) {
      await pass(3_750);
      assert.equal(looks(), expected);
    }
    put.holding(257, 0);
    await pass(3_750);
    await pass(9_999);
    assert.equal(looks(), 4);
    await device.close?.();
    assert.equal(clock.pending, 0);
    await end();
  });

  test('wakes a car by a lock of ten seconds, which is no fault', async () => {
    const { device, put, set, writes, pass, end } = await startCharger(ENERGY_CONTROL);
    set({ status: 'B', enabled: true, current: 8 });
    await device.wakeUp?.(soon());
    put.holding(259, 0);
    put.input(5, 10);
    assert.deepEqual(await device.read(soon()).then(({ status, enabled }) => [status, enabled]), ['B', true]);
    const unlocked = () => writes().some(([, address, value]) => address === 259 && value === 1);
    await pass(0);
    for (const _ of [1, 2]) await pass(3_750);
    assert.ok(!unlocked());
    await pass(3_750);
    assert.ok(unlocked());
    await end();
  });

  test('a box that was left locked is not enabled, and is unlocked by enabling it', async () => {
    const { device, put, set, writes, end } = await startCharger(ENERGY_CONTROL);
    set({ status: 'F', enabled: true, current: 8 });
    put.holding(259, 0);
    assert.deepEqual(await device.read(soon()).then(({ status, enabled }) => [status, enabled]), ['F', false]);
    assert.deepEqual(writes(), []);
    await device.enable(true, soon());
    assert.deepEqual(writes(), [
      [16, 261, 60],
      [16, 259, 1],
    ]);
    await end();
  });

  test('closing it while it is locked unlocks it', async () => {
    const { device, writes, end } = await startCharger(ENERGY_CONTROL);
    await device.wakeUp?.(soon());
    await device.close?.();
    assert.deepEqual(writes().slice(-1), [[16, 259, 1]]);
    await end();
  });

  test('says which phases are on, but not while they are switched', async () => {
    const { device, put, end } = await startCharger(AMPERFIED);
    assert.equal((await device.read(soon())).phases, 3);
    put.input(5_001, 0);
    assert.equal((await device.read(soon())).phases, undefined);
    await end();
  });

  test('a value that cannot be is named', async () => {
    const { device, put, end } = await startCharger(ENERGY_CONTROL);
    put.input(6, 9_999);
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /unit 1, currentL1 \(input register 6\): 999.9 is more/,
    });
    await end();
  });

  test('an Energy Control cannot switch phases', async () => {
    await assert.rejects(startCharger(ENERGY_CONTROL, { phaseSwitching: true }), { code: 'EVCC_CONFIG_INVALID' });
  });
});
