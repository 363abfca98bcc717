import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { Clock } from '../../../../core/index.ts';
import pulsatrix from '../../../../plugins/chargers/pulsatrix/index.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { eventually, inTime } from '../../../contract/peer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { untilItFails } from '../../../helpers/until-it-fails.ts';
import type { WebSocketFault } from '../../../helpers/websocket-device.ts';
import { startPulsatrix } from './fixtures.ts';

/** Pauses of reconnection are shorter here than in a house. */
const hasty: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 50, run) };
const plugin = await applyPlugin(pulsatrix);
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start({ clock = hasty, vehicleStatus = 'A' }: { clock?: Clock; vehicleStatus?: string } = {}) {
  const box = await startPulsatrix();
  if (vehicleStatus === 'C') box.hardware.enabled = true;
  box.status.vehicleStatus = vehicleStatus;
  const device = await plugin.chargers.create('pulsatrix', { host: box.device.host }, { clock });
  ends.push(box.device.close, () => device.close?.());
  return { box, device };
}

async function peer(): Promise<ChargerPeer> {
  const { box, device } = await start();
  const { status, hardware } = box;
  return {
    device,
    statuses: ['A', 'B', 'C', 'E', 'F'],
    state: () => ({
      status: status.vehicleStatus as 'A',
      enabled: hardware.enabled,
      current: status.amperageLimit as number,
      phases: hardware.phases,
      power: status.lastActivePower as number,
      currents: status.amperage as [number, number, number],
      voltages: status.voltage as [number, number, number],
      energy: (status.energyImported as number) * 1_000,
    }),
    set: ({ status: letter, enabled, current, phases, power, currents, voltages, energy }) => {
      if (enabled !== undefined) hardware.enabled = enabled;
      if (phases !== undefined) hardware.phases = phases;
      box.change({
        ...(letter && { vehicleStatus: letter }),
        ...(current !== undefined && { amperageLimit: current }),
        ...(power !== undefined && { lastActivePower: power }),
        ...(currents && { amperage: currents }),
        ...(voltages && { voltage: voltages }),
        ...(energy !== undefined && { energyImported: energy / 1_000 }),
      });
    },
    writes: box.commands,
    violations: () => box.violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: async (fault) => {
      if (fault === 'invalid') box.change({ lastActivePower: null });
      else await box.device.fail(fault as WebSocketFault);
      await untilItFails(device, fault);
    },
    recover: async () => {
      box.status.lastActivePower ??= 0;
      await box.device.recover();
    },
    connections: box.device.connections,
    close: box.device.close,
  };
}

describe('pulsatrix', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('a pulsatrix', () => {
  test.each([
    ['B', false],
    ['C', true],
  ])(
    'stays as it is when evcc starts, in status %s, and hears that again and again',
    async (vehicleStatus, enabled) => {
      const clock = new FakeClock();
      const { box, device } = await start({ clock, vehicleStatus });
      await device.read(inTime());
      await clock.advance(0);
      await eventually(() => assert.deepEqual(box.device.received, [`setEnabled\n${enabled}`]));
      box.change({ lastActivePower: 0 });
      await device.enable(!enabled, inTime());
      await eventually(() => assert.equal(box.device.received.length, 2));
      for (const power of [1, 2, 3]) {
        await clock.advance(26_000);
        box.change({ lastActivePower: power });
        await eventually(async () => assert.equal((await device.read(inTime())).power, power));
      }
      await clock.advance(1_999);
      assert.equal(box.device.received.length, 2);
      await clock.advance(1);
      await eventually(() => assert.equal(box.device.received.at(2), `setEnabled\n${!enabled}`));
    },
  );

  test('hears on a new connection that it is disabled, which may have been lost with the one before', async () => {
    const clock = new FakeClock();
    const { box, device } = await start({ clock });
    await device.enable(false, inTime());
    await clock.advance(0);
    await eventually(() => assert.deepEqual(box.device.received, ['setEnabled\nfalse', 'setEnabled\nfalse']));
    box.hardware.enabled = true;
    await box.device.fail('refuse');
    await box.device.recover();
    const begin = clock.now();
    await eventually(async () => {
      await clock.advance(50);
      assert.equal(box.hardware.enabled, false);
    });
    assert.ok(clock.now() - begin < 79_000, 'it is not the command that is repeated');
  });

  test('says what it does not know in a way of its own', async () => {
    const { box, device } = await start();
    box.change({ amperage: [null, 0, 0], energyImported: null, amperageLimit: null });
    await eventually(async () => {
      const { currents, energy, voltages } = await device.read(inTime());
      assert.deepEqual([currents, energy, voltages], [undefined, undefined, [230.1, 229.8, 230.4]]);
    });
  });

  test('that is silent for 15 s is offline', async () => {
    const clock = new FakeClock();
    const { device } = await start({ clock });
    await device.read(inTime());
    clock.jump(clock.now() + 15_001);
    await assert.rejects(device.read(inTime()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /^WebSocket ws:\/\/[\d.:]+\/api\/ws: it gives no sign of life$/,
    });
    await assert.rejects(device.enable(true, inTime()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
  });

  test.each([{ vehicleStatus: 'X' }, { vehicleStatus: 7 }, { lastActivePower: 'much' }, { amperage: 'much' }])(
    'that says %o is not understood',
    async (wrong) => {
      const { box, device } = await start();
      box.change(wrong);
      await eventually(() => assert.rejects(device.read(inTime()), { code: 'EVCC_DEVICE_PROTOCOL' }));
    },
  );
});
