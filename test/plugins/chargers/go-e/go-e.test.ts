import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import goE from '../../../../plugins/chargers/go-e/index.ts';
import { applyPlugin, chargerContract } from '../../../contract/index.ts';
import { httpChargerPeer, type SimulatedHttpCharger, startHttpCharger } from '../../../helpers/http-charger.ts';
import { soon } from '../../../helpers/register-charger.ts';
import { properties, v1, v2 } from './fixtures.ts';

/** The cloud, which wants a token. */
const cloud: SimulatedHttpCharger = {
  ...v2(),
  options: { serial: '123456', token: 'hush-hush' },
  address: (url) => ({ url }),
  faults: ['refuse', 'hang', 'garbage', 'invalid', 'auth'],
  secrets: ['hush-hush'],
};

describe('go-e with API v2', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(v2()))) test(title, run);
});
describe('go-e through the cloud', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(cloud))) test(title, run);
});
describe('go-e with API v1', () => {
  for (const { title, run } of chargerContract(httpChargerPeer(v1))) test(title, run);
});

async function begin(t: TestContext, simulated: SimulatedHttpCharger) {
  const charger = await startHttpCharger(simulated);
  t.onTestFinished(charger.end);
  return charger;
}

test('one request reads everything, and only what is needed', async (t) => {
  const { device, asked } = await begin(t, v2());
  const reading = await device.read(soon());
  assert.equal(reading.sessionEnergy, 4_120.5);
  assert.equal(reading.identifier, '');
  assert.equal(asked().length, 1);
});

test('commands are those of the documentation, with the token in the header', async (t) => {
  const { device, asked, box } = await begin(t, cloud);
  await device.setMaxCurrent(13, soon());
  await device.enable(true, soon());
  await device.enable(false, soon());
  await device.setPhases?.(1, soon());
  await device.wakeUp?.(soon());
  assert.deepEqual(
    asked(),
    ['amp=13', 'frc=2', 'frc=1', 'psm=1', 'su=true'].map((command) => `/api/set?${command}`),
  );
  assert.ok(box.requests.every(({ headers }) => headers.authorization === 'Bearer hush-hush'));
});

test('a box that regulates by itself is told to leave that, once it is enabled', async (t) => {
  const { device, asked } = await begin(t, v2({ ...properties(), fup: true }));
  await device.read(soon());
  asked();
  await device.enable(true, soon());
  await device.read(soon());
  await device.enable(true, soon());
  assert.deepEqual(
    asked().filter((path) => path.startsWith('/api/set')),
    ['/api/set?frc=2&fup=false', '/api/set?frc=2'],
  );
});

test('a car that waits for a card is known, and so is the card', async (t) => {
  const own = { ...properties(), acs: 1 };
  const { device, model } = await begin(t, v2(own));
  model.state.status = 'B';
  assert.equal((await device.read(soon())).statusReason, 'waitingforauthorization');
  own.trx = 1;
  const reading = await device.read(soon());
  assert.equal(reading.statusReason, undefined);
  assert.equal(reading.identifier, 'Anna');
});

test('API v1 says energies and cards in its own way', async (t) => {
  const { device, asked } = await begin(t, v1);
  const reading = await device.read(soon());
  assert.equal(reading.sessionEnergy, 3_400);
  assert.equal(reading.identifier, 'Ben');
  await device.setMaxCurrent(10, soon());
  assert.deepEqual(asked(), ['/status', '/mqtt?payload=amx=10']);
  assert.equal(device.setPhases, undefined);
});

describe('bad answers', () => {
  for (const [name, answer, text] of [
    ['a value that is refused', { amp: 'value out of range' }, /did not take amp=13: "value out of range"/],
    ['a key that is not known', {}, /did not take amp=13: it does not know it/],
    ['a list', [], /the answer is a list, not an object/],
  ] as const) {
    test(`v2: ${name} fails the command`, async (t) => {
      const { device, box } = await begin(t, v2());
      box.route('GET /api/set', { json: answer });
      await assert.rejects(device.setMaxCurrent(13, soon()), { message: text });
    });
  }

  test('v1: a command without effect fails', async (t) => {
    const { device, box } = await begin(t, v1);
    box.route('GET /mqtt', { json: { alw: '0' } });
    await assert.rejects(device.enable(true, soon()), { message: /did not take alw=1: alw is "0"/ });
  });

  for (const [name, status, text] of [
    ['no values of the meter', { car: '1', alw: '0', amp: '6', nrg: [231] }, /nrg has too few values/],
    ['no numbers', { car: 'x' }, /nrg is missing/],
    ['null', null, /the answer is null, not an object/],
  ] as const) {
    test(`v1: a status with ${name} is an error with the address`, async (t) => {
      const { device, box } = await begin(t, v1);
      box.route('GET /status', { json: status });
      await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message: text });
      await assert.rejects(device.read(soon()), { message: new RegExp(box.url) });
    });
  }
});

describe('options', () => {
  for (const [options, text] of [
    [{}, /either host is needed, or serial and token/],
    [{ serial: '1' }, /either host is needed, or serial and token/],
    [{ host: 'a', token: 'x' }, /host is for the local network/],
    [{ serial: '1', token: 'x', api: 'v1' }, /the cloud needs api v2/],
  ] as const) {
    test(`${JSON.stringify(options)} is refused`, async () => {
      const plugin = await applyPlugin(goE);
      await assert.rejects(plugin.chargers.create('go-e', options), { code: 'EVCC_CONFIG_INVALID', message: text });
    });
  }
});
