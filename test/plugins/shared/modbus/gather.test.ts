import assert from 'node:assert/strict';
import { test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import { gatherReads } from '../../../../plugins/shared/modbus/gather.ts';
import { createModbusPool } from '../../../../plugins/shared/modbus/pool.ts';
import { deviceContext } from '../../../contract/index.ts';
import { eventually } from '../../../contract/peer.ts';
import { startModbusDevice } from '../../../helpers/modbus-device.ts';

async function start(limits?: Parameters<typeof gatherReads>[1]) {
  const box = await startModbusDevice();
  for (let address = 0; address < 30; address += 1) box.set('holding', address, [address]);
  const pool = createModbusPool({ clock: systemClock });
  const link = gatherReads(pool.open({ host: box.host, port: box.port }, deviceContext()), limits);
  const asked = () => box.requests.map(({ address, count }) => [address, count]);
  const end = async () => {
    await pool.close();
    await box.close();
  };
  const values = (bytes: Buffer) => [...bytes].filter((_, index) => index % 2 === 1);
  return { box, link, asked, end, values };
}

test('reads of one moment that touch or overlap are one request', async () => {
  const { link, asked, values, end } = await start();
  const signal = AbortSignal.timeout(5_000);
  const ranges = [
    [4, 2],
    [0, 2],
    [2, 2],
    [3, 1],
    [7, 1],
  ] as const;
  const all = await Promise.all(ranges.map(([address, count]) => link.read('holding', address, count, signal)));
  assert.deepEqual(all.map(values), [[4, 5], [0, 1], [2, 3], [3], [7]]);
  assert.deepEqual(asked(), [
    [0, 6],
    [7, 1],
  ]);
  await link.read('holding', 6, 1, signal);
  assert.deepEqual(asked().at(-1), [6, 1]);
  await end();
});

test('what may lie between them is read along', async () => {
  const { link, asked, end } = await start({ length: 10, gap: 4 });
  const signal = AbortSignal.timeout(5_000);
  await Promise.all([0, 5, 9, 14].map((address) => link.read('holding', address, 1, signal)));
  assert.deepEqual(asked(), [
    [0, 10],
    [14, 1],
  ]);
  await end();
});

test('reads that may end at different times stay apart', async () => {
  const { link, asked, end } = await start();
  const [one, other] = [AbortSignal.timeout(5_000), AbortSignal.timeout(5_000)];
  await Promise.all([link.read('holding', 0, 1, one), link.read('holding', 1, 1, other)]);
  assert.deepEqual(asked(), [
    [0, 1],
    [1, 1],
  ]);
  await end();
});

test('what is refused as a whole is asked one by one, from then on', async () => {
  const { box, link, asked, values, end } = await start();
  box.unit().holding.delete(1);
  const read = () => {
    const signal = AbortSignal.timeout(5_000);
    return Promise.allSettled([0, 1, 2].map((address) => link.read('holding', address, 1, signal)));
  };
  for (let turn = 0; turn < 2; turn += 1) {
    const [first, second, third] = await read();
    assert.deepEqual(first?.status === 'fulfilled' && values(first.value), [0]);
    assert.equal(second?.status === 'rejected' && second.reason.code, 'EVCC_DEVICE_PROTOCOL');
    assert.deepEqual(third?.status === 'fulfilled' && values(third.value), [2]);
  }
  assert.deepEqual(asked(), [[0, 3], ...[0, 1, 2, 0, 1, 2].map((address) => [address, 1])]);
  await end();
});

test('a device that does not answer is not asked again for each of them', async () => {
  const { box, link, asked, end } = await start();
  await box.fail('hang');
  const caller = new AbortController();
  const reads = Promise.allSettled([0, 1].map((address) => link.read('holding', address, 1, caller.signal)));
  await eventually(() => assert.equal(box.requests.length, 1));
  caller.abort();
  for (const result of await reads) {
    assert.equal(result.status === 'rejected' && result.reason.code, 'EVCC_DEVICE_UNAVAILABLE');
  }
  assert.deepEqual(asked(), [[0, 2]]);
  await end();
});
