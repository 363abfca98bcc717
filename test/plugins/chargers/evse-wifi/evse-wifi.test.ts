import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import { chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { box as simulated } from './fixtures.ts';

for (const fine of [true, false]) {
  describe(`evse-wifi with steps of ${fine ? '0.1' : '1'} A`, () => {
    for (const { title, run } of chargerContract(httpChargerPeer(simulated(fine)))) test(title, run);
  });
}

async function begin(t: TestContext, fine = true) {
  const charger = await startHttpCharger(simulated(fine));
  t.onTestFinished(charger.end);
  return charger;
}

test('steps and the largest current are those of the box', async (t) => {
  for (const [fine, step, commands] of [
    [true, 0.1, ['600', '1050', '0']],
    [false, 1, ['6', '10', '0']],
  ] as const) {
    const { device, asked } = await begin(t, fine);
    assert.deepEqual(device.traits, { minCurrent: 6, maxCurrent: 16, currentStep: step });
    await device.enable(true, soon());
    await device.setMaxCurrent(fine ? 10.5 : 10, soon());
    await device.enable(false, soon());
    assert.deepEqual(
      asked().filter((path) => path.startsWith('/set')),
      commands.map((current) => `/setCurrent?current=${current}`),
    );
  }
});

test('a command that the box does not take is an error', async (t) => {
  const { device, box } = await begin(t);
  box.route('GET /setCurrent', { text: 'E3_could not set current - internal error' });
  await assert.rejects(device.enable(true, soon()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /the charger did not take setCurrent\?current=600: E3_could not/,
  });
});

const PARAMETERS = { vehicleState: 2, actualCurrent: 6, alwaysActive: true, useMeter: false };
const of = (...list: unknown[]) => ({ json: { type: 'parameters', list } });

describe('answers', () => {
  test('without a meter nothing is measured', async (t) => {
    const { device, box } = await begin(t);
    box.route('GET /getParameters', of({ ...PARAMETERS, actualPower: 0, RFIDUID: '04AB' }));
    assert.deepEqual(await device.read(soon()), { status: 'B', enabled: true, maxCurrent: 6, identifier: '04AB' });
  });

  test('the counter of the session is in Wh', async (t) => {
    assert.equal((await (await begin(t)).device.read(soon())).sessionEnergy, 3_400);
  });

  for (const [name, answer, code, text] of [
    ['a box that is not always active', of({ ...PARAMETERS, alwaysActive: false }), 'UNAVAILABLE', /"always active"/],
    ['an empty list', of(), 'PROTOCOL', /list is empty/],
    ['no list', { json: { type: 'parameters' } }, 'PROTOCOL', /list is missing/],
    ['no state', of({ ...PARAMETERS, vehicleState: null }), 'PROTOCOL', /list\[0\]\.vehicleState is null/],
  ] as const) {
    test(`${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t);
      box.route('GET /getParameters', answer);
      await assert.rejects(device.read(soon()), { code: `EVCC_DEVICE_${code}`, message: text });
    });
  }
});
