import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import homeassistant from '../../../../plugins/meters/homeassistant/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { state as answer } from './fixtures.ts';

const TOKEN = 'eyJ0.long.lived';
const soon = () => AbortSignal.timeout(5_000);
const phases = (name: string) => [1, 2, 3].map((phase) => `sensor.${name}_l${phase}`);

const hardware: HttpMeterHardware = {
  type: 'homeassistant',
  plugin: homeassistant,
  secrets: [TOKEN],
  state: {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
    soc: 50,
  },
  options: {
    token: TOKEN,
    power: 'sensor.power',
    powers: phases('power'),
    currents: phases('current'),
    voltages: phases('voltage'),
    energy: 'sensor.energy',
    returnEnergy: 'sensor.return',
    soc: 'sensor.soc',
  },
  serve: (box, state, invalid) => {
    const serve = (entity: string, unit: string, value: () => number | undefined, factor = 1) =>
      box.route(`GET /api/states/${entity}`, ({ headers }) => {
        if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, text: '401: Unauthorized' };
        return { json: answer(entity, String((value() ?? 0) * factor), unit) };
      });
    serve('sensor.power', 'kW', () => (invalid() ? Number.NaN : state.power), 0.001);
    for (const [index, entity] of phases('power').entries()) serve(entity, 'W', () => state.powers?.[index]);
    for (const [index, entity] of phases('current').entries())
      serve(entity, 'mA', () => state.currents?.[index], 1_000);
    for (const [index, entity] of phases('voltage').entries()) serve(entity, 'V', () => state.voltages?.[index]);
    serve('sensor.energy', 'kWh', () => state.energy, 0.001);
    serve('sensor.return', 'Wh', () => state.returnEnergy);
    serve('sensor.soc', '%', () => state.soc);
  },
};

describe('homeassistant', () => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware))) test(title, run);

  const answering = (power: object, soc: object = answer('sensor.soc', '50', '%')) =>
    startHttpMeter({
      ...hardware,
      options: { token: TOKEN, power: 'sensor.power', soc: 'sensor.soc' },
      serve: (box) => {
        box.route('GET /api/states/sensor.power', { json: power });
        box.route('GET /api/states/sensor.soc', { json: soc });
      },
    });

  test('a power that is not known is no reading, anything else is left out', async () => {
    const { device, close } = await answering(answer('sensor.power', 'unavailable', 'W'));
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /Home Assistant does not know sensor\.power at present$/,
    });
    await close();
    const other = await answering(answer('sensor.power', '-12.5', 'W'), answer('sensor.soc', 'unknown', '%'));
    assert.deepEqual(await other.device.read(soon()), { power: -12.5 });
    await other.close();
  });

  test.each([
    ['a text', answer('sensor.power', 'on', 'W'), /sensor\.power: its state is no number$/],
    ['another unit', answer('sensor.power', '5', '°C'), /its unit is "°C", not one of mW, W, kW, MW$/],
    ['no unit', answer('sensor.power', '5'), /its unit is missing, not one of mW, W, kW, MW$/],
  ])('%s is no power', async (_, power, message) => {
    const { device, close } = await answering(power);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
    await close();
  });
});
