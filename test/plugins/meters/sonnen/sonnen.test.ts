import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { MeterReading } from '../../../../core/index.ts';
import sonnen from '../../../../plugins/meters/sonnen/index.ts';
import { meterContract } from '../../../contract/index.ts';
import type { ArrivedRequest, HttpAnswer } from '../../../helpers/http-device.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { STATUS } from './fixtures.ts';

const TOKEN = '0123456789abcdef';
const soon = () => AbortSignal.timeout(5_000);

/** A battery that is told its power in manual mode, and takes set-points in no other. */
const battery: HttpMeterHardware = {
  type: 'sonnen',
  plugin: sonnen,
  options: { token: TOKEN, capacity: 10 },
  secrets: [TOKEN],
  state: { power: 0, soc: 50, batteryMode: 'normal' },
  serve: (box, state, invalid) => {
    let mode = '2';
    let power: number | undefined;
    const guard = (route: (request: ArrivedRequest) => HttpAnswer) => (request: ArrivedRequest) =>
      request.headers['auth-token'] === TOKEN ? route(request) : { status: 401, text: '{"error":"Unauthorized"}' };
    const take = () => {
      const told = power === 0 ? 'hold' : 'charge';
      state.batteryMode = mode === '1' && power !== undefined ? told : 'normal';
    };
    const status = () => ({
      json: { ...STATUS, Pac_total_W: invalid() ? null : state.power, USOC: state.soc },
    });
    box.route('GET /api/v2/status', guard(status));
    box.route(
      'GET /api/v2/configurations',
      guard(() => ({ json: { EM_OperatingMode: mode, EM_USOC: '5' } })),
    );
    box.route(
      'PUT /api/v2/configurations',
      guard(({ body }) => {
        mode = (JSON.parse(body) as { EM_OperatingMode: string }).EM_OperatingMode;
        power = undefined;
        take();
        return { json: { EM_OperatingMode: mode } };
      }),
    );
    for (const direction of ['charge', 'discharge']) {
      for (const watts of [0, 3_000]) {
        box.route(
          `POST /api/v2/setpoint/${direction}/${watts}` as `POST /${string}`,
          guard(() => {
            if (mode !== '1') return { status: 403, text: 'not in manual mode' };
            power = watts;
            take();
            return { status: 201, text: 'true' };
          }),
        );
      }
    }
  },
};

const grid: HttpMeterHardware = {
  type: 'sonnen',
  plugin: sonnen,
  options: { usage: 'grid' },
  state: { power: 0 },
  serve: (box, state, invalid) =>
    box.route('GET /api/v1/status', () => ({ json: { ...STATUS, GridFeedIn_W: invalid() ? 'none' : -state.power } })),
};

describe('sonnen with a battery over the API v2', () => {
  for (const { title, run } of meterContract(httpMeterPeer(battery))) test(title, run);
});
describe('sonnen at the grid over the API v1', () => {
  for (const { title, run } of meterContract(httpMeterPeer(grid))) test(title, run);
});

describe('sonnen', () => {
  test.each<[usage: string, MeterReading]>([
    ['battery', { power: -1_510, soc: 60 }],
    ['grid', { power: -1_205 }],
    ['pv', { power: 3_555 }],
  ])('reads the %s', async (usage, reading) => {
    const { device, close } = await startHttpMeter({
      ...grid,
      options: { usage },
      serve: (box) => box.route('GET /api/v1/status', { json: STATUS }),
    });
    assert.deepEqual(await device.read(soon()), reading);
    assert.equal(device.setBatteryMode, undefined);
    await close();
  });

  test('gives the battery back the way of operation that it had', async () => {
    const { box, device, close } = await startHttpMeter(battery);
    await fetch(`${box.url}/api/v2/configurations`, {
      method: 'PUT',
      headers: { 'auth-token': TOKEN },
      body: '{"EM_OperatingMode":"10"}',
    });
    await device.setBatteryMode?.('charge', soon());
    await device.setBatteryMode?.('hold', soon());
    await device.setBatteryMode?.('normal', soon());
    await device.setBatteryMode?.('normal', soon());
    assert.deepEqual(
      box.requests.filter(({ method }) => method !== 'GET').map(({ method, path, body }) => [method, path, body]),
      [
        ['PUT', '/api/v2/configurations', '{"EM_OperatingMode":"10"}'],
        ['PUT', '/api/v2/configurations', '{"EM_OperatingMode":"1"}'],
        ['POST', '/api/v2/setpoint/charge/3000', ''],
        ['POST', '/api/v2/setpoint/discharge/0', ''],
        ['POST', '/api/v2/setpoint/charge/0', ''],
        ['PUT', '/api/v2/configurations', '{"EM_OperatingMode":"10"}'],
      ],
    );
    await close();
  });

  test('gives it back to itself when nobody knows what it did before', async () => {
    const { box, device, close } = await startHttpMeter(battery);
    await fetch(`${box.url}/api/v2/configurations`, {
      method: 'PUT',
      headers: { 'auth-token': TOKEN },
      body: '{"EM_OperatingMode":"1"}',
    });
    await device.setBatteryMode?.('normal', soon());
    assert.equal(box.requests.at(-1)?.body, '{"EM_OperatingMode":"2"}');
    await close();
  });
});
