import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../core/config/options.ts';
import ovms from '../../../plugins/vehicles/ovms/index.ts';
import teslalogger from '../../../plugins/vehicles/teslalogger/index.ts';
import tessie from '../../../plugins/vehicles/tessie/index.ts';
import tronity from '../../../plugins/vehicles/tronity/index.ts';
import volvo from '../../../plugins/vehicles/volvo/index.ts';
import { applyPlugin, vehicleContract } from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import type { ArrivedRequest, HttpAnswer } from '../../helpers/http-device.ts';
import { type CarService, type ServiceTest, servicePeer, startService } from './services.ts';

const SECRET = 'geheim-123';
const VIN = '5YJ3E7EB0KF000001';
const MILE = 1.609344;
const known = <T>(value: T | undefined, make: (value: T) => unknown): unknown =>
  value === undefined ? null : make(value);
const round = (value: number): number => Math.round(value * 10) / 10;

/** An answer for those who show the right credentials. */
const guarded =
  (json: () => unknown, name = 'authorization', value = `Bearer ${SECRET}`) =>
  ({ headers }: ArrivedRequest): HttpAnswer =>
    headers[name] === value ? { json: json() } : { status: 401, text: '' };

const STATES = { A: 'Disconnected', B: 'Stopped', C: 'Charging' } as const;

/** Recorded shape of the Fleet API, which Tessie and Teslemetry hand on. */
const teslaData = ({ car, broken }: CarService): object => ({
  vin: VIN,
  state: 'online',
  charge_state: {
    usable_battery_level: broken ? 'unavailable' : (car.soc ?? null),
    battery_range: known(car.range, (km) => km / MILE),
    charging_state: known(car.status, (status) => STATES[status]),
    charge_limit_soc: car.limitSoc,
    charge_energy_added: 6.4,
    minutes_to_full_charge: 135,
  },
  vehicle_state: { odometer: known(car.odometer, (km) => km / MILE) },
  climate_state: { is_climate_on: car.climater, is_preconditioning: car.climater === undefined ? null : false },
  drive_state: { latitude: 52.52, longitude: 13.405 },
});

const TESSIE: ServiceTest = {
  plugin: tessie,
  type: 'tessie',
  options: (url) => ({ url, token: SECRET }),
  fields: ['soc', 'range', 'odometer', 'limitSoc', 'status', 'climater'],
  secrets: [SECRET],
  serve: (service) => {
    service.http.route(
      'GET /vehicles',
      guarded(() => ({ results: [{ vin: VIN }] })),
    );
    service.http.route(
      `GET /${VIN}/state`,
      guarded(() => teslaData(service)),
    );
    service.http.route(`POST /${VIN}/wake`, () => {
      service.writes += 1;
      return { json: { result: true } };
    });
  },
};

const TESLEMETRY: ServiceTest = {
  ...TESSIE,
  options: (url) => ({ url, token: SECRET, service: 'teslemetry' }),
  serve: (service) => {
    service.http.route(
      'GET /api/1/vehicles',
      guarded(() => ({ response: [{ vin: VIN }] })),
    );
    service.http.route(
      `GET /api/1/vehicles/${VIN}/vehicle_data`,
      guarded(() => ({ response: teslaData(service) })),
    );
    service.http.route(`POST /api/1/vehicles/${VIN}/wake_up`, () => {
      service.writes += 1;
      return { json: {} };
    });
  },
};

const TESLAFI: ServiceTest = {
  ...TESSIE,
  options: (url) => ({ url, token: SECRET, service: 'teslafi' }),
  fields: ['soc', 'range', 'odometer', 'limitSoc', 'status'],
  serve: (service) => {
    service.http.route(
      'GET /feed.php',
      guarded(() => ({
        battery_level: service.broken ? 'None' : known(service.car.soc, String),
        battery_range: known(service.car.range, (km) => String(km / MILE)),
        odometer: known(service.car.odometer, (km) => String(km / MILE)),
        charge_limit_soc: known(service.car.limitSoc, String),
        charging_state: known(service.car.status, (status) => STATES[status]),
      })),
    );
  },
};

