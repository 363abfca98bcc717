import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import tasmota from '../../../../plugins/chargers/tasmota/index.ts';
import { chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, type SimulatedHttpCharger, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { isOn, powerOf } from '../switches.ts';

/** A socket with a meter and a password. */
const simulated: SimulatedHttpCharger = {
  plugin: tasmota,
  type: 'tasmota',
  options: { password: 'hush&hush' },
  secrets: ['hush&hush', 'hush%26hush'],
  faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
  statuses: ['B', 'C'],
  state: { power: 2_000, energy: 812_400 },
  serve: (box, model) => {
    const { state, command } = model;
    box.route('GET /cm', ({ query }) => {
      if (query.get('user') !== 'admin' || query.get('password') !== 'hush&hush') {
        return { json: { WARNING: 'Need user=<username>&password=<password>' } };
      }
      const cmnd = query.get('cmnd');
      if (cmnd !== 'Status 0') command({ enabled: cmnd === 'Power1 on' });
      const POWER = isOn(model) ? 'ON' : 'OFF';
      if (cmnd !== 'Status 0') return { json: { POWER } };
      const ENERGY = {
        TotalStartTime: '2024-01-01T00:00:00',
        Total: (state.energy ?? 0) / 1_000,
        Power: powerOf(model),
        Voltage: 230,
        Current: powerOf(model) / 230,
      };
      return {
        json: {
          StatusSTS: { POWER: model.invalid ? null : POWER },
          StatusSNS: { Time: '2025-06-01T12:00:00', ENERGY },
        },
      };
    });
  },
};

describe('tasmota', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(simulated))) test(title, run);
});

async function begin(t: TestContext, options: object = {}) {
  const charger = await startHttpCharger(simulated, options);
  t.onTestFinished(charger.end);
  return charger;
}

test('one request reads everything, one switches', async (t) => {
  const { device, box } = await begin(t);
  await device.read(soon());
  await device.enable(true, soon());
  await device.enable(false, soon());
  assert.deepEqual(
    box.requests.map(({ query }) => query.get('cmnd')),
    ['Status 0', 'Power1 on', 'Power1 off'],
  );
});

test('a wrong password is one, although the status is 200', async (t) => {
  const { device } = await begin(t, { password: 'wrong' });
  for (const run of [() => device.read(soon()), () => device.enable(true, soon())]) {
    await assert.rejects(run, { code: 'EVCC_DEVICE_AUTH', message: /^http:.*: user or password were refused$/ });
  }
});

const of = (StatusSTS: object, ENERGY?: object) => ({ json: { StatusSTS, StatusSNS: { ENERGY } } });

describe('answers', () => {
  test('of several relays, the one is taken with its meter', async (t) => {
    const { device, box } = await begin(t, { channel: 2 });
    const energy = { Power: [1, 2_000], Total: [5, 6.5], Voltage: 230, Current: [0, 8.7] };
    box.route('GET /cm', of({ POWER1: 'OFF', POWER2: 'ON' }, energy));
    assert.deepEqual(await device.read(soon()), {
      status: 'C',
      enabled: true,
      power: 2_000,
      energy: 6_500,
      currents: [8.7, 0, 0],
      voltages: [230, 0, 0],
    });
  });

  test('without a meter it is on or off', async (t) => {
    const { device, box } = await begin(t);
    box.route('GET /cm', of({ POWER1: 'ON' }));
    assert.deepEqual(await device.read(soon()), { status: 'C', enabled: true });
  });

  for (const [name, answer, text] of [
    ['another relay', of({ POWER3: 'ON' }), /POWER2 is missing/],
    ['too few meters', of({ POWER2: 'ON' }, { Power: [5] }), /Power has too few values/],
    ['no relays', { json: {} }, /StatusSTS is missing/],
  ] as const) {
    test(`${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t, { channel: 2 });
      box.route('GET /cm', answer);
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
    });
  }

  test('a relay that does not switch is an error', async (t) => {
    const { device, box } = await begin(t);
    box.route('GET /cm', { json: { POWER: 'OFF' } });
    await assert.rejects(device.enable(true, soon()), { message: /the relay did not switch/ });
  });
});
