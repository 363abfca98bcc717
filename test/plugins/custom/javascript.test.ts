import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MeterDevice } from '../../../core/index.ts';
import type { CustomSource, CustomTarget } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { type AppliedPlugin, applyPlugin } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { startHttpDevice } from '../../helpers/http-device.ts';

/** Code goes behind whatever else wants the processor: only the time that it computes counts. */
const STILL = new FakeClock();
const patient = () => new AbortController().signal;
const LONG = { timeout: 60_000 };

let plugin: AppliedPlugin;
beforeAll(async () => {
  plugin = await applyPlugin(custom, undefined, { clock: STILL });
});
afterAll(() => plugin.remove());

const constant = (value: number | string | boolean, unknown: string[] = []): CustomSource => ({
  source: 'constant',
  value,
  unknown,
});
const VALUES = { a: constant(5), text: constant('{"list":[{"w":7}]}'), on: constant(true), none: constant('x', ['x']) };
const js = (code: string): CustomSource => ({ source: 'javascript', code, values: VALUES });
const meter = (power: CustomSource, setBatteryMode?: CustomTarget): Promise<MeterDevice> =>
  plugin.meters.create('custom', { power, ...(setBatteryMode && { setBatteryMode }) });
const read = async (code: string) => (await (await meter(js(code))).read(patient())).power;

describe('code as source', () => {
  test.each([
    ['a * 2 + 0.5', 10.5],
    ['JSON.parse(text).list.find(({ w }) => w > 0).w', 7],
    ['const half = a / 2; if (on) half; else -half', 2.5],
    ['none === undefined ? 1 : none', 1],
    ['"12"', 12],
    ['on ? Math.max(a, 6) : 0', 6],
  ])('%s', async (code, expected) => {
    expect(await read(code)).toBe(expected);
  });

  test('is scaled, and may be told that there is no value', async () => {
    expect((await (await meter({ ...js('a'), scale: 1_000 })).read(patient())).power).toBe(5_000);
    for (const code of ['null', 'undefined', 'none']) {
      await expect(read(code)).rejects.toMatchObject({
        code: 'EVCC_DEVICE_UNAVAILABLE',
        message: 'power: there is no value now',
      });
    }
  });

  test.each([
    ['a +', "SyntaxError: unexpected token in expression: ''"],
    ['b', 'ReferenceError: b is not defined'],
    ['throw new TypeError("wrong")', 'TypeError: wrong'],
    ['throw 1', 'it throws what is no error'],
    ['throw {}', 'it throws what says nothing'],
    ['({ a })', 'the result is neither a number nor a text nor true or false'],
    ['Promise.resolve(1)', 'the result is neither a number nor a text nor true or false'],
    ['0 / 0', 'the result is no number (NaN)'],
    ['"x".repeat(70000)', 'the result is a text that is too long'],
    ['"x".repeat(1e9)', 'InternalError: out of memory'],
    ['const f = () => f() + 1; f()', 'RangeError: Maximum call stack size exceeded'],
  ])('%s is an error in words', async (code, message) => {
    await expect(read(code)).rejects.toMatchObject({
      code: 'EVCC_DEVICE_PROTOCOL',
      message: `power: the code fails: ${message}`,
    });
  });

  test('reaches nothing but its values', async () => {
    const names =
      'process require module global fetch XMLHttpRequest WebSocket setTimeout std os console WebAssembly Worker';
    expect(
      await read(`[${names.split(' ').map((name) => `typeof ${name}`)}].filter((type) => type !== 'undefined').length`),
    ).toBe(0);
    for (const code of [
      'constructor.constructor("return process")()',
      'a.constructor.constructor("return process.env")()',
    ]) {
      await expect(read(code)).rejects.toMatchObject({ message: /process is not defined$/ });
    }
    await expect(read('import("node:fs")')).rejects.toMatchObject({ code: 'EVCC_DEVICE_PROTOCOL' });
  });

  test.each(['new ArrayBuffer(1e6)', 'new SharedArrayBuffer(1e6)', '"x".repeat(1e6 + all.length)'])(
    'takes no more memory than it may, also as many times %s',
    async (piece) => {
      const code = `const all = []; try { while (all.length < 100) all.push(${piece}) } catch {} all.length`;
      expect(await read(code)).toBeLessThan(32);
      expect(await read('a')).toBe(5);
    },
  );

  test('keeps nothing for the next time', async () => {
    expect(await read('globalThis.count = (globalThis.count ?? 0) + 1; Array.prototype.evil = 1; count')).toBe(1);
    expect(await read('globalThis.count = (globalThis.count ?? 0) + ([].evil ?? 1); count')).toBe(1);
  });

  test('is ended when it loops, also inside of the interpreter, and the next code runs', LONG, async () => {
    await expect(read('for (;;);')).rejects.toMatchObject({ message: /the code fails: it takes longer than 0.5 s$/ });
    const clock = new FakeClock();
    const other = await applyPlugin(custom, undefined, { clock });
    const run = async (code: string) => (await other.meters.create('custom', { power: js(code) })).read(patient());
    expect(await run('a')).toEqual({ power: 5 });
    const looping = run('[].indexOf.call({ length: 2 ** 53 - 1 }, 1)');
    const next = run('a');
    await expect(clock.until(looping)).rejects.toMatchObject({ message: /the code fails: it takes too long$/ });
    expect(await next).toEqual({ power: 5 });
    await other.remove();
  });

  test('is not begun when its time is over before it is its turn', LONG, async () => {
    const looping = await meter(js('for (;;);'));
    const late = new AbortController();
    const reasons = Array.from({ length: 4 }, () => looping.read(late.signal).then(String, String));
    await setImmediate();
    late.abort();
    const begun = (await Promise.all(reasons)).filter((reason) => reason.includes('longer than 0.5 s'));
    expect(begun).toHaveLength(1);
  });

  test('does not hold up a reading whose time is over', async () => {
    const device = await meter(js('a'));
    await expect(device.read(AbortSignal.abort())).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE' });
  });
});

test('code as target makes another value, or refuses the command', async () => {
  const http = await startHttpDevice();
  http.route('POST /mode', { text: 'ok' });
  const to: CustomTarget = { target: 'http', url: `${http.url}/mode`, body: { mode: '{value}' } };
  const code = 'value === "charge" ? undefined : value.length';
  const device = await meter(constant(0), { target: 'javascript', code, to });
  await device.setBatteryMode?.('hold', patient());
  expect(http.requests.map(({ body }) => body)).toEqual(['{"mode":4}']);
  await expect(device.setBatteryMode?.('charge', patient())).rejects.toMatchObject({
    code: 'EVCC_NOT_SUPPORTED',
    message: 'setBatteryMode: the code makes nothing of charge',
  });
  expect(http.requests).toHaveLength(1);
  await http.close();
});
