import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import shelly from '../../../../plugins/chargers/shelly/index.ts';
import { chargerContract } from '../../../contract/index.ts';
import { startDigest } from '../../../helpers/digest-device.ts';
import { httpChargerPeer, type SimulatedHttpCharger, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { isOn, powerOf } from '../switches.ts';

/** A Shelly Plug S of generation 1; its counter is in Wmin. */
const first: SimulatedHttpCharger = {
  plugin: shelly,
  type: 'shelly',
  statuses: ['B', 'C'],
  state: { power: 2_000, energy: 48_200 },
  serve: (box, model) => {
    const { state, command } = model;
    box.route('GET /shelly', { json: { type: 'SHPLG-S', auth: false } });
    box.route('GET /status', () => ({
      json: {
        relays: [{ ison: model.invalid ? null : isOn(model) }],
        meters: [{ power: powerOf(model), is_valid: true, total: (state.energy ?? 0) * 60 }],
      },
    }));
    box.route('GET /relay/0', ({ query }) => {
      const on = query.get('turn') === 'on';
      command({ enabled: on });
      return { json: { ison: on } };
    });
  },
};

/** A Plus Plug S of generation 2 with a password. */
const later: SimulatedHttpCharger = {
  plugin: shelly,
  type: 'shelly',
  options: { password: 'hush-hush' },
  secrets: ['hush-hush'],
  faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
  statuses: ['B', 'C'],
  state: { power: 2_000, energy: 48_200 },
  serve: (box, model) => {
    const { state, command } = model;
    const realm = 'shellyplusplugs-0123456789ab';
    const { guard } = startDigest({ realm, user: 'admin', password: 'hush-hush', algorithm: 'SHA-256' });
    box.route('GET /shelly', { json: { id: realm, gen: 2, auth_en: true } });
    const status = () => ({
      id: 0,
      source: 'HTTP_in',
      output: model.invalid ? null : isOn(model),
      apower: powerOf(model),
      voltage: 229.8,
      current: powerOf(model) / 229.8,
      aenergy: { total: state.energy },
    });
    box.route(
      'GET /rpc/Shelly.GetStatus',
      guard(() => ({ json: { 'switch:0': status() } })),
    );
    box.route(
      'GET /rpc/Switch.Set',
      guard(({ query }) => {
        command({ enabled: query.get('on') === 'true' });
        return { json: { was_on: false } };
      }),
    );
  },
};

describe('shelly of generation 1', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(first))) test(title, run);
});
describe('shelly of later generations', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(later))) test(title, run);
});

async function begin(t: TestContext, simulated: SimulatedHttpCharger, options: object = {}) {
  const charger = await startHttpCharger(simulated, options);
  t.onTestFinished(charger.end);
  return charger;
}

describe('a switch as charger', () => {
  test('its traits say what it is', async (t) => {
    const plain = await begin(t, first);
    assert.deepEqual(plain.device.traits, { switch: true, phases: 1, integrated: true });
    const { device } = await begin(t, first, { integrated: false, power: 1_150 });
    assert.deepEqual(device.traits, { switch: true, phases: 1, integrated: false, minCurrent: 5 });
    await assert.rejects(device.setMaxCurrent(6, soon()), { code: 'EVCC_NOT_SUPPORTED' });
  });

  test('it charges while it takes more than in standby', async (t) => {
    const { device, model } = await begin(t, first, { standbyPower: 100 });
    for (const [power, status] of [
      [100, 'B'],
      [101, 'C'],
    ] as const) {
      Object.assign(model.state, { status: 'C', enabled: true, power });
      const reading = await device.read(soon());
      assert.deepEqual([reading.status, reading.power], [status, power]);
    }
  });

  test('with a fixed power it charges while it is on', async (t) => {
    const { device } = await begin(t, first, { power: 800 });
    assert.equal((await device.read(soon())).power, 0);
    await device.enable(true, soon());
    const reading = await device.read(soon());
    assert.deepEqual([reading.status, reading.power], ['C', 800]);
  });

  test('without a meter it charges while it is on', async (t) => {
    const { device, box } = await begin(t, first);
    box.route('GET /status', { json: { relays: [{ ison: true }] } });
    assert.deepEqual(await device.read(soon()), { status: 'C', enabled: true });
  });
});

test('the generation is asked for once, and without the password', async (t) => {
  const { device, asked, box } = await begin(t, later);
  await device.enable(true, soon());
  await device.read(soon());
  assert.deepEqual(asked(), [
    '/shelly',
    '/rpc/Switch.Set?id=0&on=true',
    '/rpc/Switch.Set?id=0&on=true',
    '/rpc/Shelly.GetStatus',
    '/rpc/Shelly.GetStatus',
  ]);
  assert.equal(box.requests[0]?.headers.authorization, undefined);
});

describe('bad answers', () => {
  test('a relay that does not switch is an error', async (t) => {
    const { device, box } = await begin(t, first);
    box.route('GET /relay/0', { json: { ison: false } });
    await assert.rejects(device.enable(true, soon()), { message: /^http:.*: the relay did not switch/ });
  });

  test('so is one of a later generation, which does not say so itself', async (t) => {
    const { device, box } = await begin(t, later, { password: undefined });
    box.route('GET /rpc/Switch.Set', { json: { was_on: false } });
    box.route('GET /rpc/Shelly.GetStatus', { json: { 'switch:0': { output: false, apower: 0 } } });
    await assert.rejects(device.enable(true, soon()), { message: /^http:.*: the relay did not switch/ });
  });

  for (const [simulated, path, json, text] of [
    [first, '/status', { relays: [] }, /there is no relay 0/],
    [first, '/status', {}, /relays is missing/],
    [first, '/status', { relays: [{ ison: true }], meters: [{ power: 'x' }] }, /power is "x"/],
  ] as const) {
    test(`${path} with ${JSON.stringify(json)}`, async (t) => {
      const { device, box } = await begin(t, simulated);
      box.route(`GET ${path}`, { json });
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
    });
  }

  test('a device without the switch says so', async (t) => {
    const { device } = await begin(t, later, { channel: 3 });
    await assert.rejects(device.read(soon()), { message: /there is no switch 3/ });
  });
});
