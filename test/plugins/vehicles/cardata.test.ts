import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Login, VehicleDevice } from '../../../core/index.ts';
import type { Store } from '../../../core/store.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { Answer } from '../../../plugins/shared/answer.ts';
import cardata from '../../../plugins/vehicles/cardata/index.ts';
import { merge, type Values } from '../../../plugins/vehicles/cardata/protocol.ts';
import {
  type AppliedPlugin,
  applyPlugin,
  deviceContext,
  type VehicleHardware,
  type VehiclePeer,
  vehicleContract,
} from '../../contract/index.ts';
import { inTime } from '../../contract/peer.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type HttpDevice, type HttpFault, startHttpDevice } from '../../helpers/http-device.ts';
import { arrived } from '../../helpers/line-clock.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';

const VIN = 'WBY000000000000001';
const ID = 'geheim-id';
let broker: Mosquitto;
let car: MqttClient;
let http: HttpDevice;
let clock: FakeClock;
let store: Store;
let plugin: AppliedPlugin;
let loggedIn: boolean;
let refresh: number;

beforeAll(async () => {
  broker = await startMosquitto({ user: 'gcid-1', password: ID });
  car = await connectAsync(broker.url, { username: 'gcid-1', password: ID });
});
afterAll(async () => {
  await car.endAsync();
  await broker.stop();
});

const tokens = () => {
  refresh += 1;
  return {
    json: {
      access_token: 'geheim-a',
      refresh_token: `geheim-r${refresh}`,
      id_token: ID,
      gcid: 'gcid-1',
      expires_in: 3_600,
    },
  };
};
const at = (value: string, minute: number, unit = '%') => ({ value, unit, timestamp: `2026-03-14T09:${minute}:44Z` });
const SOC = 'vehicle.drivetrain.batteryManagement.header';
const PORT = 'vehicle.body.chargingPort.status';
const CHARGING = 'vehicle.drivetrain.electricEngine.charging.status';

beforeEach(async () => {
  loggedIn = false;
  refresh = 0;
  clock = new FakeClock();
  store = createMemoryStore();
  http = await startHttpDevice();
  http.route('POST /gcdm/oauth/device/code', {
    json: {
      user_code: 'ABCD-EFGH',
      device_code: 'geheim-d',
      verification_uri: 'https://login.example/go',
      interval: 5,
      expires_in: 300,
    },
  });
  http.route('POST /gcdm/oauth/token', ({ body }) => {
    const given = new URLSearchParams(body);
    if (given.get('grant_type') === 'refresh_token') {
      return given.get('refresh_token') === `geheim-r${refresh}`
        ? tokens()
        : { status: 400, text: '{"error":"invalid_grant"}' };
    }
    return loggedIn ? tokens() : { status: 403, text: '{"error":"authorization_pending"}' };
  });
  http.route('GET /customers/vehicles/mappings', {
    json: [
      { vin: 'SHARED', mappingType: 'SECONDARY' },
      { vin: VIN, mappingType: 'PRIMARY' },
    ],
  });
  http.route('GET /customers/containers', { json: { containers: [] } });
  http.route('POST /customers/containers', { json: { containerId: 'c1' } });
  http.route(`GET /customers/vehicles/${VIN}/telematicData`, {
    json: { telematicData: { [SOC]: at('57', 12), [PORT]: at('CONNECTED', 12), [CHARGING]: { value: null } } },
  });
  plugin = await applyPlugin(cardata, undefined, { clock, store });
});
afterEach(async () => {
  await plugin.remove();
  await http.close();
  // What the broker keeps would be news for the next car.
  await car.publishAsync(`gcid-1/${VIN}`, '', { retain: true, qos: 1 });
});

const create = (more: object = {}): Promise<VehicleDevice> => {
  const options = { clientId: 'client-1', url: http.url, login: http.url, stream: broker.url, ...more };
  return plugin.vehicles.create('cardata', options, { clock });
};
const asked = (path: string): number => http.requests.filter((request) => request.path === path).length;
const logIn = async (more: object = {}): Promise<VehicleDevice> => {
  loggedIn = true;
  await create(more).catch(() => {});
  // An answer may still be on its way after which the service is asked again.
  await expect.poll(() => clock.due).toBeLessThanOrEqual(5_000);
  await clock.advance(5_000);
  await expect.poll(async () => (await store.memory.all()).size).toBe(1);
  return create(more);
};

