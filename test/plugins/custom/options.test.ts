import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { describe, test } from 'vitest';
import type { JsonSchema } from '../../../core/config/json-schema.ts';
import { checkOptions } from '../../../core/config/options.ts';
import { formatProblem } from '../../../core/config/problem.ts';
import { collectSecrets } from '../../../core/config/secrets.ts';
import { chargerSchema, meterSchema, tariffSchema, vehicleSchema } from '../../../plugins/custom/schema.ts';
import { chargerOptions, meterOptions } from './wallbox.ts';

const problems = (schema: TSchema, value: unknown) => checkOptions('x', schema, value).problems.map(formatProblem);
const http = { source: 'http', url: 'http://box/status', path: 'a.b[0]' } as const;
const mqtt = { source: 'mqtt', broker: 'mqtts://broker', topic: 'a/b' } as const;
const post = { target: 'http', url: 'https://box/{value}' } as const;
const publish = { target: 'mqtt', broker: 'ws://broker/mqtt', topic: 'a/{value}' } as const;
const constant = { source: 'constant', value: 1 } as const;

describe('the schema takes', () => {
  test('a complete charger, battery, vehicle and tariff', () => {
    assert.deepEqual(
      problems(
        chargerSchema,
        chargerOptions(
          () => http,
          () => post,
        ),
      ),
      [],
    );
    assert.deepEqual(
      problems(
        meterSchema,
        meterOptions(
          () => mqtt,
          () => publish,
        ),
      ),
      [],
    );
    assert.deepEqual(problems(vehicleSchema, { soc: http, climater: mqtt, wakeUp: [post, publish] }), []);
    assert.deepEqual(problems(tariffSchema, { forecast: { ...http, scale: 0.001 }, charges: 0.1, tax: 0.19 }), []);
  });

  test('calculations of calculations', () => {
    const calculation = (operation: object) => ({ source: 'calculation', ...operation });
    let power: object = http;
    for (const name of ['negate', 'absolute', 'sign']) power = calculation({ [name]: power });
    for (const name of ['add', 'multiply', 'min', 'max']) power = calculation({ [name]: [power, constant] });
    power = calculation({ divide: [power, constant], scale: 2, offset: 1 });
    power = calculation({ map: { of: power, values: { '1': 'on', '2': true, '3': 5 }, otherwise: 0 } });
    power = calculation({ status: { connected: power, charging: mqtt } });
    assert.deepEqual(problems(meterSchema, { power }), []);
  });
});

test.each<[object, string[]]>([
  [
    { ...http, source: 'htp' },
    [
      'x.power.source: must be one of "constant", "http", "mqtt", "modbus", "sunspec", "websocket", "script", "javascript", "calculation", did you mean "http"? (is "htp")',
    ],
  ],
  [{ ...http, pth: 'a' }, ['x.power.pth: unknown key, did you mean "path"?']],
  [{ ...http, url: 'ftp://box' }, ['x.power.url: must be a text like /^https?://[^\\s/]+/ (is "ftp://box")']],
  [{ ...http, cache: -1 }, ['x.power.cache: must be a number from 0 to 86400 s (is -1)']],
  [{ ...http, auth: { type: 'basic', user: 'me' } }, ['x.power.auth.password: is missing: must be a text (Password)']],
  [
    { ...http, auth: { type: 'ntlm' } },
    ['x.power.auth.type: must be one of "basic", "digest", "bearer", "header", "query" (is "ntlm")'],
  ],
  [{ ...mqtt, topic: 'a/#' }, ['x.power.topic: must be a text like /^[^#+\\u0000]+$/ (is "a/#")']],
  [
    { ...mqtt, broker: 'http://x' },
    ['x.power.broker: must be a text like /^(mqtts?|wss?)://[^\\s/]+/ (is "http://x")'],
  ],
  [{ source: 'constant', value: null }, ['x.power.value: must be a number or a text or true or false (is null)']],
  [
    { source: 'calculation', add: [http], multiply: [http] },
    ['x.power.multiply: unknown key; known: source, add, scale, offset, unknown'],
  ],
  [
    { source: 'calculation', add: [http, { source: 'calculation', negate: { ...http, scal: 1 } }] },
    ['x.power.add[1].negate.scal: unknown key, did you mean "scale"?'],
  ],
])('%j is refused in words', (power, expected) => {
  assert.deepEqual(problems(meterSchema, { power }), expected);
});

