import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import discovergy from '../../../../plugins/meters/discovergy/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { METERS, VALUES } from './fixtures.ts';

const PASSWORD = 'geheim-123';
const soon = () => AbortSignal.timeout(5_000);
/** The clock of the tests goes on in leaps, so the service is ahead of all of them. */
const TOMORROW = 86_400_000;

const hardware: HttpMeterHardware = {
  type: 'discovergy',
  plugin: discovergy,
  address: (url) => ({ url: `${url}/public/v1/` }),
  options: { user: 'me@example.org', password: PASSWORD },
  secrets: [PASSWORD],
  state: { power: 0, powers: [0, 0, 0], voltages: [230, 230, 230], energy: 1_000, returnEnergy: 500 },
  serve: (box, state, invalid) => {
    const right = `Basic ${Buffer.from(`me@example.org:${PASSWORD}`).toString('base64')}`;
    box.route('GET /public/v1/meters', ({ headers }) =>
      headers.authorization === right ? { json: METERS.slice(1) } : { status: 401, text: '' },
    );
    box.route('GET /public/v1/last_reading', ({ headers, query }) => {
      if (headers.authorization !== right) return { status: 401, text: '' };
      const perPhase = (name: string, values: readonly number[] = []) =>
        Object.fromEntries(values.map((value, index) => [`${name}${index + 1}`, Math.round(value * 1_000)]));
      const values = {
        ...(!invalid() && { power: Math.round(state.power * 1_000) }),
        ...perPhase('power', state.powers),
        ...perPhase('voltage', state.voltages),
        energy: Math.round((state.energy ?? 0) * 1e7),
        energyOut: Math.round((state.returnEnergy ?? 0) * 1e7),
      };
      assert.equal(query.get('meterId'), 'bbb222');
      return { json: { time: systemClock.now() + TOMORROW, values } };
    });
  },
};

describe('discovergy', () => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware))) test(title, run);

  const answering = (options: object, age = 0) =>
    startHttpMeter({
      ...hardware,
      options: { user: 'me', password: PASSWORD, ...options },
      serve: (box) => {
        box.route('GET /public/v1/meters', { json: METERS });
        box.route('GET /public/v1/last_reading', ({ query }) => ({
          json: {
            time: systemClock.now() - age,
            values: { ...VALUES, power: query.get('meterId') === 'aaa111' ? 1 : VALUES.power },
          },
        }));
      },
    });

  test.each(['1ESY1161000002', 'bbb222'])('reads the meter %s', async (meter) => {
    const { box, device, pass, close } = await answering({ meter });
    assert.deepEqual(await device.read(soon()), {
      power: -1_234.567,
      powers: [-400, -400.5, -434.067],
      voltages: [230.1, 231.2, 229.8],
      energy: 2_212_345.6789,
      returnEnergy: 123_456.789,
    });
    pass(10_000);
    await device.read(soon());
    assert.equal(box.requests.filter(({ path }) => path.endsWith('/meters')).length, 1);
    await close();
  });

  test.each([{}, { meter: 'zzz' }])('does not guess which of several meters is meant: %j', async (options) => {
    const { device, close } = await answering(options);
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /say which one with meter: the account has 1ESY1161000001, 1ESY1161000002$/,
    });
    await close();
  });

  test('an old reading is no value', async () => {
    const { device, close } = await answering({ meter: 'aaa111' }, 600_000);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_UNAVAILABLE', message: /is 60\d s old$/ });
    await close();
  });
});
