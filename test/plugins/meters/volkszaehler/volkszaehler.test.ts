import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import volkszaehler from '../../../../plugins/meters/volkszaehler/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { middleware, UUIDS, vzlogger } from './fixtures.ts';

const soon = () => AbortSignal.timeout(5_000);
/** The clock of the tests goes on in leaps, so the values are ahead of all of them. */
const TOMORROW = 86_400_000;

const hardware = (api: 'vzlogger' | 'middleware'): HttpMeterHardware => ({
  type: 'volkszaehler',
  plugin: volkszaehler,
  faults: ['refuse', 'hang', 'garbage', 'invalid'],
  options: {
    api,
    power: UUIDS.power,
    energy: UUIDS.energy,
    returnEnergy: UUIDS.returnEnergy,
    powers: [UUIDS.l1, UUIDS.l2, UUIDS.l3],
  },
  state: { power: 0, powers: [0, 0, 0], energy: 1_000, returnEnergy: 500 },
  serve: (box, state, invalid) => {
    const serve = (uuid: string, value: () => unknown) =>
      box.route(api === 'vzlogger' ? `GET /${uuid}` : `GET /middleware.php/data/${uuid}.json`, () => ({
        json: (api === 'vzlogger' ? vzlogger : middleware)(uuid, systemClock.now() + TOMORROW, value()),
      }));
    serve(UUIDS.power, () => (invalid() ? null : state.power));
    serve(UUIDS.energy, () => state.energy);
    serve(UUIDS.returnEnergy, () => state.returnEnergy);
    for (const [index, uuid] of [UUIDS.l1, UUIDS.l2, UUIDS.l3].entries()) serve(uuid, () => state.powers?.[index]);
  },
});

describe.each(['vzlogger', 'middleware'] as const)('volkszaehler over %s', (api) => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware(api)))) test(title, run);
});

describe('volkszaehler', () => {
  const answering = (json: (now: number) => object, options: object = {}) =>
    startHttpMeter({
      ...hardware('vzlogger'),
      options: { power: UUIDS.power, ...options },
      serve: (box) => box.route(`GET /${UUIDS.power}`, () => ({ json: json(systemClock.now()) })),
    });

  test('the power of ten minutes ago is no value, unless it may be that old', async () => {
    const old = (now: number) => vzlogger(UUIDS.power, now - 600_000, -50);
    const { device, close } = await answering(old);
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /the last value of the power is 60\d s old$/,
    });
    await close();
    const patient = await answering(old, { timeout: 1_200 });
    assert.deepEqual(await patient.device.read(soon()), { power: -50 });
    await patient.close();
  });

  test.each([
    ['no such channel', { data: [] }, /there is no such channel$/],
    ['a channel without values', { data: [{ uuid: UUIDS.power }] }, /the channel has no value$/],
    ['an empty channel', { data: [{ uuid: UUIDS.power, tuples: [] }] }, /the channel has no value$/],
  ])('says that there is %s', async (_, json, message) => {
    const { device, close } = await answering(() => json);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
    await close();
  });
});
