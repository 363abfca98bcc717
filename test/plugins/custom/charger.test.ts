import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { ChargerDevice } from '../../../core/index.ts';
import type { CustomChargerOptions, CustomSource, CustomTargets } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { type AppliedPlugin, applyPlugin } from '../../contract/index.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';

let http: HttpDevice;
let plugin: AppliedPlugin;
const soon = () => AbortSignal.timeout(5_000);
const constant = (value: string | number | boolean): CustomSource => ({ source: 'constant', value });

beforeEach(async () => {
  http = await startHttpDevice();
  plugin = await applyPlugin(custom);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const path of ['/set', '/current/10.5', '/a%2Fb%3F', '/second'])
      http.route(`${method} ${path as '/set'}`, { text: '' });
  }
});
afterEach(async () => {
  await plugin.remove();
  await http.close();
});

function charger(options: Partial<CustomChargerOptions> = {}): Promise<ChargerDevice> {
  const nowhere: CustomTargets = { target: 'http', url: `${http.url}/set` };
  return plugin.chargers.create('custom', {
    status: constant('B'),
    enabled: constant(false),
    enable: nowhere,
    setMaxCurrent: nowhere,
    ...options,
  });
}

const at = (path: string): CustomSource => ({ source: 'http', url: `${http.url}/${path}` });
const arrived = () => http.requests.map(({ method, path, query, body }) => `${method} ${path}?${query} ${body}`);

describe('commands', () => {
  test('dimming is sent where there is a target for it', async () => {
    const box = await charger({ dim: { target: 'http', url: `${http.url}/set`, body: '{value}' } });
    await box.dim?.(true, soon());
    assert.deepEqual(arrived(), ['POST /set? true']);
    assert.equal((await charger()).dim, undefined);
  });

  test('fill the value into address, text and JSON', async () => {
    const box = await charger({
      setMaxCurrent: [
        { target: 'http', url: `${http.url}/current/{value}`, method: 'GET' },
        { target: 'http', url: `${http.url}/set?amp={value}`, method: 'PUT', body: 'amp={value}&x=1' },
        {
          target: 'http',
          url: `${http.url}/set`,
          body: { amp: '{value}', text: 'to {value} A', list: ['{value}', 1, null] },
        },
      ],
    });
    await box.setMaxCurrent(10.5, soon());
    assert.deepEqual(arrived(), [
      'GET /current/10.5? ',
      'PUT /set?amp=10.5 amp=10.5&x=1',
      'POST /set? {"amp":10.5,"text":"to 10.5 A","list":[10.5,1,null]}',
    ]);
  });

  test('scale numbers without noise and map values; text in an address is escaped', async () => {
    const box = await charger({
      setMaxCurrent: { target: 'http', url: `${http.url}/set`, body: { mA: '{value}' }, scale: 1_000, offset: 5 },
      enable: { target: 'http', url: `${http.url}/{value}`, map: { true: 'a/b?', false: 'second' } },
      setPhases: { target: 'http', url: `${http.url}/set`, body: { force: '{value}' }, map: { '1': true, '3': false } },
    });
    await box.setMaxCurrent(10.1, soon());
    await box.enable(true, soon());
    await box.enable(false, soon());
    await box.setPhases?.(3, soon());
    assert.deepEqual(arrived(), [
      'POST /set? {"mA":10105}',
      'POST /a%2Fb%3F? ',
      'POST /second? ',
      'POST /set? {"force":false}',
    ]);
  });

  test('that a map does not list are refused before anything is sent', async () => {
    const box = await charger({
      setPhases: [
        { target: 'http', url: `${http.url}/set` },
        { target: 'http', url: `${http.url}/set`, map: { '3': 'three' } },
      ],
    });
    await assert.rejects(box.setPhases?.(1, soon()) ?? Promise.resolve(), {
      code: 'EVCC_NOT_SUPPORTED',
      message: 'setPhases: 1 is not in the map (3)',
    });
    assert.deepEqual(arrived(), []);
  });

  test('stop at the first target that fails', async () => {
    const box = await charger({
      enable: [
        { target: 'http', url: `${http.url}/nowhere` },
        { target: 'http', url: `${http.url}/second` },
      ],
    });
    await assert.rejects(box.enable(true, soon()), {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: /\/nowhere: answered with status 404/,
    });
    assert.deepEqual(arrived(), ['POST /nowhere? ']);
  });

  test('and abilities exist only where they are configured', async () => {
    const box = await charger();
    assert.equal('setPhases' in box || 'wakeUp' in box || 'traits' in box, false);
    const traits = { minCurrent: 8, phases: 1 } as const;
    assert.partialDeepStrictEqual((await charger({ traits })).traits, traits);
  });
});

describe('readings', () => {
  test('have nothing that is not configured', async () => {
    assert.deepEqual(await (await charger()).read(soon()), { status: 'B', enabled: false });
  });

  test('take a status from two flags', async () => {
    const status: CustomSource = {
      source: 'calculation',
      status: { connected: constant('on'), charging: constant(1) },
    };
    assert.equal((await (await charger({ status })).read(soon())).status, 'C');
  });

  test('regard a few watts below zero as none, and more as an error', async () => {
    const read = async (power: number, amps = 0) =>
      (await charger({ power: constant(power), currents: [constant(amps), constant(0), constant(0)] })).read(soon());
    assert.equal((await read(-12, -0.1)).power, 0);
    assert.deepEqual((await read(1, -0.1)).currents, [0, 0, 0]);
    await assert.rejects(read(-3_450), { code: 'EVCC_DEVICE_PROTOCOL', message: 'power: -3450 is not at least 0' });
    assert.deepEqual(await read(0, -15), { status: 'B', enabled: false, power: 0 });
  });

  test.each([
    [{ status: constant('G') }, 'status: "G" is not one of A, B, C, D, E, F'],
    [{ enabled: constant('unavailable') }, 'enabled: "unavailable" is not true, false, on, off, 1 or 0'],
    [{ power: constant('much') }, 'power: "much" is not a number (with a decimal point, without unit)'],
  ] as const)('refuse %j', async (options, message) => {
    const box = await charger(options);
    await assert.rejects(box.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
  });

  test('do without optional values that cannot be used', async () => {
    const box = await charger({
      phases: constant(2),
      soc: constant(101),
      identifier: constant('tag'),
      energy: at('no'),
    });
    assert.deepEqual(await box.read(soon()), { status: 'B', enabled: false, identifier: 'tag' });
  });
});
