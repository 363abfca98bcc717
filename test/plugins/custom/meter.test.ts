import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import type { Logger, MeterDevice } from '../../../core/index.ts';
import { silentLogger } from '../../../core/log.ts';
import type { CustomMeterOptions, CustomSource } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { type AppliedPlugin, applyPlugin, deviceContext } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';

let http: HttpDevice;
let plugin: AppliedPlugin;
const clock = new FakeClock();
const soon = () => AbortSignal.timeout(5_000);

beforeEach(async () => {
  http = await startHttpDevice();
  plugin = await applyPlugin(custom, undefined, { clock });
});
afterEach(async () => {
  await plugin.remove();
  await http.close();
});

const create = (options: CustomMeterOptions): Promise<MeterDevice> =>
  plugin.meters.create('custom', options, deviceContext({ clock }));
const at = (path: string, more: object = {}): CustomSource => ({
  source: 'http',
  url: `${http.url}/meter?key=geheim`,
  path,
  ...more,
});

/** Code and message of the failure of reading a power that the device says so. */
async function failure(answer: unknown, options: Partial<CustomMeterOptions> = {}): Promise<string> {
  http.route('GET /meter', typeof answer === 'string' ? { text: answer } : { json: answer });
  const meter = await create({ power: at('power'), ...options });
  const error: unknown = await meter.read(soon()).then(
    (reading) => assert.fail(`it read ${JSON.stringify(reading)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && 'code' in error);
  return `${error.code} ${error.message}`.replace(http.url, 'http://box');
}

describe('what is no usable value is an error that names field, source and text', () => {
  const from = 'power from GET http://box/meter?…, path power';
  test.each([
    [{ power: '12,5' }, 'power: "12,5" is not a number (with a decimal point, without unit)'],
    [{ power: '' }, 'power: an empty text is not a number (with a decimal point, without unit)'],
    [{ power: 'unavailable' }, 'power: "unavailable" is not a number (with a decimal point, without unit)'],
    [{ power: true }, 'power: true is not a number (with a decimal point, without unit)'],
    [{ power: null }, `${from}: null is not a single value`],
    [{ power: [1] }, `${from}: a list is not a single value`],
    [{ power: { w: 1 } }, `${from}: an object is not a single value`],
    [{ watts: 1 }, `${from}: there is no power`],
    [[1], `${from}: there is no power`],
    [null, `${from}: there is no power`],
    ['<html>', `${from}: the answer is not JSON but a web page`],
    ['', `${from}: the answer is not JSON but an empty text`],
    ['{"power": 1', `${from}: the answer is not JSON but "{"power": 1"`],
  ])('%j', async (answer, message) => {
    assert.equal(await failure(answer), `EVCC_DEVICE_PROTOCOL ${message}`);
  });

  test('an operand inside a calculation', async () => {
    const power: CustomSource = {
      source: 'calculation',
      add: [at('power'), { source: 'calculation', negate: at('b') }],
    };
    assert.match(await failure({ power: 1 }, { power }), /PROTOCOL power\.add\[1\]\.negate from GET .*: there is no b/);
    assert.equal(
      await failure({ power: 1, b: 'x' }, { power }),
      'EVCC_DEVICE_PROTOCOL power.add[1]: "x" is not a number',
    );
  });

  test('a text that shall be scaled', async () => {
    assert.match(
      await failure({ power: '12,5' }, { power: at('power', { scale: 1_000 }) }),
      /path power: "12,5" is not a number/,
    );
  });
});

describe('values that the device says are none', () => {
  const unknown = ['unavailable', 'null', ''];

  test('make an optional field absent and a required one unavailable', async () => {
    http.route('GET /meter', { json: { power: 5, soc: 'unavailable', energy: null, a: '', b: 2 } });
    const options = {
      power: at('power'),
      soc: at('soc', { unknown }),
      energy: at('energy', { unknown, scale: 0.001 }),
      returnEnergy: { source: 'calculation', add: [at('b'), at('missing', { unknown })] },
      currents: [at('b'), at('a', { unknown }), at('b')],
    } as const;
    assert.deepEqual(await (await create(options)).read(soon()), { power: 5 });
    assert.equal(
      await failure({ power: 'unavailable' }, { power: at('power', { unknown }) }),
      'EVCC_DEVICE_UNAVAILABLE power: there is no value now',
    );
  });
});

describe('optional values that cannot be used', () => {
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (message) => void lines.push(`info ${message}`),
    warn: (message) => void lines.push(`warn ${message.replace(http.url, 'http://box')}`),
  };
  const options = (): CustomMeterOptions => ({
    power: at('power'),
    energy: { source: 'http', url: `${http.url}/energy` },
  });
  const meter = (more: Partial<CustomMeterOptions> = {}): Promise<MeterDevice> =>
    plugin.meters.create('custom', { ...options(), ...more }, deviceContext({ clock, log }));

  beforeEach(() => {
    lines.length = 0;
    http.route('GET /meter', { json: { power: 5, value: 100.5 } });
    http.route('GET /energy', { text: '2' });
  });

  test('are absent; the log tells the first failure and the recovery, each once', async () => {
    const device = await meter();
    for (const answer of [{ text: 'x' }, { text: '-1' }, { status: 401, text: '' }, { status: 500, text: '' }]) {
      http.route('GET /energy', answer);
      assert.deepEqual(await device.read(soon()), { power: 5 });
    }
    const number = 'a number (with a decimal point, without unit)';
    assert.deepEqual(lines.splice(0), [`warn energy is left out of the readings: energy: "x" is not ${number}`]);
    http.route('GET /energy', { text: '2' });
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await device.read(soon()), { power: 5, energy: 2_000 });
    }
    assert.deepEqual(lines.splice(0), ['info energy can be read again']);
    http.route('GET /energy', { status: 403, text: '' });
    assert.deepEqual(await device.read(soon()), { power: 5 });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^warn energy is left out .*credentials were refused with status 403/);
  });

  test('are told each by its name', async () => {
    const device = await meter({
      soc: at('value'),
      currents: [at('power'), at('power'), at('none')],
      returnEnergy: { source: 'constant', value: -1 },
    });
    assert.deepEqual(await device.read(soon()), { power: 5, energy: 2_000 });
    assert.equal(lines.length, 3);
    const told = lines.join('\n');
    assert.match(told, /^warn soc is left out of the readings: soc: 100.5 is not 100 at most$/m);
    assert.match(told, /^warn returnEnergy is left out of the readings: returnEnergy: -1 is not at least 0$/m);
    assert.match(told, /^warn currents is left out of the readings: currents\[2\] from GET .*: there is no none$/m);
  });

  test('are waited for a little longer than for the others, and no longer', async () => {
    const silent = await startHttpDevice();
    try {
      await silent.fail('hang');
      const device = await meter({ energy: { source: 'http', url: `${silent.url}/energy` } });
      const reading = device.read(soon());
      while (clock.pending === 0 || silent.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(1_999);
      const state = await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 30, 'still waiting'))]);
      assert.equal(state, 'still waiting');
      await clock.advance(1);
      assert.deepEqual(await reading, { power: 5 });
      assert.match(lines.join(), /^warn energy is left out of the readings: energy.*: there was no answer in time$/);
      assert.equal(clock.pending, 0);
    } finally {
      await silent.close();
    }
  });

  test('are no subject of the log while the device cannot be read at all, or was given up', async () => {
    const device = await meter({ energy: at('none') });
    http.route('GET /meter', { status: 401, text: '' });
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_AUTH' });
    await assert.rejects(device.read(AbortSignal.abort()));
    assert.deepEqual(lines, []);
  });
});

describe('requests', () => {
  test('one answer serves all values of a device, and of all devices that ask at the same moment', async () => {
    http.route('GET /meter', { json: { power: 5, soc: 50 } });
    const first = await create({
      power: at('power'),
      soc: at('soc'),
      currents: [at('power'), at('power'), at('power')],
    });
    const second = await create({ power: at('soc', { scale: -1 }) });
    const readings = await Promise.all([first.read(soon()), second.read(soon())]);
    assert.deepEqual(readings, [{ power: 5, soc: 50, currents: [5, 5, 5] }, { power: -50 }]);
    assert.equal(http.requests.length, 1);
    await first.read(soon());
    assert.equal(http.requests.length, 2);
  });

  test('requests that differ in anything are made each', async () => {
    http.route('GET /meter', { json: { power: 5 } });
    http.route('POST /meter', { json: { power: 6 } });
    const meter = await create({
      power: at('power'),
      energy: at('power', { method: 'POST', body: { ask: 'energy' } }),
      returnEnergy: at('power', { method: 'POST', body: { ask: 'return' } }),
      soc: at('power', { headers: { 'x-a': 'b' } }),
    });
    assert.deepEqual(await meter.read(soon()), { power: 5, energy: 6_000, returnEnergy: 6_000, soc: 5 });
    assert.deepEqual(http.requests.map(({ body }) => body).sort(), ['', '', '{"ask":"energy"}', '{"ask":"return"}']);
  });

  test('one who loses patience does not take the answer away from others', async () => {
    await http.fail('hang');
    const first = await create({ power: at('power') });
    const second = await create({ power: at('power') });
    const patience = new AbortController();
    const impatient = first.read(patience.signal);
    const patient = second.read(soon());
    patience.abort();
    await assert.rejects(impatient, /power: GET .*: there was no answer in time/);
    const state = await Promise.race([patient, new Promise((resolve) => setTimeout(resolve, 30, 'still waiting'))]);
    assert.equal(state, 'still waiting');
    await http.fail('refuse');
    await assert.rejects(patient, { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await http.recover();
    http.route('GET /meter', { json: { power: 7 } });
    assert.deepEqual(await second.read(soon()), { power: 7 });
  });

  test('an answer is used again as long as its cache says, but no failure, and not after a command', async () => {
    let power = 1;
    http.route('GET /meter', () => ({ json: { power: power++ } }));
    http.route('POST /mode', { text: '' });
    const meter = await create({
      power: at('power', { cache: 30 }),
      setBatteryMode: { target: 'http', url: `${http.url}/mode`, body: '{value}' },
    });
    const read = async () => (await meter.read(soon())).power;
    assert.equal(await read(), 1);
    await clock.advance(29_999);
    assert.equal(await read(), 1);
    await clock.advance(1);
    assert.equal(await read(), 2);
    await meter.setBatteryMode?.('hold', soon());
    assert.equal(await read(), 3);
    clock.jump(clock.now() - 3_600_000);
    assert.equal(await read(), 4, 'a clock that was set back keeps nothing alive');
    await clock.advance(60_000);
    await http.fail('error');
    await assert.rejects(read());
    await http.recover();
    assert.equal(await read(), 5);
  });
});

test('a meter that can be dimmed and curtailed is told what the grid operator allows', async () => {
  http.route('GET /meter', { json: { power: 1 } });
  http.route('POST /dim', { text: '' });
  http.route('POST /feedin', { text: '' });
  const meter = await create({
    power: at('power'),
    dim: { target: 'http', url: `${http.url}/dim`, body: '{value}', map: { true: 'on', false: 'off' } },
    curtail: { target: 'http', url: `${http.url}/feedin`, body: '{value}' },
  });
  await meter.dim?.(true, soon());
  await meter.dim?.(false, soon());
  await meter.curtail?.(60, soon());
  assert.deepEqual(
    http.requests.map(({ path, body }) => `${path} ${body}`),
    ['/dim on', '/dim off', '/feedin 60'],
  );
});

test('an answer without path is the value itself', async () => {
  http.route('GET /power', { text: ' 12.5\n' });
  const meter = await create({ power: { source: 'http', url: `${http.url}/power`, scale: 1_000, offset: -500 } });
  assert.deepEqual(await meter.read(soon()), { power: 12_000 });
});

test('constants and calculations need no connection; kWh become Wh', async () => {
  const meter = await create({
    power: {
      source: 'calculation',
      multiply: [
        { source: 'constant', value: 230 },
        { source: 'constant', value: '-16' },
      ],
    },
    energy: { source: 'constant', value: 12.345 },
    capacity: 9.6,
  });
  assert.deepEqual(await meter.read(soon()), { power: -3_680, energy: 12_345 });
  assert.deepEqual(meter.traits, { capacity: 9_600 });
});
