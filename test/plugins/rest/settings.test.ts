import Type from 'typebox';
import { expect, test } from 'vitest';
import type { Setting } from '../../../core/index.ts';
import { published } from './fake-evcc.ts';
import { startRest } from './start-rest.ts';

test.each<[string, 'site' | 'loadpoint', number, string, unknown, unknown]>([
  ['/api/prioritysoc/50', 'site', 0, 'prioritySoc', 50, 50],
  ['/api/buffersoc/80.5', 'site', 0, 'bufferSoc', 80.5, 80.5],
  ['/api/bufferstartsoc/90', 'site', 0, 'bufferStartSoc', 90, 90],
  ['/api/residualpower/-150', 'site', 0, 'residualPower', -150, -150],
  ['/api/smartcostlimit/0.15', 'site', 0, 'smartCostLimit', 0.15, 0.15],
  ['/api/smartcostlimit/-0.05', 'site', 0, 'smartCostLimit', -0.05, -0.05],
  ['/api/telemetry/true', 'site', 0, 'telemetry', true, true],
  ['/api/settings/telemetry/t', 'site', 0, 'telemetry', true, true],
  ['/api/loadpoints/1/mode/pv', 'loadpoint', 1, 'mode', 'pv', 'pv'],
  ['/api/loadpoints/2/mode/minpv', 'loadpoint', 2, 'mode', 'minpv', 'minpv'],
  ['/api/loadpoints/1/minsoc/20', 'loadpoint', 1, 'minSoc', 20, 20],
  ['/api/loadpoints/1/target/soc/80', 'loadpoint', 1, 'targetSoc', 80, 80],
  ['/api/loadpoints/1/target/energy/12.5', 'loadpoint', 1, 'targetEnergy', 12.5, 12.5],
  ['/api/loadpoints/1/phases/1', 'loadpoint', 1, 'phases', 1, 3],
  ['/api/loadpoints/2/phases/3', 'loadpoint', 2, 'phases', 3, 3],
  ['/api/loadpoints/1/mincurrent/6.5', 'loadpoint', 1, 'minCurrent', 6.5, 6.5],
  ['/api/loadpoints/1/maxcurrent/32', 'loadpoint', 1, 'maxCurrent', 32, 32],
  ['/api/loadpoints/1/enable/threshold/-1000', 'loadpoint', 1, 'enableThreshold', -1000, -1000],
  ['/api/loadpoints/1/disable/threshold/200', 'loadpoint', 1, 'disableThreshold', 200, 200],
  [
    '/api/loadpoints/1/target/time/2030-01-01T07:00:00Z',
    'loadpoint',
    1,
    'targetTime',
    Date.UTC(2030, 0, 1, 7),
    {
      soc: 100,
      energy: 0,
      time: '2030-01-01T07:00:00Z',
    },
  ],
])('POST %s sets the value and answers with what is in force', async (path, scope, id, name, value, answer) => {
  const { evcc, ask } = await startRest();
  const { status, json, headers } = await ask('POST', path);
  expect({ status, json }).toEqual({ status: 200, json: { result: answer } });
  expect(headers['content-type']).toBe('application/json; charset=UTF-8');
  expect(evcc.settings.get(scope, id, name)).toEqual(value);
  expect(evcc.commands).toMatchObject([{ scope, id, name, value, source: 'rest' }]);
});

