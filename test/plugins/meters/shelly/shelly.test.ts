import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { MeterReading } from '../../../../core/index.ts';
import shelly from '../../../../plugins/meters/shelly/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { startDigest } from '../../../helpers/digest-device.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { EM, PLUG, PLUS_PLUG, PRO_3EM, PRO_EM } from './fixtures.ts';

const PASSWORD = 'geheim-123';
const soon = () => AbortSignal.timeout(5_000);
const three = { power: 0, powers: [0, 0, 0], currents: [0, 0, 0], voltages: [230, 230, 230] } as const;

/** A Shelly 3EM, whose sum is that of its phases. */
const first: HttpMeterHardware = {
  type: 'shelly',
  plugin: shelly,
  options: { user: 'house', password: PASSWORD },
  secrets: [PASSWORD],
  state: { power: 0, energy: 1_000, returnEnergy: 500 },
  serve: (box, state, invalid) => {
    box.route('GET /shelly', { json: { type: 'SHEM', mac: 'AABBCCDDEEFF', auth: true } });
    box.route('GET /status', ({ headers }) => {
      const right = `Basic ${Buffer.from(`house:${PASSWORD}`).toString('base64')}`;
      if (headers.authorization !== right) return { status: 401, text: '401 Unauthorized' };
      const { power, energy, returnEnergy } = state;
      return { json: { emeters: [{ power: invalid() ? null : power, total: energy, total_returned: returnEnergy }] } };
    });
  },
};

const later: HttpMeterHardware = {
  type: 'shelly',
  plugin: shelly,
  options: { password: PASSWORD },
  secrets: [PASSWORD],
  state: { ...three },
  serve: (box, state, invalid) => {
    const realm = 'shellypro3em-0123456789ab';
    const digest = startDigest({ realm, user: 'admin', password: PASSWORD, algorithm: 'SHA-256' });
    box.route('GET /shelly', { json: { id: realm, gen: 2, auth_en: true, profile: 'triphase' } });
    box.route(
      'GET /rpc/Shelly.GetStatus',
      digest.guard(() => {
        const phases = ['a', 'b', 'c'].flatMap((phase, index) => [
          [`${phase}_act_power`, state.powers?.[index]],
          [`${phase}_current`, Math.abs(state.currents?.[index] ?? 0)],
          [`${phase}_voltage`, state.voltages?.[index]],
        ]);
        const total = invalid() ? null : state.power;
        return { json: { 'em:0': { ...Object.fromEntries(phases), total_act_power: total } } };
      }),
    );
  },
};

describe('shelly of generation 1', () => {
  for (const { title, run } of meterContract(httpMeterPeer(first))) test(title, run);
});
describe('shelly of later generations', () => {
  for (const { title, run } of meterContract(httpMeterPeer(later))) test(title, run);
});

describe('shelly', () => {
  const answering = (gen: number | undefined, status: object, options: object = {}): HttpMeterHardware => ({
    type: 'shelly',
    plugin: shelly,
    options,
    serve: (box) => {
      box.route('GET /shelly', { json: gen === undefined ? {} : { gen } });
      box.route(gen === undefined ? 'GET /status' : 'GET /rpc/Shelly.GetStatus', { json: status });
    },
  });
  const emeters = [-100, 200, 300].map((power) => ({ power, current: 1, voltage: 230, total: 7, total_returned: 8 }));

  test.each<[string, HttpMeterHardware, MeterReading]>([
    ['EM', answering(undefined, EM), { power: 1_234.5, energy: 123_456.7, returnEnergy: 12.3 }],
    ['EM, second channel', answering(undefined, EM, { channel: 1 }), { power: -800, energy: 5, returnEnergy: 99_000 }],
    [
      '3EM, whose counters do not balance the phases',
      answering(undefined, { emeters }),
      { power: 400, powers: [-100, 200, 300], currents: [-1, 1, 1], voltages: [230, 230, 230] },
    ],
    ['3EM, one phase', answering(undefined, { emeters }, { channel: 2 }), { power: 300, energy: 7, returnEnergy: 8 }],
    ['Plug S, which counts Wmin', answering(undefined, PLUG), { power: 60.5, energy: 100 }],
    [
      'Pro 3EM',
      answering(2, PRO_3EM),
      {
        power: -521.1,
        powers: [-921.4, 260.1, 140.2],
        currents: [-4.03, 1.2, 0.7],
        voltages: [231.2, 230.9, 231.8],
      },
    ],
    ['Pro EM without counters', answering(2, PRO_EM), { power: 900 }],
    [
      'Pro EM, second channel, of an inverter',
      answering(2, PRO_EM, { channel: 1, invert: true }),
      { power: 450.5, energy: 7_000, returnEnergy: 1_500.5 },
    ],
    ['Plus Plug S', answering(3, PLUS_PLUG), { power: -350.2, energy: 1_000.25, returnEnergy: 4_000.25 }],
  ])('reads an answer of %s', async (_, hardware, reading) => {
    const { device, close } = await startHttpMeter(hardware);
    assert.deepEqual(await device.read(soon()), reading);
    await close();
  });

  test.each([
    ['a channel that is not there', answering(2, PRO_3EM, { channel: 4 }), /there is no meter of channel 4$/],
    ['a meter that is not there', answering(undefined, { meters: [] }), /there is no channel 0$/],
    ['a phase that failed', answering(2, { 'em:0': { total_act_power: null } }), /the answer has no power$/],
  ])('says that there is %s', async (_, hardware, message) => {
    const { device, close } = await startHttpMeter(hardware);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
    await close();
  });

  test('asks only once which generation it is', async () => {
    const { device, box, close } = await startHttpMeter(answering(2, PRO_3EM));
    await device.read(soon());
    await device.read(soon());
    assert.deepEqual(
      box.requests.map(({ path }) => path),
      ['/shelly', '/rpc/Shelly.GetStatus', '/rpc/Shelly.GetStatus'],
    );
    await close();
  });
});
