import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { BatteryMode, MeterReading } from '../../../../core/index.ts';
import fronius from '../../../../plugins/meters/fronius/index.ts';
import { meterContract } from '../../../contract/index.ts';
import { startDigest } from '../../../helpers/digest-device.ts';
import type { HttpDevice } from '../../../helpers/http-device.ts';
import { type HttpMeterHardware, httpMeterPeer, type MeterState, startHttpMeter } from '../../../helpers/http-meter.ts';
import { DISABLED, FLOW, METER, METER_GEN24, NIGHT } from './fixtures.ts';

const PASSWORD = 'geheim-123';
const soon = () => AbortSignal.timeout(5_000);
const FLOW_ROUTE = 'GET /solar_api/v1/GetPowerFlowRealtimeData.fcgi';
const METER_ROUTE = 'GET /solar_api/v1/GetMeterRealtimeData.cgi';
const body = (Data: object) => ({ json: { Body: { Data }, Head: { Status: { Code: 0 } } } });

const grid: HttpMeterHardware = {
  type: 'fronius',
  plugin: fronius,
  faults: ['refuse', 'hang', 'garbage', 'invalid'],
  serve: (box, state, invalid) => {
    box.route(METER_ROUTE, () =>
      body({
        '0': {
          Meter_Location_Current: 0,
          PowerReal_P_Sum: invalid() ? null : state.power,
          ...Object.fromEntries(
            [0, 1, 2].flatMap((index) => [
              [`PowerReal_P_Phase_${index + 1}`, state.powers?.[index]],
              [`Current_AC_Phase_${index + 1}`, Math.abs(state.currents?.[index] ?? 0)],
              [`Voltage_AC_Phase_${index + 1}`, state.voltages?.[index]],
            ]),
          ),
          EnergyReal_WAC_Sum_Consumed: state.energy,
          EnergyReal_WAC_Sum_Produced: state.returnEnergy,
        },
      }),
    );
  },
};

const MODES: Readonly<Record<string, BatteryMode>> = {
  DISCHARGE_MAX: 'hold',
  CHARGE_MIN: 'charge',
  CHARGE_MAX: 'holdcharge',
};

/** A battery whose schedules say its mode, behind the login of `customer`. */
function serveBattery(
  box: HttpDevice,
  state: MeterState,
  invalid: () => boolean,
  path: `/${string}` = '/api/config/timeofuse',
): void {
  const digest = startDigest({ realm: 'Webinterface area', user: 'customer', password: PASSWORD });
  box.route(FLOW_ROUTE, () =>
    body({
      Inverters: { '1': { SOC: invalid() ? null : state.soc } },
      Site: { P_Akku: invalid() ? null : state.power },
    }),
  );
  box.route(
    `POST ${path}`,
    digest.guard(({ body: text }) => {
      const [schedule] = (JSON.parse(text) as { timeofuse: { ScheduleType: string; Active: boolean }[] }).timeofuse;
      state.batteryMode = schedule ? (MODES[schedule.ScheduleType] ?? 'normal') : 'normal';
      return { json: { writeSuccess: ['timeofuse'] } };
    }),
  );
}

const battery: HttpMeterHardware = {
  type: 'fronius',
  plugin: fronius,
  options: { usage: 'battery', password: PASSWORD, capacity: 10 },
  secrets: [PASSWORD],
  state: { power: 0, soc: 50, batteryMode: 'normal' },
  faults: ['refuse', 'hang', 'garbage', 'invalid'],
  serve: serveBattery,
};

describe('fronius at the grid', () => {
  for (const { title, run } of meterContract(httpMeterPeer(grid))) test(title, run);
});
describe('fronius with a battery', () => {
  for (const { title, run } of meterContract(httpMeterPeer(battery))) test(title, run);
});

