import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import homewizard from '../../../../plugins/meters/homewizard/index.ts';
import { meterContract } from '../../../contract/index.ts';
import type { HttpDevice } from '../../../helpers/http-device.ts';
import { type HttpMeterHardware, httpMeterPeer, type MeterState, startHttpMeter } from '../../../helpers/http-meter.ts';
import { BATTERY, P1 } from './fixtures.ts';

const TOKEN = '0123456789abcdef';
const soon = () => AbortSignal.timeout(5_000);
const perPhase = (name: (phase: string) => string, values: readonly number[] = []) =>
  Object.fromEntries(values.map((value, index) => [name(`l${index + 1}`), value]));

const v1: HttpMeterHardware = {
  type: 'homewizard',
  plugin: homewizard,
  serve: (box: HttpDevice, state: MeterState, invalid) =>
    box.route('GET /api/v1/data', () => ({
      json: {
        active_power_w: invalid() ? null : state.power,
        ...perPhase((phase) => `active_power_${phase}_w`, state.powers),
        ...perPhase((phase) => `active_current_${phase}_a`, state.currents),
        ...perPhase((phase) => `active_voltage_${phase}_v`, state.voltages),
        total_power_import_kwh: (state.energy ?? 0) / 1_000,
        total_power_export_kwh: (state.returnEnergy ?? 0) / 1_000,
      },
    })),
};

const v2: HttpMeterHardware = {
  type: 'homewizard',
  plugin: homewizard,
  options: { token: TOKEN },
  address: (url) => ({ host: url }),
  secrets: [TOKEN],
  serve: (box, state, invalid) =>
    box.route('GET /api/measurement', ({ headers }) => {
      if (headers.authorization !== `Bearer ${TOKEN}` || headers['x-api-version'] !== '2')
        return { status: 401, text: '' };
      return {
        json: {
          ...(!invalid() && { power_w: state.power }),
          ...perPhase((phase) => `power_${phase}_w`, state.powers),
          ...perPhase((phase) => `current_${phase}_a`, state.currents),
          ...perPhase((phase) => `voltage_${phase}_v`, state.voltages),
          energy_import_kwh: (state.energy ?? 0) / 1_000,
          energy_export_kwh: (state.returnEnergy ?? 0) / 1_000,
        },
      };
    }),
};

describe('homewizard with the API v1', () => {
  for (const { title, run } of meterContract(httpMeterPeer(v1))) test(title, run);
});
describe('homewizard with the API v2', () => {
  for (const { title, run } of meterContract(httpMeterPeer(v2))) test(title, run);
});

describe('homewizard', () => {
  test('reads a P1 meter', async () => {
    const { device, close } = await startHttpMeter({
      ...v1,
      serve: (box) => box.route('GET /api/v1/data', { json: P1 }),
    });
    assert.deepEqual(await device.read(soon()), {
      power: -1_203,
      powers: [-421, -390, -392],
      currents: [-1.82, -1.69, -1.7],
      voltages: [231.4, 230.8, 230.1],
      energy: 18_664_997,
      returnEnergy: 13_823_608,
    });
    await close();
  });

  test('reads a battery, which counts what it draws, the other way round', async () => {
    const { device, close } = await startHttpMeter({
      ...v2,
      options: { token: TOKEN, invert: true },
      serve: (box) => box.route('GET /api/measurement', { json: BATTERY }),
    });
    assert.deepEqual(await device.read(soon()), { power: -404, energy: 101_500, returnEnergy: 123_456, soc: 50 });
    await close();
  });

  test('names what is wrong in an answer', async () => {
    const { device, close } = await startHttpMeter({
      ...v1,
      serve: (box) => box.route('GET /api/v1/data', { json: { ...P1, total_power_import_kwh: 'lots' } }),
    });
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /^GET http:\/\/127\.0\.0\.1:\d+\/api\/v1\/data: total_power_import_kwh is "lots", not a number$/,
    });
    await close();
  });
});