test.each([
  '/api/prioritysoc/101',
  '/api/prioritysoc/-1',
  '/api/prioritysoc/NaN',
  '/api/prioritysoc/Infinity',
  '/api/prioritysoc/1e1',
  '/api/prioritysoc/1.2.3',
  '/api/prioritysoc/.',
  '/api/prioritysoc/..',
  '/api/prioritysoc/%20',
  '/api/prioritysoc/5%200',
  '/api/prioritysoc/0x10',
  '/api/prioritysoc/5,5',
  `/api/prioritysoc/${'9'.repeat(400)}`,
  '/api/prioritysoc/%00',
  '/api/prioritysoc/%2e%2e%2f',
  '/api/residualpower/--5',
  '/api/residualpower/1-2',
  '/api/telemetry/maybe',
  '/api/telemetry/TRUE',
  '/api/loadpoints/1/mode/PV',
  '/api/loadpoints/1/mode/fast',
  '/api/loadpoints/1/mode/pv%00',
  '/api/loadpoints/1/mode/%F0%9F%9A%97',
  '/api/loadpoints/1/mode/__proto__',
  '/api/loadpoints/1/minsoc/20.5',
  '/api/loadpoints/1/target/soc/101',
  '/api/loadpoints/1/target/energy/-1',
  '/api/loadpoints/1/target/time/tomorrow',
  '/api/loadpoints/1/target/time/2030-02-30T00:00:00Z',
  '/api/loadpoints/1/target/time/2020-01-01T00:00:00Z',
  '/api/loadpoints/1/target/time/1893456000000',
  '/api/loadpoints/1/phases/2',
  '/api/loadpoints/2/phases/0',
  '/api/loadpoints/1/mincurrent/0',
  '/api/loadpoints/1/mincurrent/20',
  '/api/loadpoints/1/maxcurrent/33',
  '/api/loadpoints/1/maxcurrent/5',
  '/api/loadpoints/1/vehicle/3',
  '/api/loadpoints/1/vehicle/nobody',
])('POST %s is refused with a reason and changes nothing', async (path) => {
  const { evcc, ask } = await startRest();
  const before = published(evcc);
  const { status, json, headers, text } = await ask('POST', path);
  expect(status).toBe(400);
  expect(json).toEqual({ error: expect.stringMatching(/./) });
  expect(headers['content-length']).toBe(String(Buffer.byteLength(text)));
  expect(evcc.commands).toEqual([]);
  expect(published(evcc)).toEqual(before);
});

test('a refusal says what is allowed', async () => {
  const { ask } = await startRest();
  expect((await ask('POST', '/api/loadpoints/1/mode/fast')).json?.error).toMatch(/off, pv, minpv, now/);
  expect((await ask('POST', '/api/prioritysoc/101')).json?.error).toMatch(/0 to 100/);
});

test.each([
  ['POST', '/api/loadpoints/3/mode/pv'],
  ['POST', '/api/loadpoints/0/mode/pv'],
  ['POST', '/api/loadpoints/-1/mode/pv'],
  ['POST', '/api/loadpoints/01/mode/pv'],
  ['POST', '/api/loadpoints/1.0/mode/pv'],
  ['POST', '/api/loadpoints/garage/mode/pv'],
  ['POST', '/api/loadpoints/99999999999999999999/mode/pv'],
  ['POST', '/api/loadpoints/3/mode'],
  ['DELETE', '/api/loadpoints/3/target/time'],
])('%s %s names a loadpoint that does not exist', async (method, path) => {
  const { evcc, ask } = await startRest();
  const { status, json } = await ask(method, path);
  expect(status).toBe(404);
  expect(json?.error).toMatch(/loadpoint/);
  expect(evcc.commands).toEqual([]);
});

test.each([
  ['as it is', '2030-01-01T07:00:00+02:00'],
  ['percent-encoded', '2030-01-01T07%3A00%3A00%2B02%3A00'],
  ['with a fraction', '2030-01-01T05:00:00.000Z'],
  ['with a negative offset', '2030-01-01T00:00:00-05:00'],
])('a target time may be sent %s', async (_, text) => {
  const { evcc, ask } = await startRest();
  expect((await ask('POST', `/api/loadpoints/1/target/time/${text}`)).status).toBe(200);
  expect(evcc.settings.get('loadpoint', 1, 'targetTime')).toBe(Date.UTC(2030, 0, 1, 5));
});