/** The car behind API and stream: what it knows arrives by the stream, what it does not know never did. */
async function peer(): Promise<VehiclePeer> {
  const keys = {
    soc: SOC,
    range: 'vehicle.drivetrain.lastRemainingRange',
    odometer: 'vehicle.vehicle.travelledDistance',
    limitSoc: 'vehicle.powertrain.electric.battery.stateOfCharge.target',
    climater: 'vehicle.vehicle.preConditioning.activity',
  } as const;
  let known: VehicleHardware = {};
  let minute = 12;
  const streamed: Record<string, unknown> = {};
  const device = await logIn();
  return {
    device,
    secrets: [ID, 'geheim-a', 'geheim-d', 'geheim-r1'],
    state: () => known,
    async set(changed) {
      known = { ...known, ...changed };
      minute += 1;
      const { status, ...values } = changed;
      for (const [name, value] of Object.entries(values)) {
        const text = typeof value === 'boolean' ? (value ? 'HEATING' : 'INACTIVE') : String(value);
        streamed[keys[name as keyof typeof keys]] = at(text, minute);
      }
      if (status) {
        streamed[PORT] = at(status === 'A' ? 'DISCONNECTED' : 'CONNECTED', minute);
        streamed[CHARGING] = at(status === 'C' ? 'CHARGINGACTIVE' : 'NOCHARGING', minute);
      }
      const message = JSON.stringify({ vin: VIN, data: streamed });
      await car.publishAsync(`gcid-1/${VIN}`, message, { retain: true, qos: 1 });
    },
    faults: ['refuse', 'hang', 'garbage', 'auth'],
    fail: async (fault) => http.fail(fault as HttpFault),
    recover: async () => {
      await http.recover();
      // The service may not be asked again at once. What is under way does not take hours meanwhile.
      clock.jump(clock.now() + 6 * 3_600_000);
    },
    close: () => {},
  };
}

for (const { title, run } of vehicleContract(peer)) test(title, run);

test('a person is told where to log in, with one code until it ends, and asked for in the pace of the service', async () => {
  const advice = 'log in to BMW: open https://login.example/go and enter the code ABCD-EFGH';
  await expect(create()).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE', message: advice });
  await expect(create()).rejects.toMatchObject({ message: advice });
  expect(asked('/gcdm/oauth/device/code')).toBe(1);
  const [{ body } = { body: '' }] = http.requests;
  expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
    client_id: 'client-1',
    code_challenge_method: 'S256',
  });
  await clock.advance(5_000);
  await expect.poll(() => asked('/gcdm/oauth/token')).toBe(1);
  const device = await logIn();
  expect(await device.read(inTime())).toEqual({ soc: 57, status: 'B' });
  expect(device.traits).toEqual({ streaming: true });
  await device.close?.();
});

test('what was handed out goes to no other address than those that somebody logged in for', async () => {
  await logIn();
  for (const other of [{ url: `${http.url}/other` }, { stream: 'mqtt://127.0.0.1:1' }]) {
    loggedIn = false;
    await expect(create(other)).rejects.toMatchObject({ message: expect.stringContaining('log in to BMW') });
  }
});

