import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import {
  chargerPeer,
  type SimulatedCharger,
  type StartedCharger,
  soon,
  startCharger,
} from '../../../helpers/register-charger.ts';
import { P30, P40 } from './fixtures.ts';

describe('keba P30', () => {
  for (const { title, run } of chargerContract(chargerPeer(P30))) test(title, run);
});
describe('keba P40', () => {
  for (const { title, run } of chargerContract(chargerPeer(P40))) test(title, run);
});

let charger: StartedCharger | undefined;
afterEach(async () => {
  await charger?.end();
  charger = undefined;
});
const start = async (simulated: SimulatedCharger, options?: object): Promise<StartedCharger> => {
  charger = await startCharger(simulated, options);
  return charger;
};

describe('a KEBA', () => {
  test('answers one value for each request', async () => {
    const { device, box } = await start(P30);
    await device.read(soon());
    assert.deepEqual([...new Set(box.requests.map(({ code, count }) => `${code}: ${count}`))], ['3: 2']);
  });

  test('is asked for what changes seldom in turn, and for all when a car comes', async () => {
    const { device, box, set } = await start(P30);
    const asked = async () => {
      const before = box.requests.length;
      await device.read(soon());
      return box.requests
        .slice(before)
        .flatMap(({ address }) => ([1_036, 1_500, 1_552].includes(address) ? address : []));
    };
    assert.deepEqual(await asked(), [1_036, 1_500, 1_552]);
    assert.deepEqual(await asked(), [1_500]);
    assert.deepEqual(await asked(), [1_552]);
    assert.deepEqual(await asked(), [1_036]);
    set({ status: 'B' });
    assert.deepEqual(await asked(), [1_036, 1_500, 1_552]);
  });

  test('says which card was used, and that it waits for one', async () => {
    const { device, set, put } = await start(P30);
    set({ status: 'B', enabled: true, identifier: '0a3b2c1d' });
    assert.equal((await device.read(soon())).identifier, '0a3b2c1d');
    put.holding(1_000, 0, 1);
    assert.equal((await device.read(soon())).statusReason, 'waitingforauthorization');
    set({ status: 'A' });
    assert.equal((await device.read(soon())).statusReason, undefined);
  });

  test('is told that evcc is there at half of its fail-safe timeout', async () => {
    const { put, pass, writes } = await start(P30);
    put.holding(1_602, 0, 60);
    await pass(60_000);
    assert.deepEqual(writes(), [[6, 5_018, 60]]);
    put.holding(1_602, 0, 60);
    await pass(30_000);
    assert.deepEqual(writes(), [
      [6, 5_018, 60],
      [6, 5_018, 60],
    ]);
  });
});

test('a P30 without a car is enabled as it was told, and disabled before', async () => {
  const { device } = await start(P30);
  assert.equal((await device.read(soon())).enabled, false);
  await device.enable(true, soon());
  assert.equal((await device.read(soon())).enabled, true);
});

test('phases of a P30 are switched over Modbus, which is told to it once', async () => {
  const { device, put, writes } = await start(P30);
  await device.setPhases?.(1, soon());
  assert.deepEqual(writes(), [
    [6, 5_050, 3],
    [6, 5_052, 0],
  ]);
  put.holding(1_550, 0, 3);
  await device.setPhases?.(3, soon());
  assert.deepEqual(writes().slice(2), [[6, 5_052, 1]]);
});

test('without the contactor it cannot switch phases, and is not asked for them', async () => {
  const { device, box } = await start(P30, { phaseSwitching: false });
  await device.read(soon());
  assert.equal(device.setPhases, undefined);
  assert.ok(!box.requests.some(({ address }) => address === 1_552));
});

test('a P40 before firmware 1.2.1 counts whole Wh', async () => {
  const { device, put, set } = await start(P40);
  set({ energy: 1_000 });
  put.holding(1_018, 0x0101, 0x0500);
  assert.equal((await device.read(soon())).energy, 10_000);
});

test.each([
  ['a state that does not exist', 1_000, 6],
  ['a cable that does not exist', 1_004, 8],
  ['a current of 200 A', 1_008, 200_000],
])('%s is no reading', async (_, address, value) => {
  const { device, put } = await start(P30);
  put.holding(address, value >>> 16, value & 0xffff);
  await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL' });
});
