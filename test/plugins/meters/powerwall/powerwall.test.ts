import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { MeterReading } from '../../../../core/index.ts';
import powerwall from '../../../../plugins/meters/powerwall/index.ts';
import { meterContract } from '../../../contract/index.ts';
import type { ArrivedRequest, HttpAnswer, HttpDevice } from '../../../helpers/http-device.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { AGGREGATES } from './fixtures.ts';

const PASSWORD = 'A1B2C';
const soon = () => AbortSignal.timeout(5_000);
const logins = (box: HttpDevice) => box.requests.filter(({ path }) => path === '/api/login/Basic').length;

/** A gateway that hands out a session, and forgets it when it is told to. */
function serveGateway(box: HttpDevice, aggregates: () => object, soe: () => number | null, password = PASSWORD): void {
  let session = 0;
  box.route('POST /api/login/Basic', ({ body }) => {
    const login = JSON.parse(body) as { username: string; password: string };
    if (login.username !== 'customer' || login.password !== password) return { status: 401, text: '{"code":401}' };
    session += 1;
    const headers = { 'set-cookie': `AuthCookie=secret-${session}; Path=/` };
    return { headers, text: '{"token":"x"}' };
  });
  box.route('POST /forget', () => {
    session += 1;
    return { text: '' };
  });
  const guard =
    (json: () => object) =>
    (request: ArrivedRequest): HttpAnswer =>
      request.headers.cookie === `AuthCookie=secret-${session}` && session > 0
        ? { json: json() }
        : { status: 403, text: '{"code":403}' };
  box.route('GET /api/meters/aggregates', guard(aggregates));
  box.route(
    'GET /api/system_status/soe',
    guard(() => ({ percentage: soe() })),
  );
}

const battery: HttpMeterHardware = {
  type: 'powerwall',
  plugin: powerwall,
  options: { password: PASSWORD, usage: 'battery', capacity: 13.5 },
  address: (url) => ({ host: url }),
  secrets: [PASSWORD, 'secret-1'],
  speed: 200,
  state: { power: 0, energy: 1_000, returnEnergy: 500, soc: 50 },
  writes: (box) => box.requests.filter(({ method, path }) => method !== 'GET' && path !== '/api/login/Basic').length,
  serve: (box, state, invalid) =>
    serveGateway(
      box,
      () => ({
        battery: {
          instant_power: invalid() ? null : state.power,
          energy_exported: state.energy,
          energy_imported: state.returnEnergy,
        },
      }),
      () => state.soc ?? null,
    ),
};

const recorded: HttpMeterHardware = {
  ...battery,
  serve: (box) =>
    serveGateway(
      box,
      () => AGGREGATES,
      () => 69.1,
    ),
};

describe('powerwall', () => {
  for (const { title, run } of meterContract(httpMeterPeer(battery))) test(title, run);

  test.each<[usage: string, MeterReading]>([
    ['grid', { power: -812.4, energy: 9_112_004.8, returnEnergy: 18_234_110.2 }],
    ['pv', { power: 3_632.6, energy: 30_110_222.1 }],
    ['battery', { power: -1_500, energy: 6_120_000, returnEnergy: 7_010_000, soc: 69.1 }],
  ])('reads the %s', async (usage, reading) => {
    const { device, close } = await startHttpMeter({ ...recorded, options: { password: PASSWORD, usage } });
    assert.deepEqual(await device.read(soon()), reading);
    await close();
  });

  test('all meters of a gateway share a login and its answers, and log in again when the session ended', async () => {
    const { box, device, plugin, close } = await startHttpMeter(recorded);
    const grid = await plugin.meters.create('powerwall', { host: box.url, password: PASSWORD, usage: 'grid' });
    await Promise.all([device.read(soon()), grid.read(soon())]);
    await Promise.all([device.read(soon()), grid.read(soon())]);
    assert.equal(logins(box), 1);
    assert.equal(box.requests.filter(({ path }) => path === '/api/meters/aggregates').length, 2);
    await fetch(`${box.url}/forget`, { method: 'POST' });
    assert.equal((await grid.read(soon())).power, -812.4);
    assert.equal(logins(box), 2);
    await close();
  });

  test('a wrong password is refused', async () => {
    const { device, close } = await startHttpMeter({ ...recorded, options: { password: 'WRONG' } });
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_AUTH', message: /: the password was refused$/ });
    await close();
  });
});