const TESLALOGGER: ServiceTest = {
  plugin: teslalogger,
  type: 'teslalogger',
  options: (url) => ({ host: url }),
  fields: ['soc', 'range', 'odometer', 'limitSoc', 'status', 'climater'],
  secrets: [],
  auth: false,
  serve: (service) => {
    const { http, car } = service;
    http.route('GET /currentjson/1', () => ({
      json: {
        battery_level: service.broken ? '12,5' : car.soc,
        battery_range_km: car.range,
        odometer: car.odometer,
        charge_limit_soc: car.limitSoc,
        plugged_in: known(car.status, (status) => status !== 'A'),
        charging: known(car.status, (status) => status === 'C'),
        is_preconditioning: car.climater,
      },
    }));
    http.route('GET /command/1/wake_up', () => {
      service.writes += 1;
      return { text: '{}' };
    });
  },
};

const TRONITY: ServiceTest = {
  plugin: tronity,
  type: 'tronity',
  options: (url) => ({ url, clientId: 'me', clientSecret: 'geheim-456' }),
  fields: ['soc', 'range', 'odometer', 'status'],
  secrets: [SECRET, 'geheim-456'],
  serve: (service) => {
    const { http, car } = service;
    http.route('POST /authentication', ({ body }) => {
      const { client_id, client_secret, grant_type } = JSON.parse(body) as Record<string, string>;
      if (client_id !== 'me' || client_secret !== 'geheim-456' || grant_type !== 'app')
        return { status: 401, text: '' };
      return { json: { access_token: SECRET, expires_in: 3_600 } };
    });
    http.route(
      'GET /tronity/vehicles',
      guarded(() => ({ data: [{ id: '0b7a', vin: VIN, displayName: 'Car', scopes: [] }] })),
    );
    http.route(
      'GET /tronity/vehicles/0b7a/last_record',
      guarded(() => ({
        id: '0b7a',
        level: service.broken ? 'n/a' : car.soc,
        range: car.range,
        odometer: car.odometer,
        charging: known(car.status, (status) => (status === 'C' ? 'Charging' : 'Disconnected')),
        plugged: known(car.status, (status) => status !== 'A'),
        timestamp: 1_773_479_564_000,
      })),
    );
  },
};

const OVMS: ServiceTest = {
  plugin: ovms,
  type: 'ovms',
  options: (url) => ({ server: url, user: 'me', password: SECRET, vehicle: 'MYCAR' }),
  fields: ['soc', 'range', 'odometer', 'status'],
  secrets: [SECRET, 'ovms_session=geheim-789'],
  serve: (service) => {
    const { http, car } = service;
    const cookie = 'ovms_session=geheim-789';
    http.route('GET /api/cookie', ({ query }) =>
      query.get('username') === 'me' && query.get('password') === SECRET
        ? { text: 'Login ok', headers: { 'set-cookie': `${cookie}; path=/` } }
        : { status: 403, text: '' },
    );
    http.route(
      'GET /api/charge/MYCAR',
      guarded(
        () => ({
          soc: service.broken ? 'unknown' : known(car.soc, String),
          chargestate: car.status === 'C' ? 'charging' : 'stopped',
          cp_dooropen: known(car.status, (status) => (status === 'A' ? '0' : '1')),
          estimatedrange: known(car.range, (km) => String(round(km / MILE))),
          units: 'M',
          m_msgage_s: '12',
        }),
        'cookie',
        cookie,
      ),
    );
    http.route(
      'GET /api/status/MYCAR',
      guarded(
        () => ({
          odometer: known(car.odometer, (km) => String(Math.round(km * 10))),
          units: 'K',
        }),
        'cookie',
        cookie,
      ),
    );
  },
};