describe('fronius', () => {
  const answering = (options: object, flow: object, meters?: object): HttpMeterHardware => ({
    ...grid,
    options,
    serve: (box) => {
      box.route(FLOW_ROUTE, { json: flow });
      box.route(METER_ROUTE, { json: meters ?? { Body: { Data: {} }, Head: { Status: { Code: 0 } } } });
    },
  });

  test.each<[string, HttpMeterHardware, MeterReading]>([
    ['generation', answering({ usage: 'pv' }, FLOW), { power: 5_632.8, energy: 21_834_120.5 }],
    ['generation at night', answering({ usage: 'pv' }, NIGHT), { power: 0 }],
    ['battery', answering({ usage: 'battery' }, FLOW), { power: -1_512.3, soc: 63.2 }],
    ['battery in standby', answering({ usage: 'battery' }, NIGHT), { power: 0, soc: 12 }],
    ['grid without a meter there', answering({}, FLOW), { power: -820.4 }],
    [
      'grid, of the meter there',
      answering({}, FLOW, METER),
      {
        power: 100,
        powers: [-900.5, 700, 300.5],
        currents: [-4.1, 3.2, 1.5],
        voltages: [230.1, 231.2, 229.8],
        energy: 1_234_567,
        returnEnergy: 7_654_321,
      },
    ],
    [
      'grid of a GEN24',
      answering({}, FLOW, METER_GEN24),
      { power: -1_500.5, voltages: [230, 231, 232], energy: 1_000.5, returnEnergy: 2_000.5 },
    ],
  ])('reads the %s', async (_, hardware, reading) => {
    const { device, close } = await startHttpMeter(hardware);
    assert.deepEqual(await device.read(soon()), reading);
    await close();
  });

  test('says why the inverter does not answer', async () => {
    const { device, close } = await startHttpMeter(answering({ usage: 'pv' }, DISABLED));
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /status 12 \(Solar API is disabled\)$/,
    });
    await close();
  });

  test('one answer is enough for generation and battery of the same moment', async () => {
    const { box, device, plugin, close } = await startHttpMeter(answering({ usage: 'pv' }, FLOW));
    const battery = await plugin.meters.create('fronius', { host: box.url.replace('http://', ''), usage: 'battery' });
    const same = await plugin.meters.create('fronius', { host: box.url, usage: 'pv' });
    await Promise.all([device.read(soon()), battery.read(soon()), same.read(soon())]);
    assert.equal(box.requests.length, 1);
    await close();
  });

  test('older firmware has its schedules elsewhere, which is found out once', async () => {
    const { box, device, state, close } = await startHttpMeter({
      ...battery,
      options: { usage: 'battery', password: PASSWORD, chargePower: 4_500 },
      serve: (box, state, invalid) => serveBattery(box, state, invalid, '/config/timeofuse'),
    });
    await device.setBatteryMode?.('charge', soon());
    assert.equal(state.batteryMode, 'charge');
    assert.match(box.requests.at(-1)?.body ?? '', /"Power":4500,"ScheduleType":"CHARGE_MIN"/);
    await device.setBatteryMode?.('normal', soon());
    assert.equal(box.requests.at(-1)?.body, '{"timeofuse":[]}');
    assert.equal(box.requests.filter(({ path }) => path.startsWith('/api/')).length, 1);
    await close();
  });

  test.each([
    ['a wrong password', 'auth', 'EVCC_DEVICE_AUTH'],
    ['a failure of the inverter', 'error', 'EVCC_DEVICE_UNAVAILABLE'],
  ] as const)('%s is an error of the command', async (_, fault, code) => {
    const { box, device, close } = await startHttpMeter(battery);
    await box.fail(fault);
    await assert.rejects(device.setBatteryMode?.('hold', soon()) ?? Promise.resolve(), { code });
    await close();
  });

  test('an inverter without schedules, and one without password, cannot be told a mode', async () => {
    const { device, plugin, box, close } = await startHttpMeter({ ...battery, serve: () => {} });
    await assert.rejects(device.setBatteryMode?.('hold', soon()) ?? Promise.resolve(), { code: 'EVCC_NOT_SUPPORTED' });
    const reader = await plugin.meters.create('fronius', { host: box.url, usage: 'battery' });
    assert.equal(reader.setBatteryMode, undefined);
    await close();
  });
});