test.each([
  ['DELETE', '/api/loadpoints/1/target/time'],
  ['POST', '/api/loadpoints/1/target/time'],
  ['POST', '/api/loadpoints/1/target/time/'],
  ['POST', '/api/loadpoints/1/target/time/0001-01-01T00:00:00Z'],
])('%s %s clears the target time', async (method, path) => {
  const { evcc, ask } = await startRest();
  await ask('POST', '/api/loadpoints/1/target/time/2030-01-01T07:00:00Z');
  expect(await ask(method, path)).toMatchObject({ status: 200, json: { result: {} } });
  expect(evcc.settings.get('loadpoint', 1, 'targetTime')).toBeNull();
});

test('a vehicle is selected by its place in the list and taken away', async () => {
  const { evcc, ask } = await startRest();
  expect(await ask('POST', '/api/loadpoints/1/vehicle/2')).toMatchObject({
    status: 200,
    json: { result: { vehicle: 'EV6 <blau>' } },
  });
  expect(evcc.state.loadpoints[0]?.get('vehicleTitle')).toBe('EV6 <blau>');
  expect(await ask('DELETE', '/api/loadpoints/1/vehicle')).toMatchObject({ status: 200, json: { result: {} } });
  expect(evcc.state.loadpoints[0]?.get('vehicleTitle')).toBe('');
});

test('PATCH finds out which vehicle is connected', async () => {
  const { evcc, ask } = await startRest();
  expect(await ask('PATCH', '/api/loadpoints/2/vehicle')).toMatchObject({ status: 200, json: { result: {} } });
  expect(evcc.state.loadpoints[1]?.get('vehicleDetectionActive')).toBe(true);
  expect((await ask('PATCH', '/api/loadpoints/3/vehicle')).status).toBe(404);
  const { status, headers } = await ask('PATCH', '/api/loadpoints/1/mode');
  expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
});

test('the driver tells how full the car is', async () => {
  const { evcc, ask } = await startRest();
  const path = '/api/loadpoints/1/vehiclesoc';
  expect(await ask('POST', `${path}/42.5`)).toMatchObject({ status: 200, json: { result: 42.5 } });
  expect(evcc.state.loadpoints[0]?.get('vehicleSoc')).toBe(42.5);
  expect((await ask('POST', `${path}/101`)).status).toBe(400);
  expect(await ask('DELETE', path)).toMatchObject({ status: 200, json: { result: {} } });
  expect(evcc.state.loadpoints[0]?.get('vehicleSoc')).toBe(0);
});

test('telemetry is readable on both paths', async () => {
  const { ask } = await startRest();
  expect((await ask('GET', '/api/telemetry')).json).toEqual({ result: false });
  await ask('POST', '/api/telemetry/true');
  expect((await ask('GET', '/api/settings/telemetry')).json).toEqual({ result: true });
});

test('a setter without a value that cannot be cleared says that the value is missing', async () => {
  const { evcc, ask } = await startRest();
  for (const path of ['/api/prioritysoc', '/api/loadpoints/1/mode', '/api/loadpoints/1/mode/']) {
    const { status, json } = await ask('POST', path);
    expect(status).toBe(400);
    expect(json?.error).toMatch(/value is missing/);
  }
  expect(evcc.commands).toEqual([]);
});

test('what a plugin adds or takes away while running is reachable at once', async () => {
  const { evcc, ask } = await startRest();
  const row: Setting = {
    scope: 'loadpoint',
    name: 'boost',
    description: 'Boost',
    schema: Type.Integer({ minimum: 0, maximum: 9, default: 0 }),
    rest: { document: ['/boost'] },
    readable: true,
    cleared: 0,
    mqtt: 'boost',
  };
  expect((await ask('POST', '/api/loadpoints/1/boost/3')).status).toBe(404);
  const remove = evcc.addRow(row);
  expect(await ask('POST', '/api/loadpoints/1/boost/3')).toMatchObject({ status: 200, json: { result: 3 } });
  expect(await ask('GET', '/api/loadpoints/1/boost')).toMatchObject({ status: 200, json: { result: 3 } });
  expect(await ask('GET', '/api/loadpoints/7/boost')).toMatchObject({ status: 404 });
  expect(await ask('POST', '/api/loadpoints/1/boost')).toMatchObject({ status: 200 });
  expect(evcc.settings.get('loadpoint', 1, 'boost')).toBe(0);
  remove();
  evcc.addRow({ ...row, name: 'turbo', rest: { document: ['/turbo'] } });
  expect((await ask('GET', '/api/loadpoints/1/boost')).status).toBe(404);
  expect(await ask('GET', '/api/loadpoints/1/turbo')).toMatchObject({ status: 200, json: { result: 0 } });
});