const VOLVO: ServiceTest = {
  plugin: volvo,
  type: 'volvo',
  options: (url) => ({
    url,
    login: url,
    apiKey: 'geheim-key',
    clientId: 'app',
    clientSecret: 'geheim-app',
    refreshToken: 'geheim-r0',
  }),
  fields: ['soc', 'range', 'odometer', 'limitSoc', 'status'],
  secrets: [SECRET, 'geheim-key', 'geheim-app', 'geheim-r0', 'geheim-r1'],
  // A refresh token that was refused is not tried again, and so does not recover.
  auth: false,
  loggedIn: true,
  serve: (service) => {
    const { http, car } = service;
    let valid = 0;
    http.route('POST /as/token.oauth2', ({ body, headers }) => {
      const given = new URLSearchParams(body);
      const basic = `Basic ${Buffer.from('app:geheim-app').toString('base64')}`;
      if (headers.authorization !== basic || given.get('refresh_token') !== `geheim-r${valid}`) {
        return { status: 400, text: '{"error":"invalid_grant"}' };
      }
      valid += 1;
      return { json: { access_token: SECRET, refresh_token: `geheim-r${valid}`, expires_in: 1_800 } };
    });
    const keyed = (json: () => unknown) => (request: ArrivedRequest) =>
      request.headers['vcc-api-key'] === 'geheim-key' ? guarded(json)(request) : { status: 403, text: '' };
    const point = (value: unknown, unit?: string): object =>
      value === undefined || value === null
        ? { status: 'ERROR', code: 'NOT_SUPPORTED', message: 'not supported' }
        : { status: 'OK', value, unit, updatedAt: '2026-03-14T09:12:44Z' };
    http.route(
      'GET /connected-vehicle/v2/vehicles',
      keyed(() => ({ data: [{ vin: VIN }] })),
    );
    http.route(
      `GET /energy/v2/vehicles/${VIN}/state`,
      keyed(() => ({
        batteryChargeLevel: point(service.broken ? 'unspecified' : car.soc, 'percentage'),
        electricRange: point(car.range, 'km'),
        chargerConnectionStatus: point(known(car.status, (status) => (status === 'A' ? 'DISCONNECTED' : 'CONNECTED'))),
        chargingStatus: point(car.status === 'C' ? 'CHARGING' : 'IDLE'),
        targetBatteryChargeLevel: point(car.limitSoc, 'percentage'),
      })),
    );
    http.route(
      `GET /connected-vehicle/v2/vehicles/${VIN}/odometer`,
      keyed(() => ({
        data: { odometer: known(car.odometer, (value) => ({ value, unit: 'km', timestamp: '2026-03-14T09:12:44Z' })) },
      })),
    );
  },
};

const ALL: readonly (readonly [string, ServiceTest])[] = [
  ['tessie', TESSIE],
  ['teslemetry', TESLEMETRY],
  ['teslafi', TESLAFI],
  ['teslalogger', TESLALOGGER],
  ['tronity', TRONITY],
  ['ovms', OVMS],
  ['volvo', VOLVO],
];

describe.each(ALL)('%s', (_, service) => {
  for (const { title, run } of vehicleContract(servicePeer(service))) test(title, run);

  test('is asked again after 15 minutes, or when it matters', async () => {
    const { service: server, clock, device, close } = await startService(service);
    const { soc } = await device.read(inTime());
    expect(soc).toBe(57);
    const { length } = server.http.requests;
    server.car.soc = 60;
    await clock.advance(20_000);
    expect((await device.read(inTime())).soc).toBe(57);
    expect(server.http.requests).toHaveLength(length);
    device.forget?.();
    expect((await device.read(inTime())).soc).toBe(60);
    server.car.soc = 63;
    await clock.advance(15 * 60_000);
    expect((await device.read(inTime())).soc).toBe(63);
    await device.close?.();
    await close();
  });

  test('its options fit its schema', async () => {
    const { vehicles } = await applyPlugin(service.plugin);
    expect(checkOptions('car', vehicles.schema(service.type), service.options('http://127.0.0.1:1')).problems).toEqual(
      [],
    );
    expect(checkOptions('car', vehicles.schema(service.type), { tokn: 1 }).problems.length).toBeGreaterThan(0);
  });
});

test('a car that is asleep keeps its values, and is an error as long as it never said any', async () => {
  const { service, device, close } = await startService(TESSIE);
  service.http.route(`GET /${VIN}/state`, { status: 408, text: '' });
  await expect(device.read(inTime())).rejects.toMatchObject({
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /the car is asleep/,
  });
  TESSIE.serve(service);
  const awake = await device.read(inTime());
  service.http.route(`GET /${VIN}/state`, { status: 408, text: '' });
  device.forget?.();
  expect(await device.read(inTime())).toEqual(awake);
  await close();
});

