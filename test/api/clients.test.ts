import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';
import {
  duration,
  fields,
  flag,
  integer,
  type Kind,
  listOf,
  number,
  offences,
  oneOf,
  orAbsent,
  orNull,
  phases,
  record,
  text,
  time,
} from './kinds.ts';

/** What real clients of the document dialect read and write, each in the way it does. */

interface Client {
  readonly name: string;
  readonly site: Readonly<Record<string, Kind>>;
  readonly loadpoint: Readonly<Record<string, Kind>>;
}

const CLIENTS: readonly Client[] = [
  {
    name: 'the web page of evcc 0.121.5',
    site: {
      loadpoints: listOf(record),
      gridConfigured: flag,
      gridPower: number,
      gridCurrents: phases,
      homePower: number,
      pvConfigured: flag,
      pvPower: number,
      pv: listOf(fields({ power: number })),
      batteryConfigured: flag,
      batteryPower: number,
      batterySoc: number,
      battery: listOf(fields({ power: number, soc: number })),
      prioritySoc: number,
      bufferSoc: number,
      bufferStartSoc: number,
      siteTitle: text,
      vehicles: listOf(text),
      auth: fields({ vehicles: record }),
      currency: text,
      stats: record,
      tariffFeedIn: number,
      tariffGrid: number,
      tariffCo2: orAbsent(number),
      tariffPriceHome: number,
      tariffCo2Home: orAbsent(number),
      tariffPriceLoadpoints: number,
      tariffCo2Loadpoints: orAbsent(number),
      availableVersion: orAbsent(text),
      hasUpdater: orAbsent(flag),
      uploadMessage: orAbsent(text),
      uploadProgress: orAbsent(integer),
      sponsor: orAbsent(text),
      sponsorTokenExpires: orAbsent(duration),
      smartCostLimit: number,
      smartCostType: oneOf(null, 'pricestatic', 'pricedynamic', 'priceforecast', 'co2'),
      smartCostActive: flag,
      fatal: orAbsent(listOf(text)),
      file: orAbsent(text),
      config: orAbsent(text),
      line: orAbsent(integer),
    },
    loadpoint: {
      title: text,
      mode: text,
      targetSoc: number,
      targetEnergy: number,
      targetTime: time,
      minSoc: number,
      remoteDisabled: oneOf('', 'soft', 'hard'),
      remoteDisabledSource: text,
      chargeDuration: duration,
      charging: flag,
      connected: flag,
      enabled: flag,
      sessionEnergy: number,
      sessionCo2PerKWh: orNull(number),
      sessionPricePerKWh: orNull(number),
      sessionPrice: orNull(number),
      sessionSolarPercentage: number,
      chargerFeatureIntegratedDevice: flag,
      chargerFeatureHeating: flag,
      chargerIcon: orNull(text),
      vehicleDetectionActive: flag,
      vehiclePresent: flag,
      vehicleRange: integer,
      vehicleSoc: number,
      vehicleTitle: text,
      vehicleIcon: text,
      vehicleTargetSoc: number,
      vehicleCapacity: number,
      vehicleFeatureOffline: flag,
      planActive: flag,
      planProjectedStart: time,
      chargePower: number,
      chargedEnergy: number,
      climaterActive: orAbsent(flag),
      chargeRemainingDuration: duration,
      chargeRemainingEnergy: number,
      phasesConfigured: oneOf(null, 0, 1, 3),
      phasesActive: integer,
      minCurrent: number,
      maxCurrent: number,
      chargeCurrent: number,
      chargeCurrents: phases,
      connectedDuration: duration,
      phaseAction: text,
      phaseRemaining: duration,
      pvAction: text,
      pvRemaining: duration,
      guardAction: text,
      guardRemaining: duration,
    },
  },
  {
    name: 'the ioBroker adapter 0.0.10',
    site: { loadpoints: listOf(record) },
    loadpoint: {
      maxCurrent: number,
      minCurrent: number,
      minSoc: number,
      targetSoc: number,
      chargeDuration: duration,
      connectedDuration: duration,
    },
  },
  {
    name: 'the openHAB binding 3.4 to 4.1',
    site: {
      batteryCapacity: number,
      batteryConfigured: flag,
      batteryPower: number,
      batterySoc: number,
      gridConfigured: flag,
      gridPower: number,
      homePower: number,
      loadpoints: listOf(record),
      prioritySoc: number,
      pvConfigured: flag,
      pvPower: number,
      siteTitle: text,
    },
    loadpoint: {
      phasesActive: integer,
      chargeCurrent: number,
      chargeDuration: duration,
      chargePower: number,
      chargeRemainingDuration: duration,
      chargeRemainingEnergy: number,
      chargedEnergy: number,
      charging: flag,
      connected: flag,
      connectedDuration: duration,
      enabled: flag,
      maxCurrent: number,
      minCurrent: number,
      minSoc: number,
      mode: text,
      phasesEnabled: integer,
      planActive: flag,
      targetEnergy: number,
      targetSoc: number,
      targetTime: time,
      title: text,
      vehicleCapacity: number,
      vehicleOdometer: number,
      vehiclePresent: flag,
      vehicleRange: number,
      vehicleSoc: number,
      vehicleTitle: text,
    },
  },
];

let house: Fixture;
beforeAll(async () => {
  house = await startFixture();
}, 60_000);
afterAll(() => house.stop());

test.each(CLIENTS)('$name finds what it reads', async ({ site, loadpoint }) => {
  const found = async () => {
    const state = await house.state();
    return [...offences(state, site), ...state.loadpoints.flatMap((each) => offences(each, loadpoint))];
  };
  await expect.poll(found, { timeout: 20_000 }).toEqual([]);
});

