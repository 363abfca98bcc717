import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { box as simulated } from './fixtures.ts';

describe('openevse', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(simulated))) test(title, run);
});

async function begin(t: TestContext, options: object = {}) {
  const charger = await startHttpCharger(simulated, options);
  t.onTestFinished(charger.end);
  return charger;
}

test('currents, power and energies are those of the phases that are wired', async (t) => {
  for (const [phases, currents, power] of [
    [1, [9.98, 0, 0], 2_295.4],
    [3, [9.98, 9.98, 9.98], 6_886.2],
  ] as const) {
    const { device, model } = await begin(t, { phases });
    Object.assign(model.state, { status: 'C', enabled: true, current: 10 });
    const reading = await device.read(soon());
    assert.deepEqual(reading.currents, currents);
    assert.ok(Math.abs((reading.power ?? 0) - power) < 0.01);
    assert.equal(reading.sessionEnergy, 2_110);
    assert.equal(reading.maxCurrent, 10);
    assert.equal(device.traits?.phases, phases);
  }
});

test('an override always says everything, with user and password', async (t) => {
  const { device, box } = await begin(t);
  await device.setMaxCurrent(8, soon());
  await device.enable(true, soon());
  await device.setMaxCurrent(12, soon());
  await device.enable(false, soon());
  const posts = box.requests.filter(({ method }) => method === 'POST');
  assert.deepEqual(
    posts.map(({ body }) => JSON.parse(body)),
    [
      { state: 'active', charge_current: 8, auto_release: false },
      { state: 'active', charge_current: 12, auto_release: false },
      { state: 'disabled', auto_release: false },
    ],
  );
  const login = `Basic ${Buffer.from('admin:hush-hush').toString('base64')}`;
  assert.ok(box.requests.every(({ headers }) => headers.authorization === login));
});

const STATUS = { state: 2, status: 'active', vehicle: 1, pilot: 6 };

describe('answers', () => {
  for (const [state, vehicle, status] of [
    [0, 1, 'F'],
    [1, 0, 'A'],
    [2, 1, 'B'],
    [3, 1, 'C'],
    [4, 1, 'D'],
    [8, 1, 'F'],
    [254, 0, 'A'],
    [254, 1, 'B'],
    [255, 1, 'B'],
    [255, 0, 'A'],
  ] as const) {
    test(`state ${state} with vehicle ${vehicle} is ${status}`, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /status', { json: { ...STATUS, state, vehicle } });
      assert.deepEqual(await device.read(soon()), { status, enabled: true, maxCurrent: 6 });
    });
  }

  for (const [name, change, text] of [
    ['no state', { state: undefined }, /state is missing/],
    ['a pilot that is no number', { pilot: 'six' }, /pilot is "six"/],
    ['a status that is no text', { status: 1 }, /status is 1, not a text/],
  ] as const) {
    test(`${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /status', { json: { ...STATUS, ...change } });
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
    });
  }

  test('a box that locks logins for a while is left alone', async (t) => {
    const { device, box } = await begin(t);
    box.route('GET /status', { status: 429, headers: { 'retry-after': '30' }, text: '' });
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await assert.rejects(device.read(soon()), { message: /must not be asked for another 30 s/ });
    assert.equal(box.requests.length, 1);
  });
});