test('too many requests are followed by a pause until the next full hour', async () => {
  const { service, clock, device, close } = await startService(TESSIE);
  await clock.advance(30 * 60_000);
  service.http.route('GET /vehicles', { status: 429, text: '' });
  await expect(device.read(inTime())).rejects.toMatchObject({ message: /status 429/ });
  TESSIE.serve(service);
  const { length } = service.http.requests;
  await clock.advance(29 * 60_000);
  await expect(device.read(inTime())).rejects.toMatchObject({
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: 'too many requests; the service is asked again in 1 min',
  });
  expect(service.http.requests).toHaveLength(length);
  await clock.advance(60_000);
  expect(await device.read(inTime())).toMatchObject({ soc: 57 });
  await close();
});

test.each([
  [400, 'invalid_client', 'EVCC_DEVICE_AUTH'],
  [401, 'Unauthorized', 'EVCC_DEVICE_AUTH'],
  [403, 'Forbidden', 'EVCC_DEVICE_AUTH'],
  [400, 'server_error', 'EVCC_DEVICE_UNAVAILABLE'],
  [502, 'Bad Gateway', 'EVCC_DEVICE_UNAVAILABLE'],
])('TRONITY: a login that is answered with %i and %s', async (status, error, code) => {
  const { service, device, close } = await startService(TRONITY);
  service.http.route('POST /authentication', { status, text: JSON.stringify({ error }) });
  await expect(device.read(inTime())).rejects.toMatchObject({ code });
  await close();
});

test('an account with several cars needs a vin, and one that it has', async () => {
  const serve = ({ http }: CarService) =>
    http.route(
      'GET /vehicles',
      guarded(() => ({ results: [{ vin: VIN }, { vin: 'OTHER' }] })),
    );
  const { device, close } = await startService({ ...TESSIE, serve });
  await expect(device.read(inTime())).rejects.toMatchObject({
    code: 'EVCC_CONFIG_INVALID',
    message: `configure the vin: the account has ${VIN}, OTHER`,
  });
  await close();
});

test('the refresh token of Volvo is replaced, and the newest one is used after a restart', async () => {
  const { service, clock, device, create, close } = await startService(VOLVO);
  await device.read(inTime());
  await clock.advance(3_600_000);
  await device.read(inTime());
  const tokens = () =>
    service.http.requests
      .filter(({ path }) => path.endsWith('/token.oauth2'))
      .map(({ body }) => new URLSearchParams(body).get('refresh_token'));
  expect(tokens()).toEqual(['geheim-r0', 'geheim-r1']);
  await clock.advance(3_600_000);
  await (await create()).read(inTime());
  expect(tokens()).toEqual(['geheim-r0', 'geheim-r1', 'geheim-r2']);
  await close();
});

test('a session of OVMS that ended is followed by one login', async () => {
  const { service, device, close } = await startService(OVMS);
  await device.read(inTime());
  const logins = () => service.http.requests.filter(({ path }) => path === '/api/cookie').length;
  expect(logins()).toBe(1);
  service.http.route('GET /api/charge/MYCAR', { status: 404, text: '' });
  device.forget?.();
  await expect(device.read(inTime())).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE' });
  expect(logins()).toBe(2);
  await close();
});

test('OVMS needs either a server or a broker', async () => {
  const { vehicles } = await applyPlugin(ovms);
  const login = { user: 'me', password: SECRET, vehicle: 'MYCAR' };
  for (const options of [login, { ...login, server: 'http://a', broker: 'mqtt://b' }]) {
    await expect(vehicles.create('ovms', options)).rejects.toMatchObject({ code: 'EVCC_CONFIG_INVALID' });
  }
});

test('an example of Tessie: miles, percent and words', async () => {
  const { service, device, close } = await startService(TESSIE);
  const answer = {
    charge_state: { usable_battery_level: 57, battery_range: 174.8, charging_state: 'Charging', charge_limit_soc: 80 },
    vehicle_state: { odometer: 29957.2 },
    climate_state: { is_climate_on: false, is_preconditioning: true },
  };
  service.http.route(`GET /${VIN}/state`, { json: answer });
  const { range = 0, odometer = 0, ...rest } = await device.read(inTime());
  expect([Math.round(range), Math.round(odometer)]).toEqual([281, 48_211]);
  expect(rest).toEqual({ soc: 57, limitSoc: 80, status: 'C', climater: true });
  await close();
});