test('a row whose path is no plain path is left out with a warning, and the others work', async () => {
  const { evcc, ask } = await startRest();
  for (const [index, path] of ['/{odd', '/:id', 'nosl ash', '/*all'].entries()) {
    evcc.addRow({
      scope: 'site',
      name: `odd${index}`,
      description: '',
      schema: Type.Integer({ default: 0 }),
      rest: { document: [path] },
      mqtt: `odd${index}`,
    });
  }
  expect((await ask('POST', '/api/prioritysoc/50')).status).toBe(200);
  expect(evcc.logged.filter(({ level, message }) => level === 'warn' && message.includes('not on REST'))).toHaveLength(
    4,
  );
});

test('a plugin that rejects a command is quoted', async () => {
  const { evcc, ask } = await startRest();
  evcc.hooks.command.tapPromise('test', async () => evcc.fail('EVCC_COMMAND_INVALID', 'not while it rains'));
  expect(await ask('POST', '/api/loadpoints/1/mode/pv')).toMatchObject({
    status: 400,
    json: { error: 'not while it rains' },
  });
});

test('a value that could not be stored is an error of the server that names the reason', async () => {
  const { evcc, ask } = await startRest();
  evcc.failStore(true);
  const { status, json } = await ask('POST', '/api/loadpoints/1/mode/pv');
  expect(status).toBe(503);
  expect(json?.error).toMatch(/could not be stored: disk is full/);
});

test('an unexpected failure is logged and not explained to the client', async () => {
  const { evcc, ask } = await startRest();
  evcc.hooks.command.tapPromise('test', async () => {
    throw new TypeError('secret is undefined');
  });
  const { status, json } = await ask('POST', '/api/loadpoints/1/mode/pv');
  expect(status).toBe(500);
  expect(json).toEqual({ error: 'internal error; the log tells more' });
  expect(evcc.logged).toContainEqual({
    level: 'error',
    area: 'rest',
    message: 'POST /api/loadpoints/1/mode/pv failed',
  });
});

test('values that are JSON may come as body; without one they are cleared', async () => {
  const { evcc, ask } = await startRest();
  const path = '/api/loadpoints/1/plan/repeating';
  const plans = [{ weekdays: [1, 5], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true }];
  expect(await ask('POST', path, { body: JSON.stringify(plans) })).toMatchObject({
    status: 200,
    json: { result: plans },
  });
  expect(await ask('POST', path, { body: '[{"weekdays":[9]}]' })).toMatchObject({ status: 400 });
  expect(await ask('POST', path, { body: 'nonsense' })).toMatchObject({ status: 400 });
  expect(evcc.settings.get('loadpoint', 1, 'repeatingPlans')).toEqual(plans);
  const strategy = await ask('POST', '/api/loadpoints/1/plan/strategy', { body: '{"continuous":true}' });
  expect(strategy.json).toEqual({ result: { continuous: true, precondition: 0 } });
  expect(await ask('POST', '/api/loadpoints/1/plan/strategy')).toMatchObject({ status: 400 });
  expect(await ask('POST', path)).toMatchObject({ status: 200 });
  expect(evcc.settings.get('loadpoint', 1, 'repeatingPlans')).toEqual([]);
});
