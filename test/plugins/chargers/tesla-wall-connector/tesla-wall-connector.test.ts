import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import teslaWallConnector from '../../../../plugins/chargers/tesla-wall-connector/index.ts';
import { applyPlugin } from '../../../contract/index.ts';
import { type HttpFault, startHttpDevice } from '../../../helpers/http-device.ts';
import { soon } from '../../../helpers/register-charger.ts';

/** A connector in Europe that charges on three phases. */
const VITALS = {
  contactor_closed: true,
  vehicle_connected: true,
  session_s: 1_822,
  grid_v: 230.4,
  grid_hz: 49.98,
  vehicle_current_a: 16,
  currentA_a: 15.9,
  currentB_a: 16,
  currentC_a: 15.9,
  currentN_a: 0.1,
  voltageA_v: 230.1,
  voltageB_v: 231,
  voltageC_v: 229.7,
  session_energy_wh: 5_512.3,
  config_status: 5,
  evse_state: 11,
  current_alerts: [],
};
const IDLE = { contactor_closed: false, currentA_a: 0, currentB_a: 0, currentC_a: 0, voltageA_v: 2.1, voltageB_v: 0.9 };

async function begin(t: TestContext, change: object = {}) {
  const box = await startHttpDevice();
  box.route('GET /api/1/vitals', { json: { ...VITALS, ...change } });
  box.route('GET /api/1/lifetime', { json: { contactor_cycles: 12, energy_wh: 2_345_678, charge_starts: 40 } });
  const plugin = await applyPlugin(teslaWallConnector);
  const device = await plugin.chargers.create('tesla-wall-connector', { host: box.url.replace('http://', '') });
  t.onTestFinished(async () => {
    await plugin.remove();
    await box.close();
  });
  return { box, device };
}

test('while it charges it tells everything', async (t) => {
  const { device, box } = await begin(t);
  const { power, ...reading } = await device.read(soon());
  assert.ok(Math.abs((power ?? 0) - 11_006.82) < 0.01, `${power} W`);
  assert.deepEqual(reading, {
    status: 'C',
    enabled: true,
    currents: [15.9, 16, 15.9],
    voltages: [230.1, 231, 229.7],
    energy: 2_345_678,
    sessionEnergy: 5_512.3,
  });
  assert.ok(box.requests.every(({ method }) => method === 'GET'));
});

for (const [name, change, status] of [
  ['connected', { ...IDLE }, 'B'],
  ['nothing is connected', { ...IDLE, vehicle_connected: false }, 'A'],
] as const) {
  test(`${name}: ${status}, without the volts of an open contactor`, async (t) => {
    const { device } = await begin(t, change);
    const reading = await device.read(soon());
    assert.deepEqual([reading.status, reading.power, reading.voltages], [status, 0, undefined]);
  });
}

test('with split phase, the third line does not count', async (t) => {
  const { device } = await begin(t, {
    grid_v: 240,
    currentA_a: 40,
    currentB_a: 40,
    currentC_a: 3,
    voltageA_v: 120,
    voltageB_v: 120,
    voltageC_v: 121,
  });
  assert.equal((await device.read(soon())).power, 9_600);
});

test('it can be told nothing, and says so', async (t) => {
  const { device, box } = await begin(t);
  assert.deepEqual(device.traits, { switch: true });
  await device.enable(true, soon());
  for (const run of [() => device.enable(false, soon()), () => device.setMaxCurrent(6, soon())]) {
    await assert.rejects(run, { code: 'EVCC_NOT_SUPPORTED', message: /^http:.*only the car can$/ });
  }
  assert.equal(box.requests.length, 0);
});

describe('failures', () => {
  for (const [fault, code] of [
    ['refuse', 'EVCC_DEVICE_UNAVAILABLE'],
    ['reset', 'EVCC_DEVICE_UNAVAILABLE'],
    ['error', 'EVCC_DEVICE_UNAVAILABLE'],
    ['garbage', 'EVCC_DEVICE_PROTOCOL'],
    ['empty', 'EVCC_DEVICE_PROTOCOL'],
  ] as [HttpFault, string][]) {
    test(`"${fault}" is ${code}, and goes away`, async (t) => {
      const { device, box } = await begin(t);
      await box.fail(fault);
      await assert.rejects(device.read(soon()), { code });
      await box.recover();
      assert.equal((await device.read(soon())).status, 'C');
    });
  }

  for (const [change, text] of [
    [{ contactor_closed: 'perhaps' }, /contactor_closed is "perhaps"/],
    [{ currentB_a: null }, /currentB_a is null/],
    [{ vehicle_connected: undefined }, /vehicle_connected is missing/],
  ] as const) {
    test(`${JSON.stringify(change)} is an error with the address`, async (t) => {
      const { device, box } = await begin(t, change);
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
      await assert.rejects(device.read(soon()), { message: new RegExp(`GET ${box.url}/api/1/vitals`) });
    });
  }
});
