import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { box as simulated } from './fixtures.ts';

describe('smartevse', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(simulated))) test(title, run);
});

async function begin(t: TestContext, options: object = {}) {
  const charger = await startHttpCharger(simulated, options);
  t.onTestFinished(charger.end);
  return charger;
}

test('the current is set before the box is switched on, and the mode only when it is another', async (t) => {
  const { device, asked } = await begin(t);
  await device.read(soon());
  await device.setMaxCurrent(7.5, soon());
  await device.enable(true, soon());
  await device.setMaxCurrent(10, soon());
  await device.enable(false, soon());
  await device.setPhases?.(1, soon());
  assert.deepEqual(
    asked().filter((path) => path.includes('?')),
    ['override_current=75', 'mode=1', 'override_current=100', 'mode=4', 'enable_C2=1'].map((set) => `/settings?${set}`),
  );
});

test('a current that the box does not allow is an error', async (t) => {
  const { device } = await begin(t);
  await device.enable(true, soon());
  await assert.rejects(device.setMaxCurrent(40, soon()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /^http:\/\/127\.0\.0\.1:\d+: the charger does not allow override_current=400$/,
  });
});

test('a pause is sent though the box seemed to be paused', async (t) => {
  const { device, box, asked } = await begin(t);
  box.route('GET /settings', { json: { ...STATUS, mode_id: 4 } });
  await device.read(soon());
  await device.enable(false, soon());
  assert.deepEqual(asked().slice(-1), ['/settings?mode=4']);
});

test('without a second contactor phases are not switched', async (t) => {
  assert.equal((await begin(t, { phaseSwitching: false })).device.setPhases, undefined);
});

const STATUS = {
  mode_id: 1,
  car_connected: true,
  evse: { state_id: 1 },
  settings: { charge_current: 160, override_current: 0 },
};

describe('answers', () => {
  for (const [name, change, expected] of [
    ['without override the setting counts', {}, { status: 'B', enabled: true, maxCurrent: 16 }],
    ['off', { mode_id: 0 }, { enabled: false, maxCurrent: undefined }],
    ['in solar mode it may charge', { mode_id: 2 }, { enabled: true }],
    ['no car, whatever the state', { car_connected: false, evse: { state_id: 2 } }, { status: 'A' }],
    ['charging stops (C1)', { evse: { state_id: 10 } }, { status: 'C' }],
    ['agreed upon (COMM_B)', { evse: { state_id: 4 } }, { status: 'B' }],
    ['agreed upon (COMM_C_OK)', { evse: { state_id: 7 } }, { status: 'C' }],
    ['a card', { evse: { state_id: 1, rfid_lastread: '04AB12' } }, { identifier: '04AB12' }],
    ['no meter', { ev_meter: { description: 'Disabled', import_active_power: 0 } }, { power: undefined }],
    ['two phases', { evse: { state_id: 1, nrofphases: 2 } }, { phases: undefined }],
  ] as const) {
    test(name, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /settings', { json: { ...STATUS, ...change } });
      const reading = await device.read(soon());
      for (const [key, value] of Object.entries(expected)) {
        assert.deepEqual(reading[key as keyof typeof reading], value, key);
      }
    });
  }

  for (const [name, change, text] of [
    ['no evse', { evse: undefined }, /evse is missing, not an object/],
    ['a state that is no number', { evse: { state_id: 'B' } }, /evse\.state_id is "B"/],
    ['no settings', { settings: 5 }, /settings is 5, not an object/],
    ['half a meter', { ev_meter: { description: 'x', currents: { L1: 5 } } }, /ev_meter\.currents\.L2 is missing/],
  ] as const) {
    test(`${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /settings', { json: { ...STATUS, ...change } });
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
    });
  }
});
