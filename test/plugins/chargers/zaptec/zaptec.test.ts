import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { Clock } from '../../../../core/index.ts';
import zaptec, { type ZaptecChargerOptions } from '../../../../plugins/chargers/zaptec/index.ts';
import { applyPlugin, type ChargerPeer, chargerContract } from '../../../contract/index.ts';
import { inTime } from '../../../contract/peer.ts';
import type { HttpFault } from '../../../helpers/http-device.ts';
import { CHARGER, PASSWORD, startZaptec, USER } from './fixtures.ts';

/** Ten seconds pass in ten milliseconds, so that a state is not used again for long. */
const hasty: Clock = { ...systemClock, now: () => systemClock.now() * 1_000 };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Partial<ZaptecChargerOptions> = {}, clock = hasty) {
  const zaptecService = await startZaptec();
  const { service } = zaptecService;
  const plugin = await applyPlugin(zaptec, undefined, { clock });
  const given = {
    user: USER,
    password: PASSWORD,
    charger: CHARGER,
    phaseSwitching: true,
    url: service.url,
    ...options,
  };
  const device = await plugin.chargers.create('zaptec', given, { clock });
  ends.push(service.close, () => plugin.remove());
  return { ...zaptecService, device };
}

async function peer(): Promise<ChargerPeer> {
  const { service, state, device, commands, violations } = await start();
  const number = (id: number): number => Number(state[id]);
  return {
    device,
    secrets: [PASSWORD, 'access-1'],
    state: () => ({
      status: (['F', 'A', 'B', 'C', 'F', 'B'] as const)[number(710)] ?? 'F',
      enabled: number(510) >= 6,
      current: number(510),
      phases: number(519) === 1 ? 1 : 3,
      power: number(513),
      currents: [number(507), number(508), number(509)],
      voltages: [number(501), number(502), number(503)],
    }),
    set: ({ status, enabled, current, phases, power, currents = [], voltages = [] }) => {
      if (status) state[710] = { A: '1', B: '2', C: '3', D: '3', E: '0', F: '0' }[status];
      if (current !== undefined) state[510] = String(current);
      if (enabled === false) state[510] = '0';
      if (phases !== undefined) state[519] = String(phases);
      if (power !== undefined) state[513] = String(power);
      for (const [index, value] of currents.entries()) state[507 + index] = String(value);
      for (const [index, value] of voltages.entries()) state[501 + index] = String(value);
    },
    writes: () => commands.length,
    violations: () => violations,
    faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
    fail: async (fault) => {
      if (fault === 'invalid') state[513] = 'NaN';
      else await service.fail(fault as HttpFault);
    },
    recover: async () => {
      if (state[513] === 'NaN') state[513] = '0';
      // A log-in that hangs is waited for by all: it ends with its connection.
      await service.fail('refuse');
      await service.recover();
    },
    connections: service.connections,
    close: service.close,
  };
}

describe('zaptec', () => {
  for (const { title, run } of chargerContract(peer)) test(title, run);
});

describe('the account of a zaptec', () => {
  test('gets a token once, and another one when it is refused', async () => {
    const { device, logins, expire } = await start({}, systemClock);
    await device.read(inTime());
    await device.enable(true, inTime());
    assert.equal(logins(), 1);
    expire();
    await device.enable(false, inTime());
    assert.equal(logins(), 2);
  });

  test('with a wrong password is refused', async () => {
    const { device } = await start({ password: 'wrong' });
    await assert.rejects(device.read(inTime()), {
      code: 'EVCC_DEVICE_AUTH',
      message: /^Zaptec: the credentials were refused \(invalid_grant\)/,
    });
  });

  test.each(['ftp://example.org/token', 'nowhere', null])('is not asked for at %s', async (endpoint) => {
    const { device, service } = await start();
    service.route('GET /.well-known/openid-configuration', { json: { token_endpoint: endpoint } });
    await assert.rejects(device.read(inTime()), { code: 'EVCC_DEVICE_PROTOCOL', message: /token_endpoint/ });
  });
});