const post = (path: string, body?: object) =>
  house.ask('POST', path, body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

describe('what they write', () => {
  test('the web page: commands without a body, times with milliseconds', async () => {
    for (const [path, result] of [
      ['/api/loadpoints/2/mode/pv', 'pv'],
      ['/api/loadpoints/2/mode/off', 'off'],
      ['/api/loadpoints/1/target/soc/80', 80],
      ['/api/loadpoints/1/target/energy/20', 20],
      ['/api/loadpoints/1/minsoc/10', 10],
      ['/api/loadpoints/1/maxcurrent/10', 10],
      ['/api/loadpoints/1/mincurrent/8', 8],
      ['/api/loadpoints/1/phases/3', 3],
      ['/api/loadpoints/1/vehicle/1', { vehicle: 'Vehicle 1' }],
      ['/api/prioritysoc/30', 30],
      ['/api/buffersoc/70', 70],
      ['/api/bufferstartsoc/90', 90],
      ['/api/smartcostlimit/0.2', 0.2],
      ['/api/smartcostlimit/0', 0],
      ['/api/settings/telemetry/false', false],
    ] as const) {
      expect([path, (await post(path)).json]).toEqual([path, { result }]);
    }
    const target = new Date(Date.now() + 12 * 3_600_000);
    target.setMilliseconds(0);
    expect((await post(`/api/loadpoints/1/target/time/${target.toISOString()}`)).json).toEqual({
      result: { soc: 80, energy: 20, time: target.toISOString().replace('.000', '') },
    });
    const plan = await house.result('GET', `/api/loadpoints/1/target/plan?targetTime=${target.toISOString()}`);
    expect(offences(plan as Record<string, unknown>, { duration: integer, unit: oneOf(''), power: number })).toEqual(
      [],
    );
    expect((await house.ask('DELETE', '/api/loadpoints/1/target/time')).json).toEqual({ result: {} });
    expect((await house.ask('GET', '/api/tariff/planner')).status).toBe(200);
    expect((await house.ask('PATCH', '/api/loadpoints/2/vehicle')).json).toEqual({ result: {} });
    expect((await house.ask('DELETE', '/api/loadpoints/2/vehicle')).json).toEqual({ result: {} });
    expect((await post('/api/loadpoints/2/vehicle/2')).json).toEqual({ result: { vehicle: 'Vehicle 2' } });
    const body = JSON.stringify({ vehicle: 'Vehicle 2' });
    const headers = { 'Content-Type': 'application/json' };
    expect((await house.ask('PUT', '/api/session/1', { headers, body })).status).toBe(200);
  });

  test('the ioBroker adapter: every command with a body that means nothing', async () => {
    const body = { timeout: 5_000 };
    for (const [path, result] of [
      ['mode/minpv', 'minpv'],
      ['mode/off', 'off'],
      ['target/soc/100', 100],
      ['minsoc/0', 0],
      ['mincurrent/6', 6],
      ['maxcurrent/16', 16],
      ['phases/3', 3],
      ['enable/threshold/-100', -100],
      ['disable/threshold/100', 100],
      ['enable/threshold/0', 0],
      ['disable/threshold/0', 0],
    ] as const) {
      const { status, json } = await post(`/api/loadpoints/1/${path}`, body);
      expect([path, status, json]).toEqual([path, 200, { result }]);
    }
    // Clearing: the path without a value.
    for (const path of ['/api/smartcostlimit', '/api/smartcostlimit/', '/api/loadpoints/1/smartcostlimit/']) {
      expect((await post(path, body)).status).toBe(200);
    }
  });

  test('openHAB: a local time that is called UTC, and thresholds of the battery', async () => {
    const local = new Date(Date.now() + 86_400_000).toISOString().slice(0, 19);
    expect((await post(`/api/loadpoints/2/target/time/${local}Z`)).status).toBe(200);
    expect((await house.ask('DELETE', '/api/loadpoints/2/target/time')).status).toBe(200);
    expect((await post('/api/prioritysoc/0')).json).toEqual({ result: 0 });
    expect((await post('/api/loadpoints/2/phases/0')).status).toBe(200);
  });
});

test('batcontrol finds status, mode, charging and connection as words, and a whole bufferSoc', async () => {
  expect((await post('/api/buffersoc/80')).json).toEqual({ result: 80 });
  const client = await connectAsync(house.mqtt, { reconnectPeriod: 0 });
  onTestFinished(() => client.endAsync(true));
  const topics = new Map<string, string>();
  client.on('message', (topic, payload) => void topics.set(topic, payload.toString()));
  await client.subscribeAsync([
    'evcc/status',
    'evcc/site/bufferSoc',
    'evcc/loadpoints/+/charging',
    'evcc/loadpoints/+/mode',
    'evcc/loadpoints/+/connected',
  ]);
  await expect
    .poll(() => Object.fromEntries(topics), { timeout: 10_000 })
    .toEqual({
      'evcc/status': 'online',
      'evcc/site/bufferSoc': '80',
      'evcc/loadpoints/1/charging': 'false',
      'evcc/loadpoints/1/mode': 'off',
      'evcc/loadpoints/1/connected': 'true',
      'evcc/loadpoints/2/charging': 'false',
      'evcc/loadpoints/2/mode': 'off',
      'evcc/loadpoints/2/connected': 'true',
    });
  const { rates } = (await house.result('GET', '/api/tariff/grid')) as { rates: Record<string, unknown>[] };
  for (const rate of rates) expect(offences(rate, { start: time, end: time, price: number })).toEqual([]);
});
