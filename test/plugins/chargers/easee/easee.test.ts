import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { Clock } from '../../../../core/index.ts';
import easee, { type EaseeChargerOptions } from '../../../../plugins/chargers/easee/index.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { inTime } from '../../../contract/peer.ts';
import type { HttpFault } from '../../../helpers/http-device.ts';
import { type EaseeState, PASSWORD, type STATE, startEasee, USER } from './fixtures.ts';

/** Ten seconds pass in ten milliseconds, so that snapshots are not used again for long. */
const hasty: Clock = { ...systemClock, now: () => systemClock.now() * 1_000 };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Partial<EaseeChargerOptions> = {}, clock = hasty) {
  const easeeService = await startEasee();
  const { service } = easeeService;
  const plugin = await applyPlugin(easee, undefined, { clock });
  const given = { user: USER, password: PASSWORD, charger: 'EH123456', url: `${service.url}/api`, ...options };
  const create = () => plugin.chargers.create('easee', given, { clock });
  ends.push(service.close, () => plugin.remove());
  return { ...easeeService, create, device: await create() };
}

const MODES = { A: 1, B: 2, C: 3, D: 3, E: 5, F: 5 } as const;

async function peer(): Promise<ChargerPeer> {
  const { service, state, device, commands, violations } = await start();
  const numbers = state as Record<keyof typeof STATE, number>;
  return {
    device,
    secrets: [PASSWORD, 'access-1', 'refresh-1'],
    statuses: ['A', 'B', 'C', 'F'],
    state: () => ({
      status: (['F', 'A', 'B', 'C', 'B', 'F'] as const)[numbers.chargerOpMode] ?? 'F',
      enabled: numbers.dynamicChargerCurrent >= 6,
      current: numbers.dynamicChargerCurrent,
      power: numbers.totalPower * 1_000,
      currents: [numbers.inCurrentT3, numbers.inCurrentT4, numbers.inCurrentT5],
      voltages: [numbers.inVoltageT2T3, numbers.inVoltageT2T4, numbers.inVoltageT2T5],
    }),
    set: ({ status, enabled, current, power, currents, voltages }) => {
      if (status) numbers.chargerOpMode = MODES[status];
      if (current !== undefined) numbers.dynamicChargerCurrent = current;
      if (enabled === false) numbers.dynamicChargerCurrent = 0;
      if (power !== undefined) numbers.totalPower = power / 1_000;
      if (currents) [numbers.inCurrentT3, numbers.inCurrentT4, numbers.inCurrentT5] = currents;
      if (voltages) [numbers.inVoltageT2T3, numbers.inVoltageT2T4, numbers.inVoltageT2T5] = voltages;
    },
    writes: commands,
    violations: () => violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
    fail: async (fault) => {
      if (fault === 'invalid') state.chargerOpMode = null;
      else await service.fail(fault as HttpFault);
    },
    recover: async () => {
      state.chargerOpMode ??= 1;
      // A log-in that hangs is waited for by all: it ends with its connection.
      await service.fail('refuse');
      await service.recover();
    },
    connections: service.connections,
    close: service.close,
  };
}

describe('easee', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('the account of an easee', () => {
  test('is logged in once, and its token renewed when it is refused', async () => {
    const { device, create, logins, expire } = await start({}, systemClock);
    const other = await create();
    await Promise.all([device.read(inTime()), other.read(inTime())]);
    assert.deepEqual(logins, ['login']);
    expire();
    await device.setMaxCurrent(10, inTime());
    await device.enable(true, inTime());
    assert.deepEqual(logins, ['login', 'refresh']);
    expire(true);
    await device.enable(false, inTime());
    assert.deepEqual(logins, ['login', 'refresh', 'login']);
  });

  test('with a wrong password is refused', async () => {
    const { device } = await start({ password: 'wrong' });
    await assert.rejects(device.read(inTime()), {
      code: 'EVCC_DEVICE_AUTH',
      message: /^POST http:\/\/[\d.:]+\/api\/accounts\/login: user or password were refused$/,
    });
  });

  test('whose service answers without a token is not understood', async () => {
    const { device, service } = await start();
    service.route('POST /api/accounts/login', { json: { accessToken: null } });
    await assert.rejects(device.read(inTime()), { code: 'EVCC_DEVICE_PROTOCOL', message: /accessToken is null/ });
  });
});

describe('an easee', () => {
  test('is asked for a snapshot every 10 s, and after a command', async () => {
    const { device, service } = await start({}, systemClock);
    const snapshots = () => service.requests.filter(({ path }) => path.endsWith('/state')).length;
    await device.read(inTime());
    await device.read(inTime());
    assert.equal(snapshots(), 1);
    await device.enable(true, inTime());
    assert.equal((await device.read(inTime())).enabled, true);
    assert.equal(snapshots(), 2);
  });

  test('is asked anew after a command whose answer was lost', async () => {
    const { device, service, state } = await start({}, systemClock);
    assert.equal((await device.read(inTime())).enabled, false);
    await service.fail('refuse');
    await assert.rejects(device.enable(true, inTime()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await service.recover();
    state.dynamicChargerCurrent = 16;
    assert.equal((await device.read(inTime())).enabled, true);
  });

  test.each([
    ['offline', { isOnline: false }, 'EVCC_DEVICE_UNAVAILABLE', /the charger is offline/],
    ['in mode 0', { chargerOpMode: 0 }, 'EVCC_DEVICE_UNAVAILABLE', /the charger is offline/],
    ['in mode 42', { chargerOpMode: 42 }, 'EVCC_DEVICE_PROTOCOL', /there is no chargerOpMode 42/],
    ['without power', { totalPower: null }, 'EVCC_DEVICE_PROTOCOL', /totalPower is null, not a number/],
    ['without limit', { dynamicChargerCurrent: undefined }, 'EVCC_DEVICE_PROTOCOL', /dynamicChargerCurrent is missing/],
  ] as const)('that is %s says so', async (_, wrong, code, message) => {
    const { device, state } = await start();
    Object.assign(state, wrong satisfies Partial<EaseeState>);
    await assert.rejects(device.read(inTime()), { code, message });
  });

  test('waits for authorisation', async () => {
    const { device, state } = await start();
    state.chargerOpMode = 7;
    const { status, statusReason } = await device.read(inTime());
    assert.deepEqual([status, statusReason], ['B', 'waitingforauthorization']);
  });

  test('has an energy of the session, and one phase is one phase', async () => {
    const { device, state } = await start();
    Object.assign(state, { sessionEnergy: 4.12, inCurrentT3: 15.9, inCurrentT4: null, inCurrentT5: null });
    const { sessionEnergy, energy, currents } = await device.read(inTime());
    assert.deepEqual([sessionEnergy, energy, currents], [4_120, undefined, [15.9, 0, 0]]);
  });
});
