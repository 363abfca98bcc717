import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { f32, i32 } from '../../../helpers/modbus-device.ts';
import { chargerPeer, soon, startCharger } from '../../../helpers/register-charger.ts';
import { ALFEN } from './fixtures.ts';

describe('alfen', () => {
  for (const { title, run } of chargerContract(chargerPeer(ALFEN))) test(title, run);

  test('repeats the last set-point before it is over, and none before there was one', async () => {
    const { device, pass, writes, end } = await startCharger(ALFEN);
    await pass(0);
    await pass(25_000);
    assert.deepEqual(writes(), []);
    await device.setMaxCurrent(10, soon());
    await device.enable(true, soon());
    await device.enable(false, soon());
    await pass(25_000);
    await pass(25_000);
    const off = [16, 1_210, 0, 0];
    assert.deepEqual(writes(), [[16, 1_210, ...f32(10)], off, off, off]);
    await end();
  });

  test('shows what it offers when the set-point is over', async () => {
    const { device, put, set, end } = await startCharger(ALFEN);
    set({ status: 'B', enabled: false });
    put.holding(1_206, ...f32(6), ...i32(0), ...f32(0));
    const { enabled, maxCurrent } = await device.read(soon());
    assert.deepEqual({ enabled, maxCurrent }, { enabled: true, maxCurrent: 6 });
    await end();
  });

  test('phases that are not wired have no current', async () => {
    const { device, put, set, end } = await startCharger(ALFEN);
    set({ status: 'C', enabled: true });
    put.holding(320, ...[9.5, Number.NaN, Number.NaN].flatMap(f32));
    assert.deepEqual((await device.read(soon())).currents, [9.5, 0, 0]);
    await end();
  });

  test('a car that is ready and gets nothing is connected', async () => {
    const { device, put, end } = await startCharger(ALFEN);
    put.holding(1_201, 0x4331, 0);
    assert.equal((await device.read(soon())).status, 'B');
    await end();
  });

  test('takes E for no cable, as some firmware says it', async () => {
    const { device, put, end } = await startCharger(ALFEN);
    put.holding(1_201, 0x4500);
    assert.equal((await device.read(soon())).status, 'A');
    await end();
  });

  test('a station that is not told so cannot switch phases', async () => {
    const { device, end } = await startCharger(ALFEN, { phaseSwitching: false });
    assert.equal(device.setPhases, undefined);
    assert.equal((await device.read(soon())).phases, undefined);
    await end();
  });
});