test('whoever asks is told what to do to log in, and logging out forgets everything', async () => {
  let login: Login | undefined;
  let changes = 0;
  const announced = (): Promise<VehicleDevice> => {
    const options = { clientId: 'client-1', url: http.url, login: http.url, stream: broker.url };
    const take = (given: Login): void => {
      login = given;
    };
    return plugin.vehicles.create('cardata', options, { clock, login: take });
  };
  await expect(announced()).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE' });
  const end = login?.onChange(() => {
    changes += 1;
  });
  const step = { url: 'https://login.example/go', code: 'ABCD-EFGH', until: clock.now() + 300_000 };
  expect(login?.authenticated).toBe(false);
  expect(await login?.begin(inTime())).toEqual(step);
  expect(asked('/gcdm/oauth/device/code')).toBe(1);
  // A code that ended makes room for another one.
  await clock.advance(301_000);
  expect(await login?.begin(inTime())).toEqual({ ...step, until: clock.now() + 300_000 });
  expect(asked('/gcdm/oauth/device/code')).toBe(2);

  loggedIn = true;
  await clock.advance(5_000);
  await expect.poll(() => login?.authenticated).toBe(true);
  expect(changes).toBe(1);
  expect(await login?.begin(inTime())).toBeUndefined();
  const device = await announced();
  expect(await device.read(inTime())).toMatchObject({ soc: 57 });

  loggedIn = false;
  await login?.end(inTime());
  expect([login?.authenticated, changes]).toEqual([false, 2]);
  expect([...(await store.memory.all()).keys()].filter((key) => key.startsWith('token.'))).toEqual([]);
  await expect(device.read(inTime())).rejects.toMatchObject({ message: /log in to BMW/ });
  expect(asked('/gcdm/oauth/device/code')).toBe(3);
  end?.();
  loggedIn = true;
  await clock.advance(5_000);
  await expect.poll(() => login?.authenticated).toBe(true);
  expect(changes).toBe(2);
  expect(await device.read(inTime())).toMatchObject({ soc: 57 });
  await device.close?.();
});

test('what is still under way for a code that ended does not disturb the next one', async () => {
  let login: Login | undefined;
  const options = { clientId: 'client-1', url: http.url, login: http.url, stream: broker.url };
  const take = (given: Login): void => {
    login = given;
  };
  await plugin.vehicles.create('cardata', options, { clock, login: take }).catch(() => {});
  await http.fail('hang');
  await clock.advance(5_000);
  await expect.poll(() => asked('/gcdm/oauth/token')).toBe(1);
  clock.jump(clock.now() + 301_000);
  await http.recover();
  await login?.begin(inTime());
  // Now the question ends that hung so far.
  await http.fail('refuse');
  await http.recover();
  await arrived();
  loggedIn = true;
  await clock.advance(5_000);
  await expect.poll(() => login?.authenticated).toBe(true);
  expect(asked('/gcdm/oauth/token')).toBe(2);
});

test('a login that is begun goes no further when nobody needs it any more', async () => {
  await http.fail('hang');
  const refused = create().then(
    () => false,
    () => true,
  );
  await expect.poll(() => asked('/gcdm/oauth/device/code')).toBe(1);
  await plugin.remove();
  expect(await refused).toBe(true);
  expect(clock.pending).toBe(0);
});

test('what the car streams counts, key by key, unless it is older', async () => {
  const device = await logIn();
  await device.read(inTime());
  const say = (data: object) =>
    car.publishAsync(`gcid-1/${VIN}`, JSON.stringify({ vin: VIN, data }), { retain: true, qos: 1 });
  await say({ [CHARGING]: at('CHARGINGACTIVE', 20) });
  await expect.poll(() => device.read(inTime())).toEqual({ soc: 57, status: 'C' });
  await say({ [SOC]: at('58', 21), [CHARGING]: at('NOCHARGING', 19) });
  await expect.poll(() => device.read(inTime())).toEqual({ soc: 58, status: 'C' });
  await car.publishAsync(`gcid-1/${VIN}`, 'no JSON');
  await say({ [PORT]: at('DISCONNECTED', 22) });
  await expect.poll(() => device.read(inTime())).toEqual({ soc: 58, status: 'A' });
  expect(asked(`/customers/vehicles/${VIN}/telematicData`)).toBe(1);
  await device.close?.();
});

test('the API is asked seldom, also when it fails', async () => {
  const path = `/customers/vehicles/${VIN}/telematicData`;
  http.route(`GET ${path}`, { status: 500, text: '' });
  const device = await logIn();
  for (let turn = 0; turn < 3; turn += 1) {
    await expect(device.read(inTime())).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE' });
  }
  expect(asked(path)).toBe(1);
  http.route(`GET ${path}`, { json: { telematicData: { [SOC]: at('57', 12) } } });
  clock.jump(clock.now() + 30 * 60_000);
  expect(await device.read(inTime())).toEqual({ soc: 57 });
  clock.jump(clock.now() + 5 * 3_600_000);
  await device.read(inTime());
  expect(asked(path)).toBe(2);
  await device.close?.();
});