test('a calculation is told by its operation, however much in it is wrong', () => {
  const wrong = { ...constant, value: [] };
  const power = { source: 'calculation', multiply: [wrong, wrong, wrong] };
  assert.deepEqual(
    problems(meterSchema, { power }).map((text) => text.split(':')[0]),
    [0, 1, 2].map((index) => `x.power.multiply[${index}].value`),
  );
  const [nothing] = problems(meterSchema, { power: { source: 'calculation' } });
  assert.match(nothing ?? '', /^x\.power: must have one of the keys add, multiply, divide,/);
});

test('a path that is none is refused', () => {
  const [problem] = problems(meterSchema, { power: { ...http, path: 'a..b' } });
  assert.match(problem ?? '', /^x\.power\.path: must be a text like .* \(is "a\.\.b"\)$/);
});

test('what is missing, too short or of another kind is refused', () => {
  assert.match(
    problems(meterSchema, {})[0] ?? '',
    /^x\.power: is missing: must be an object with source: "constant".*\(Power in W/,
  );
  assert.match(problems(meterSchema, { power: 5 })[0] ?? '', /^x\.power: must be an object with source: .*\(is 5\)$/);
  assert.match(problems(meterSchema, { power: http, currents: [http, http] })[0] ?? '', /must be a list of 3 values/);
  assert.match(
    problems(meterSchema, { power: http, setBatteryMode: [] })[0] ?? '',
    /must be a list of at least 1 value/,
  );
  assert.deepEqual(problems(meterSchema, { power: http, setBatteryMode: http }).slice(0, 1), [
    'x.setBatteryMode.target: is missing: must be one of "http", "mqtt", "modbus", "sunspec", "websocket", "script", "javascript"',
  ]);
  assert.deepEqual(problems(tariffSchema, { forecast: constant }), [
    'x.forecast.source: must be one of "http", "mqtt", "websocket", "script" (is "constant")',
  ]);
});

test('passwords, tokens and headers are secret wherever they stand', () => {
  const auths = [
    { type: 'basic', user: 'u', password: 'secret-1' },
    { type: 'bearer', token: 'secret-2' },
    { type: 'header', name: 'X-Key', value: 'secret-3' },
    { type: 'digest', user: 'u', password: 'secret-9' },
    { type: 'query', name: 'token', value: 'secret-10' },
  ];
  const power = {
    source: 'calculation',
    add: [
      ...auths.map((auth) => ({ ...http, auth })),
      { ...mqtt, password: 'secret-4' },
      { ...http, headers: { 'X-Key': 'secret-5' } },
    ],
  };
  const setBatteryMode = [
    { ...publish, password: 'secret-6' },
    { ...post, url: 'http://u:secret-7@box', headers: { Cookie: 'secret-8' } },
  ];
  assert.deepEqual(
    collectSecrets(meterSchema, { power, setBatteryMode }).sort(),
    [1, 10, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `secret-${number}`),
  );
});

test('the README names every option', () => {
  const text = readFileSync(new URL('../../../plugins/custom/README.md', import.meta.url), 'utf8');
  const names = new Set<string>();
  const collect = (schema: JsonSchema | undefined): void => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      names.add(name);
      collect(property);
    }
    for (const part of [...(schema?.anyOf ?? []), ...Object.values(schema?.$defs ?? {})]) collect(part);
    if (schema?.items && !Array.isArray(schema.items)) collect(schema.items as JsonSchema);
  };
  for (const schema of [chargerSchema, meterSchema, vehicleSchema, tariffSchema]) collect(schema as JsonSchema);
  assert.ok(names.size > 60);
  assert.deepEqual(
    [...names].filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(text)),
    [],
  );
});
