import { describe, expect, test } from 'vitest';
import { ApiError, createApi } from '../../../plugins/web/page/data/api.ts';
import { lineOf } from '../../../plugins/web/page/data/log.ts';
import { controlOf, pathOf, type Setting } from '../../../plugins/web/page/data/settings.ts';
import { hrefOf, routeOf } from '../../../plugins/web/page/shell/route.ts';
import en from '../../../plugins/web/page/text/en.ts';
import { createText } from '../../../plugins/web/page/text/text.tsx';
import { countdownOf, shortReason } from '../../../plugins/web/page/views/now/reason-text.ts';

describe('the API', () => {
  const api = (status: number, body: string, denied = () => {}) => {
    const asked: string[] = [];
    const send = (async (url: URL, { method = '' }: RequestInit = {}) => {
      asked.push(`${method} ${url.pathname}`);
      return new Response(body, { status });
    }) as unknown as typeof fetch;
    return { asked, api: createApi('http://house:7070/', denied, send) };
  };

  test('takes results out of their envelope', async () => {
    expect(await api(200, '{"result":[1]}').api.ask('a')).toEqual([1]);
    expect(await api(200, '{"a":1}').api.ask('a')).toEqual({ a: 1 });
  });

  test('sets and clears values below the address of the page', async () => {
    const { asked, api: own } = api(200, '{}');
    await own.set('loadpoints/1/mode', 'pv');
    await own.set('smartcostlimit', null);
    await own.set('loadpoints/1/vehicle', 'a b/c');
    expect(asked).toEqual([
      'POST /api/loadpoints/1/mode/pv',
      'DELETE /api/smartcostlimit',
      'POST /api/loadpoints/1/vehicle/a%20b%2Fc',
    ]);
  });

  test('failures say what the server said', async () => {
    await expect(api(400, '{"error":"too much"}').api.ask('a')).rejects.toMatchObject({
      status: 400,
      message: 'too much',
    });
    await expect(api(500, 'oops').api.ask('a')).rejects.toMatchObject({ status: 500, message: 'oops' });
    const problems = [{ path: 'site', message: 'is missing' }];
    await expect(api(503, JSON.stringify({ error: 'broken', problems })).api.ask('a')).rejects.toMatchObject({
      problems,
    });
  });

  test('tells when a login is needed, and when nobody answered', async () => {
    let denied = 0;
    await expect(api(401, '{"error":"no"}', () => void denied++).api.ask('a')).rejects.toBeInstanceOf(ApiError);
    expect(denied).toBe(1);
    const away = createApi(
      'http://house/',
      () => {},
      async () => Promise.reject(new TypeError('failed')),
    );
    await expect(away.ask('a')).rejects.toMatchObject({ name: 'ApiError', status: 0 });
  });
});

describe('controls of settings', () => {
  test.each([
    [{ type: 'boolean' }, { kind: 'switch' }],
    [
      { type: 'integer', minimum: 0, maximum: 10 },
      { kind: 'number', least: 0, most: 10, step: 1, empty: false },
    ],
    [
      { anyOf: [{ type: 'number', minimum: -10_000, maximum: 10_000 }, { type: 'null' }] },
      { kind: 'number', least: -10_000, most: 10_000, step: 0.001, empty: true },
    ],
    [
      { type: 'number', minimum: 1, maximum: 80, unit: 'A' },
      { kind: 'number', least: 1, most: 80, step: 0.1, unit: 'A', empty: false },
    ],
    [{ enum: ['a', 'b'] }, { kind: 'choice', values: ['a', 'b'], empty: false }],
    [{ anyOf: [{ enum: ['a'] }, { type: 'null' }] }, { kind: 'choice', values: ['a'], empty: true }],
    [{ type: 'array' }, undefined],
    [{ anyOf: [{ type: 'integer', unit: 'ms since the epoch' }, { type: 'null' }] }, undefined],
    [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, undefined],
  ])('%j', (schema, control) => expect(controlOf(schema)).toEqual(control));

  test('their paths are those of the API', () => {
    const setting = { path: '/api/loadpoints/:id/mincurrent' } as Setting;
    expect(pathOf(setting, 2)).toBe('loadpoints/2/mincurrent');
  });
});

describe('reasons', () => {
  const text = createText('en', en);
  const reason = (code: string, change?: string) => ({
    by: 'x',
    code,
    text: 'the server says',
    ...(change && { change }),
  });
  test.each([
    [reason('surplus-low', 'starts with 640 W more surplus for 60 s'), 'Waiting for 640 W more sun'],
    [reason('surplus-low'), 'Waiting for more sun'],
    [reason('of-a-plugin'), 'The server says'],
  ])('%j', (given, short) => expect(shortReason(given, text).replace('\u00a0', ' ')).toBe(short));

  test.each([
    [
      { pvAction: 'enable', pvRemaining: 40 },
      { key: 'wait.starts', left: 40 },
    ],
    [
      { pvAction: 'disable', pvRemaining: 10 },
      { key: 'wait.stops', left: 10 },
    ],
    [
      { pvAction: 'inactive', phaseAction: 'scale1p', phaseRemaining: 5 },
      { key: 'wait.phases1', left: 5 },
    ],
    [
      { pvAction: 'inactive', guardAction: 'enable', guardRemaining: 9 },
      { key: 'wait.guard', left: 9 },
    ],
    [{ pvAction: 'inactive' }, undefined],
  ])('%j', (values: Record<string, unknown>, countdown) => {
    const loadpoint = { get: (key: string) => values[key] } as unknown as Parameters<typeof countdownOf>[0];
    expect(countdownOf(loadpoint)).toEqual(countdown);
  });
});

test.each([
  ['', 'now', []],
  ['#/settings/loadpoint/2', 'settings', ['loadpoint', '2']],
  ['#/a%20b', 'a b', []],
  ['#/%', '%', []],
])('the address %j is the view %s', (hash, view, parts) => {
  expect(routeOf(hash)).toEqual({ view, parts });
  expect(routeOf(hrefOf(view, ...parts))).toEqual({ view, parts });
});

test.each([
  [
    '[site  ] WARN 2025/06/15 14:00:00 the meter',
    { area: 'site', level: 'warn', time: '2025/06/15 14:00:00', message: 'the meter' },
  ],
  [
    '[lp-1  ] ERROR 2025/06/15 14:00:00 a\nb',
    { area: 'lp-1', level: 'error', time: '2025/06/15 14:00:00', message: 'a\nb' },
  ],
  ['something else', { area: '', level: 'warn', time: '', message: 'something else' }],
])('the line of the log %j', (text, line) => expect(lineOf(text)).toEqual(line));