test('the tokens survive a restart, and are replaced with every use', async () => {
  const device = await logIn();
  await device.close?.();
  await plugin.remove();
  await clock.advance(2 * 3_600_000);
  plugin = await applyPlugin(cardata, undefined, { clock, store });
  const next = await create();
  expect(await next.read(inTime())).toMatchObject({ soc: 57 });
  expect(asked('/gcdm/oauth/device/code')).toBe(1);
  expect([...(await store.memory.all()).values()][0]).toContain(`geheim-r${refresh}`);
  await next.close?.();
});

test('a client id that is refused is not tried again', async () => {
  http.route('POST /gcdm/oauth/device/code', { status: 400, text: '{"error":"invalid_client"}' });
  await expect(create()).rejects.toMatchObject({
    code: 'EVCC_DEVICE_AUTH',
    message: /client id was refused \(invalid_client\)/,
  });
});

test.each([0, -1, 'soon', null])(
  'a service that names %s as times is asked in a pace that makes sense',
  async (time) => {
    const code = { user_code: 'A', device_code: 'geheim-d', verification_uri: 'https://login.example' };
    http.route('POST /gcdm/oauth/device/code', { json: { ...code, interval: time, expires_in: time } });
    await create().catch(() => {});
    await clock.advance(4_999);
    expect(asked('/gcdm/oauth/token')).toBe(0);
    http.route('POST /gcdm/oauth/token', () => ({ json: { ...tokens().json, expires_in: time } }));
    const device = await logIn();
    const before = asked('/gcdm/oauth/token');
    for (let turn = 0; turn < 3; turn += 1) await device.read(inTime());
    expect(asked('/gcdm/oauth/token')).toBe(before);
    await device.close?.();
  },
);

test('questions of a day are counted, also those of devices that cannot be made, and over a restart', async () => {
  const path = '/customers/vehicles/mappings';
  http.route(`GET ${path}`, { status: 500, text: '' });
  await logIn().catch(() => {});
  for (let turn = 0; turn < 30; turn += 1) await create().catch(() => {});
  await plugin.remove();
  plugin = await applyPlugin(cardata, undefined, { clock, store });
  for (let turn = 0; turn < 30; turn += 1) await create().catch(() => {});
  expect(asked(path)).toBe(50);
  await expect(create()).rejects.toMatchObject({ message: 'the 50 requests of the day are used up' });
  await clock.advance(24 * 3_600_000);
  await create().catch(() => {});
  expect(asked(path)).toBe(51);
});

test('the cars of an account share a connection, and hear what is said of them', async () => {
  let connections = 0;
  const proxy = createServer((socket) => {
    connections += 1;
    const onward = connect(Number(new URL(broker.url).port), '127.0.0.1');
    socket.on('error', () => {}).pipe(onward.on('error', () => {}));
    onward.pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const stream = `mqtt://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  http.route('GET /customers/vehicles/TWO/telematicData', { json: { telematicData: {} } });
  await (await logIn({ stream })).close?.();
  const cars = [await create({ stream, vin: VIN }), await create({ stream, vin: 'TWO' })];
  const say = (vin: string, soc: string) =>
    car.publishAsync(`gcid-1/${vin}`, JSON.stringify({ data: { [SOC]: at(soc, 40) } }), { retain: true, qos: 1 });
  await say(VIN, '61');
  await say('TWO', '62');
  const socs = () => Promise.all(cars.map(async (device) => (await device.read(inTime())).soc));
  await expect.poll(socs).toEqual([61, 62]);
  await cars[0]?.close?.();
  await say('TWO', '63');
  await expect.poll(async () => (await cars[1]?.read(inTime()))?.soc).toBe(63);
  expect(connections).toBe(1);
  await cars[1]?.close?.();
  proxy.close();
});

test('keys that nobody asked for are not kept', () => {
  const values: Values = new Map();
  const more = Object.fromEntries(Array.from({ length: 1_000 }, (_, key) => [`vehicle.k${key}`, at('1', 12)]));
  merge(values, new Answer({ [SOC]: at('57', 12), ...more }, 'stream', deviceContext({ clock })));
  expect([...values.keys()]).toEqual([SOC]);
});