describe('a zaptec', () => {
  test('is asked for its state every 10 s, and after a command', async () => {
    const { device, service } = await start({}, systemClock);
    const asked = () => service.requests.filter(({ path }) => path.endsWith('/state')).length;
    await device.read(inTime());
    await device.read(inTime());
    assert.equal(asked(), 1);
    await device.enable(true, inTime());
    assert.equal((await device.read(inTime())).enabled, true);
    assert.equal(asked(), 2);
  });

  test('is asked anew after a command whose answer was lost', async () => {
    const { device, service, state } = await start({}, systemClock);
    state[510] = '0';
    assert.equal((await device.read(inTime())).enabled, false);
    await service.fail('refuse');
    await assert.rejects(device.enable(true, inTime()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await service.recover();
    state[510] = '16';
    assert.equal((await device.read(inTime())).enabled, true);
  });

  test('that was stopped in the app goes on when it is enabled', async () => {
    const { device, state, commands } = await start();
    state[718] = '1';
    await device.enable(true, inTime());
    assert.deepEqual(commands, [{ maxChargeCurrent: 6 }, 507]);
    assert.equal(state[718], '0');
    await device.enable(false, inTime());
    assert.deepEqual(commands.slice(2), [{ maxChargeCurrent: 0 }]);
  });

  test('that has nothing to resume any more is enabled all the same', async () => {
    const { device, state, service, commands } = await start({}, systemClock);
    state[718] = '1';
    await device.read(inTime());
    state[718] = '0';
    await device.enable(true, inTime());
    assert.deepEqual(commands, [{ maxChargeCurrent: 6 }, 507]);
    service.route(`POST /api/chargers/${CHARGER}/update`, { status: 500, text: '{"Code":1}' });
    await assert.rejects(device.enable(false, inTime()), { code: 'EVCC_DEVICE_UNAVAILABLE', message: /status 500$/ });
  });

  test('of an installation that others balance says so', async () => {
    const { device, service } = await start();
    service.route(`POST /api/chargers/${CHARGER}/update`, { status: 403, text: '' });
    await assert.rejects(device.enable(true, inTime()), { code: 'EVCC_NOT_SUPPORTED', message: /load balancing/ });
  });

  test('that may not switch phases does not say how many it uses', async () => {
    const { device } = await start({ phaseSwitching: false });
    assert.equal(device.setPhases, undefined);
    assert.equal((await device.read(inTime())).phases, undefined);
  });

  test.each([
    ['offline', { [-2]: 'False' }, 'EVCC_DEVICE_UNAVAILABLE', /the charger is offline/],
    ['in mode 0', { 710: '0' }, 'EVCC_DEVICE_UNAVAILABLE', /the charger is offline/],
    ['in mode 42', { 710: '42' }, 'EVCC_DEVICE_PROTOCOL', /there is no operation mode 42/],
    ['without mode', { 710: undefined }, 'EVCC_DEVICE_PROTOCOL', /the operation mode \(710\) is missing/],
    ['without limit', { 510: '' }, 'EVCC_DEVICE_PROTOCOL', /the largest current \(510\) is missing/],
    ['with a current that is none', { 507: '1,5' }, 'EVCC_DEVICE_PROTOCOL', /ValueAsString is "1,5", not a number/],
  ] as const)('that is %s says so', async (_, wrong, code, message) => {
    const { device, state } = await start();
    Object.assign(state, wrong);
    await assert.rejects(device.read(inTime()), { code, message });
  });

  test('has an energy of the session', async () => {
    const { device, state } = await start();
    state[553] = '4.12';
    const { sessionEnergy, energy } = await device.read(inTime());
    assert.deepEqual([sessionEnergy, energy], [4_120, undefined]);
  });
});
