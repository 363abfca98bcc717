import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import stiebel from '../../../../plugins/chargers/stiebel/index.ts';
import { chargerContract } from '../../../contract/index.ts';
import { chargerPeer, type SimulatedCharger, soon, startCharger } from '../../../helpers/register-charger.ts';

/** An ISG: SG Ready on, the two contacts, the temperatures of water and buffer in 0.1 °C. */
const ISG: SimulatedCharger = {
  plugin: stiebel,
  type: 'stiebel',
  options: { hold: 0 },
  statuses: ['B', 'C'],
  state: { status: 'B', soc: 48.5 },
  show: ({ status, soc = 0 }, put) => {
    put.holding(4_000, 1, status === 'C' ? 1 : 0, 0);
    put.input(517, 350);
    put.input(521, Math.round(soc * 10));
  },
  take: ({ address, values: [on, first, second] }, state) => {
    state.enabled = first === 1;
    state.status = state.enabled ? 'C' : 'B';
    return address !== 4_000 || on !== 1 || (first === 1 && second === 1) ? `${on}/${first}/${second}` : undefined;
  },
  spoil: (put) => put.input(521, 485),
};

describe('stiebel', () => {
  const peer = async () => {
    const { faults, ...rest } = await chargerPeer(ISG)();
    return { ...rest, faults: ['refuse', 'hang', 'garbage'] as const };
  };
  for (const { title, run } of chargerContract(peer)) test(title, run);

  test('is dimmed and boosted by its two contacts', async () => {
    const { device, writes, end } = await startCharger(ISG);
    await device.enable(true, soon());
    await device.dim?.(true, soon());
    await device.dim?.(false, soon());
    await device.enable(false, soon());
    assert.deepEqual(writes(), [
      [16, 4_000, 1, 1, 0],
      [16, 4_000, 1, 0, 1],
      [16, 4_000, 1, 1, 0],
      [16, 4_000, 1, 0, 0],
    ]);
    await end();
  });

  test.each([
    [{ temperature: 'buffer' }, 35],
    [{}, 48.5],
  ])('shows the temperature that is wanted: %o', async (options, soc) => {
    const { device, end } = await startCharger(ISG, options);
    assert.equal((await device.read(soon())).soc, soc);
    await end();
  });

  test('shows no temperature of a sensor that is not there', async () => {
    const { device, put, end } = await startCharger(ISG);
    put.input(521, 0x8000);
    assert.deepEqual(await device.read(soon()), { status: 'B', enabled: false });
    put.input(521, 65_536 - 600);
    assert.deepEqual(await device.read(soon()), { status: 'B', enabled: false });
    await end();
  });
});
