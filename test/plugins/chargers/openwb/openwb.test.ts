import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { Clock } from '../../../../core/index.ts';
import openwb, { type OpenwbChargerOptions } from '../../../../plugins/chargers/openwb/index.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { eventually, inTime } from '../../../contract/peer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { untilItFails } from '../../../helpers/until-it-fails.ts';
import { type OpenwbState, type Software, startOpenwb, topicsOf } from './fixtures.ts';

/** Pauses of reconnection and waiting are shorter here than in a house. */
const hasty: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 20, run) };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(software: Software, options: Partial<OpenwbChargerOptions> = {}, clock = hasty) {
  const hardware = await startOpenwb(software);
  return { ...hardware, ...(await control(hardware, software, options, clock)) };
}

async function control(
  { box }: Pick<Awaited<ReturnType<typeof startOpenwb>>, 'box'>,
  software: Software,
  options: Partial<OpenwbChargerOptions> = {},
  clock: Clock = hasty,
) {
  const plugin = await applyPlugin(openwb, undefined, { clock: hasty });
  const given = { host: box.host, software, phaseSwitching: true, ...options };
  const device = await plugin.chargers.create('openwb', given, { clock });
  ends.push(
    box.close,
    () => plugin.remove(),
    () => device.close?.(),
  );
  return { device };
}

const peer = (software: Software) => async (): Promise<ChargerPeer> => {
  const { box, state, device, show, spoil, commands, heartbeats, violations } = await start(software);
  // It begins by pausing a box at which nobody charges.
  await eventually(() => assert.ok(heartbeats() > 0));
  const known = Object.keys(state);
  return {
    device,
    state: () => state,
    set: async (wanted) => {
      for (const [key, value] of Object.entries(wanted))
        if (known.includes(key)) Object.assign(state, { [key]: value });
      await show();
    },
    writes: commands,
    violations: () => violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: async (fault) => {
      const [topic = ''] = Object.keys(topicsOf(software, state)).filter((name) => /power|\/W$/.test(name));
      if (fault === 'refuse' || fault === 'hang') await box.fail(fault);
      else await spoil({ [topic]: fault === 'garbage' ? '<html>' : 'null' });
      await untilItFails(device, fault);
    },
    recover: async () => {
      await box.recover();
      await spoil({});
    },
    connections: box.connections,
    close: box.close,
  };
};

describe('openwb 2.x', () => {
  for (const { title, run } of chargerContract(peer('2.x'))) test(title, run);
});
describe('openwb 1.9', () => {
  for (const { title, run } of chargerContract(peer('1.9'))) test(title, run);
});

describe.each(['2.x', '1.9'] as const)('an openWB %s', (software) => {
  const pause = software === '2.x' ? 20_000 : 5_000;

  test('hears a heartbeat, and again what it was told', async () => {
    const clock = new FakeClock();
    const { device, box, heartbeats } = await start(software, {}, clock);
    await clock.advance(0);
    await eventually(() => assert.equal(heartbeats(), 1));
    await device.setMaxCurrent(10, inTime());
    await device.enable(true, inTime());
    const before = box.received.length;
    await eventually(() => assert.equal(clock.pending, 1));
    await clock.advance(pause);
    await eventually(() => assert.equal(heartbeats(), 2));
    assert.deepEqual(
      box.received.slice(before).map(({ topic, payload }) => [topic.split('/').at(-1), payload.slice(0, 2)]),
      software === '2.x'
        ? [
            ['set_current', '10'],
            ['global_data', '{"'],
          ]
        : [
            ['Current', '10'],
            ['heartbeat', '1'],
          ],
    );
    await device.close?.();
    assert.equal(clock.pending, 0);
  });

  test.each([
    ['B', false],
    ['C', true],
  ] as const)('is not switched on by evcc that comes back, in status %s', async (status, enabled) => {
    const hardware = await startOpenwb(software);
    Object.assign(hardware.state, { status, enabled: true, current: 16 } satisfies Partial<OpenwbState>);
    await hardware.show();
    await control(hardware, software);
    await eventually(() => assert.ok(hardware.heartbeats() > 0));
    assert.equal(hardware.state.enabled, enabled);
  });

  test('is not paused by its first heartbeat when it was enabled before that', async () => {
    const clock = new FakeClock();
    const { device, state, heartbeats } = await start(software, {}, clock);
    await device.enable(true, inTime());
    await clock.advance(0);
    await eventually(() => assert.equal(heartbeats(), 1));
    assert.equal(state.enabled, true);
  });

  test('takes another current in the middle of a charge that was there before evcc', async () => {
    const hardware = await startOpenwb(software);
    Object.assign(hardware.state, { status: 'C', enabled: true, current: 16 } satisfies Partial<OpenwbState>);
    await hardware.show();
    const { device } = await control(hardware, software);
    assert.equal((await device.read(inTime())).enabled, true);
    await device.setMaxCurrent(6, inTime());
    await eventually(() => assert.equal(hardware.state.current, 6));
  });

  test('without values of its phases is read all the same', async () => {
    const { device, spoil, state } = await start(software);
    const names = Object.keys(topicsOf(software, state)).filter((name) =>
      /oltages|VPhase|currents|APhase|imported|kWh/.test(name),
    );
    await spoil(Object.fromEntries(names.map((name) => [name, 'null'])));
    await eventually(async () => {
      const { currents, voltages, energy, status } = await device.read(inTime());
      assert.deepEqual([currents, voltages, energy, status], [undefined, undefined, undefined, 'A']);
    });
  });

  test('whose phases cannot be switched has no such command', async () => {
    const { device } = await start(software, { phaseSwitching: false });
    assert.equal(device.setPhases, undefined);
    assert.equal((await device.read(inTime())).phases, undefined);
  });

  test('has a second charge point', async () => {
    const { device, violations } = await start(software, { chargePoint: 2 });
    await device.setPhases?.(1, inTime());
    await device.wakeUp?.(inTime());
    assert.deepEqual(
      violations.map((topic) => topic.replace(/^openWB\/set\//, '')),
      software === '2.x'
        ? [
            'internal_chargepoint/1/data/phases_to_use',
            'internal_chargepoint/1/data/trigger_phase_switch',
            'internal_chargepoint/1/data/cp_interruption_duration',
          ]
        : ['isss/U1p3pLp2', 'isss/Cpulp2'],
    );
  });
});

test('an openWB 2.x says which card was used', async () => {
  const { device, state, show } = await start('2.x');
  state.identifier = '0004711';
  await show();
  await eventually(async () => assert.equal((await device.read(inTime())).identifier, '0004711'));
});

test('an openWB 1.9 without a sign of life is offline', async () => {
  const clock = new FakeClock(systemClock.now());
  const { device } = await start('1.9', {}, clock);
  await device.read(inTime());
  clock.jump(clock.now() + 20_000);
  await assert.rejects(device.read(inTime()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /^openWB [\d.:]+: it gives no sign of life$/,
  });
});
