import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import warp from '../../../../plugins/chargers/warp/index.ts';
import { applyPlugin, chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, type SimulatedHttpCharger, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { smart, warp1, warp3 } from './fixtures.ts';

describe('warp 3 with login', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(warp3))) test(title, run);
});
describe('warp 1 with an old firmware and an energy manager', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(warp1))) test(title, run);
});

async function begin(t: TestContext, simulated: SimulatedHttpCharger) {
  const charger = await startHttpCharger(simulated);
  t.onTestFinished(charger.end);
  return charger;
}

test('a box without meter, cards and phase switching says nothing of them', async (t) => {
  const { device, asked } = await begin(t, smart);
  assert.deepEqual(await device.read(soon()), { status: 'A', enabled: false });
  assert.deepEqual(asked(), ['/info/features', '/evse/state', '/evse/external_enabled', '/evse/external_current']);
  assert.equal(device.setPhases, undefined);
});

test('commands are in mA and JSON, one at a time', async (t) => {
  const { device, box } = await begin(t, warp1);
  await device.setMaxCurrent(7.3, soon());
  await device.enable(true, soon());
  await device.setPhases?.(1, soon());
  await device.enable(false, soon());
  const puts = box.requests.filter(({ method }) => method === 'PUT');
  assert.deepEqual(
    puts.map(({ path, body }) => [path, body]),
    [
      ['/evse/external_current', '{"current":7300}'],
      ['/power_manager/external_control', '{"phases_wanted":1}'],
      ['/evse/external_current', '{"current":0}'],
    ],
  );
});

test('the card is known, and that it is waited for', async (t) => {
  const { device, box, model } = await begin(t, warp3);
  model.state.status = 'B';
  assert.equal((await device.read(soon())).identifier, '04:AB:CD');
  assert.equal((await device.read(soon())).statusReason, undefined);
  box.route('GET /evse/user_current', { json: { current: 0 } });
  assert.equal((await device.read(soon())).statusReason, 'waitingforauthorization');
  for (const charge of [{ user_id: -1, authorization_info: null }, { authorization_info: {} }]) {
    box.route('GET /charge_tracker/current_charge', { json: charge });
    assert.equal((await device.read(soon())).identifier, '');
  }
});

test('what the meter measures is asked for again when it changed', async (t) => {
  const { device, asked, box } = await begin(t, warp3);
  const idsAsked = () => asked().filter((path) => path === '/meters/0/value_ids').length;
  await device.read(soon());
  await device.read(soon());
  assert.equal(idsAsked(), 1);
  box.route('GET /meters/0/value_ids', { json: [74, 209] });
  box.route('GET /meters/0/values', { json: [1_500, null] });
  const reading = await device.read(soon());
  assert.equal(reading.power, 1_500);
  assert.deepEqual([reading.energy, reading.currents], [undefined, undefined]);
  assert.equal(idsAsked(), 1);
});

describe('phases cannot be switched', () => {
  for (const [state, text] of [
    [1, /external control of phases is switched off/],
    [2, /conditions for switching phases are not met/],
    [3, /it is just switching phases/],
    [9, /phases cannot be switched now/],
  ] as const) {
    test(`with external_control ${state}`, async (t) => {
      const { device, box, commands } = await begin(t, warp1);
      box.route('GET /power_manager/state', { json: { external_control: state } });
      await assert.rejects(async () => device.setPhases?.(1, soon()), {
        code: 'EVCC_DEVICE_UNAVAILABLE',
        message: text,
      });
      assert.equal(commands(), 0);
    });
  }
});

describe('bad answers', () => {
  for (const [name, path, json, code, text] of [
    [
      'external control is off',
      'evse/external_enabled',
      { enabled: false },
      'UNAVAILABLE',
      /external control is switched off/,
    ],
    ['a state that does not exist', 'evse/state', { iec61851_state: 7 }, 'PROTOCOL', /iec61851_state is 7/],
    ['a current that is none', 'evse/external_current', { current: '' }, 'PROTOCOL', /current is an empty text/],
    ['a meter without power', 'meter/values', {}, 'PROTOCOL', /meter\/values: power is missing/],
    [
      'a list that is none',
      'meter/all_values',
      {},
      'PROTOCOL',
      /meter\/all_values: the answer is an object, not a list/,
    ],
  ] as const) {
    test(name, async (t) => {
      const { device, box } = await begin(t, warp1);
      box.route(`GET /${path}`, { json });
      await assert.rejects(device.read(soon()), { code: `EVCC_DEVICE_${code}`, message: text });
      await assert.rejects(device.read(soon()), { message: new RegExp(box.url) });
    });
  }

  test('values of the meter that are not known now are absent', async (t) => {
    const { device, box } = await begin(t, warp1);
    box.route('GET /meter/all_values', { json: [null, null, null, 1] });
    const reading = await device.read(soon());
    assert.equal(reading.voltages, undefined);
    assert.deepEqual(reading.currents, [1, 0, 0]);
  });
});

test('a user without password is refused', async () => {
  const plugin = await applyPlugin(warp);
  await assert.rejects(plugin.chargers.create('warp', { host: 'x', user: 'me' }), { code: 'EVCC_CONFIG_INVALID' });
});
