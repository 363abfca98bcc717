import { expect, test } from 'vitest';
import { compileJq } from '../../../../plugins/commands/migrate/jq.ts';
import { HOUSE, migrate } from './migrating.ts';

/** A source of evcc in one line, and ours; `undefined`: there is none. */
const SOURCES: readonly (readonly [yaml: string, source: unknown])[] = [
  ['source: const, value: 5', { source: 'constant', value: 5 }],
  [
    'type: mqtt, topic: a/b, timeout: 30s, scale: 0.001',
    { source: 'mqtt', broker: 'mqtt://localhost:1883', topic: 'a/b', timeout: 30, scale: 0.001 },
  ],
  [
    'source: mqtt, broker: "other:1884", user: u, password: pw-1, topic: a',
    { source: 'mqtt', broker: 'mqtt://other:1884', user: 'u', password: { env: 'IT_PASSWORD' }, topic: 'a' },
  ],
  ['source: http, uri: 192.0.2.9/x, jq: ".a[0].b-c"', undefined],
  [
    'source: http, uri: 192.0.2.9/x, jq: ".a[0].b", cache: 10s',
    { source: 'http', url: 'http://192.0.2.9/x', path: 'a[0].b', cache: 10 },
  ],
  [
    'source: http, uri: "https://x/y", method: post, body: "{}", insecure: true, headers: [{ content-type: application/json }, { X-Api-Key: pw-1 }], auth: { type: digest, user: u, password: pw-1 }',
    {
      source: 'http',
      url: 'https://x/y',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Api-Key': { env: 'IT_X_API_KEY' } },
      body: '{}',
      auth: { type: 'digest', user: 'u', password: { env: 'IT_PASSWORD' } },
      insecure: true,
    },
  ],
  ['source: http, uri: "http://x/y?apikey=pw-1"', { source: 'http', url: { env: 'IT_URL' } }],
  [
    'source: http, uri: "http://x", auth: { type: bearer, token: pw-1 }',
    { source: 'http', url: 'http://x', auth: { type: 'bearer', token: { env: 'IT_TOKEN' } } },
  ],
  ['source: http, uri: "http://x", unpack: hex', undefined],
  ['source: http, uri: "http://x", regex: "("', undefined],
  [
    'source: http, uri: "http://x", regex: "(?i)power=([0-9]+)"',
    {
      source: 'javascript',
      values: { answer: { source: 'http', url: 'http://x' } },
      code: 'const found = new RegExp("power=([0-9]+)", \'i\').exec(String(answer));\nfound ? (found[1] ?? found[0]) : undefined;',
    },
  ],
  [
    'source: script, cmd: /bin/sh -c "echo \'a b\' $X" , timeout: 3s',
    { source: 'script', command: '/bin/sh', args: ['-c', "echo 'a b' $X"], timeout: 3 },
  ],
  [
    'source: websocket, uri: "ws://x/socket", jq: .data.power',
    { source: 'websocket', url: 'ws://x/socket', path: 'data.power' },
  ],
  [
    'source: modbus, uri: "192.0.2.8:502", id: 3, register: { address: 40070, type: holding, decode: int32s }, scale: -1',
    { source: 'modbus', host: '192.0.2.8', port: 502, id: 3, address: 40_070, type: 'i32', order: 'little', scale: -1 },
  ],
  [
    'source: modbus, device: /dev/ttyUSB0, baudrate: 9600, comset: 8n1, id: 1, register: { address: 4, type: input, decode: uint16, bitmask: 0x30 }',
    {
      source: 'modbus',
      device: '/dev/ttyUSB0',
      baudrate: 9600,
      comset: '8N1',
      id: 1,
      address: 4,
      table: 'input',
      type: 'bits',
      bit: 4,
      bits: 2,
    },
  ],
  ['source: modbus, uri: "192.0.2.8:502", model: sma, value: Power', undefined],
  [
    'source: sunspec, uri: "192.0.2.8:502", id: 1, value: ["203:W", "213:W"]',
    { source: 'sunspec', host: '192.0.2.8', port: 502, id: 1, model: [203, 213], point: 'W' },
  ],
  [
    'source: sunspec, uri: "192.0.2.8:502", value: "160:2:DCW"',
    { source: 'sunspec', host: '192.0.2.8', port: 502, model: 160, point: 'DCW', module: 2 },
  ],
  [
    'source: calc, add: [{ source: const, value: 1 }, { source: calc, sign: { source: const, value: 2 } }]',
    {
      source: 'calculation',
      add: [
        { source: 'constant', value: 1 },
        { source: 'calculation', sign: { source: 'constant', value: 2 } },
      ],
    },
  ],
  [
    'source: calc, sub: [{ source: const, value: 1 }, { source: const, value: 2 }]',
    {
      source: 'calculation',
      add: [
        { source: 'constant', value: 1 },
        { source: 'calculation', negate: { source: 'constant', value: 2 } },
      ],
    },
  ],
  ['source: calc, add: [{ source: const, value: 1 }, { source: gpio }]', undefined],
  [
    'source: map, values: { 1: 5 }, get: { source: const, value: 1 }',
    { source: 'calculation', map: { of: { source: 'constant', value: 1 }, values: { 1: 5 } } },
  ],
  [
    'source: js, script: 2 * x, in: [{ name: x, type: float, config: { source: const, value: 3 } }]',
    { source: 'javascript', code: '2 * x', values: { x: { source: 'constant', value: 3 } } },
  ],
  [
    'source: prometheus, uri: "http://p:9090/", query: "sum(a)"',
    { source: 'http', url: 'http://p:9090/api/v1/query?query=sum(a)', path: 'data.result[0].value[1]' },
  ],
  ['source: gpio, pin: 17', undefined],
  ['source: constructor', undefined],
];

test('sources', async () => {
  const meters = SOURCES.map(([yaml], index) => `  - { name: it${index}, type: custom, power: { ${yaml} } }`);
  const { code, text, err, config } = await migrate(
    `mqtt: { broker: localhost:1883 }\n${HOUSE.replace('meters:', `meters:\n${meters.join('\n')}`)}`,
  );
  expect(code).toBe(0);
  expect(`${text}${err}`).not.toContain('pw-1');
  const made = config.meters as Readonly<Record<string, { power: unknown }>>;
  for (const [index, [yaml, source]] of SOURCES.entries()) {
    // Variables are called after the meter.
    const named = JSON.stringify(made[`it${index}`]?.power)?.replaceAll(`IT${index}_`, 'IT_');
    expect({ yaml, power: named === undefined ? undefined : JSON.parse(named) }).toEqual({ yaml, power: source });
    if (source === undefined) expect(text).toContain(`it${index}: the meter "it${index}" is left out`);
  }
});

/** A target of evcc for maxcurrent or enable, and ours. */
const TARGETS: readonly (readonly [key: string, yaml: string, target: unknown])[] = [
  [
    'maxcurrent',
    `source: mqtt, topic: set, payload: "\${maxcurrent:%d}", retained: true`,
    { target: 'mqtt', broker: 'mqtt://localhost:1883', topic: 'set', payload: '{value}', retain: true },
  ],
  [
    'maxcurrent',
    'source: http, uri: "http://x/set?a={{.maxcurrent}}", scale: 1000',
    { target: 'http', method: 'GET', url: 'http://x/set?a={value}', scale: 1000 },
  ],
  ['maxcurrent', 'source: http, uri: "http://x", method: PUT, body: "{{ printf .maxcurrent }}"', undefined],
  [
    'enable',
    `source: script, cmd: "/bin/set \${enable:%b}"`,
    { target: 'script', command: '/bin/set', args: ['{value}'], map: { true: 1, false: 0 } },
  ],
  [
    'enable',
    'source: http, uri: "http://x/{{if .enable}}on{{else}}off{{end}}"',
    { target: 'http', method: 'GET', url: 'http://x/{value}', map: { true: 'on', false: 'off' } },
  ],
  [
    'maxcurrent',
    'source: modbus, uri: "192.0.2.8:502", id: 1, register: { address: 261, type: writesingle, decode: uint16 }, scale: 10',
    { target: 'modbus', host: '192.0.2.8', port: 502, id: 1, address: 261, type: 'u16', scale: 10 },
  ],
  [
    'enable',
    'source: modbus, uri: "192.0.2.8:502", id: 1, register: { address: 1, type: writecoil }',
    { target: 'modbus', host: '192.0.2.8', port: 502, id: 1, address: 1, table: 'coil' },
  ],
  [
    'maxcurrent',
    'source: sequence, set: [{ source: mqtt, topic: a }, { source: watchdog, timeout: 60s, set: { source: mqtt, topic: b } }]',
    [
      { target: 'mqtt', broker: 'mqtt://localhost:1883', topic: 'a' },
      { target: 'mqtt', broker: 'mqtt://localhost:1883', topic: 'b' },
    ],
  ],
  ['maxcurrent', 'source: js, script: "console.log(maxcurrent)"', undefined],
];

test('targets', async () => {
  const boxes = TARGETS.map(([key, yaml], index) => {
    const parts: Readonly<Record<string, string>> = {
      status: 'source: mqtt, topic: s',
      enabled: 'source: mqtt, topic: en',
      enable: 'source: mqtt, topic: e',
      maxcurrent: 'source: mqtt, topic: m',
      [key]: yaml,
    };
    const lines = Object.entries(parts).map(([name, part]) => `    ${name}: { ${part} }`);
    return `  - name: box${index}\n    type: custom\n${lines.join('\n')}`;
  });
  const { code, config } = await migrate(`mqtt: { broker: localhost:1883 }\n${HOUSE}chargers:\n${boxes.join('\n')}\n`);
  expect(code).toBe(0);
  const made = config.chargers as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  for (const [index, [key, yaml, target]] of TARGETS.entries()) {
    const box = made[`box${index}`];
    expect({ yaml, target: box?.[key === 'enable' ? 'enable' : 'setMaxCurrent'] }).toEqual({ yaml, target });
  }
});

test('heat pumps, sockets, batteries and tariffs of plugins', async () => {
  const { code, err, config } = await migrate(`
mqtt: { broker: localhost:1883 }
meters:
  - name: grid
    type: custom
    power: { source: mqtt, topic: p }
    currents: [{ source: mqtt, topic: l1 }, { source: mqtt, topic: l2 }, { source: mqtt, topic: l3 }]
  - name: bat
    type: custom
    power: { source: mqtt, topic: b }
    soc: { source: mqtt, topic: s }
    capacity: 10
    batterymode: { source: map, values: { 1: 0, 2: 7, 3: 9 }, set: { source: mqtt, topic: bm } }
chargers:
  - { name: hp, type: heatpump, setmaxpower: { source: mqtt, topic: x }, power: { source: mqtt, topic: y } }
  - { name: sg, type: sgready, setmode: { source: mqtt, topic: x }, getmode: { source: mqtt, topic: y } }
  - { name: sw, type: switchsocket, standbypower: 10, enabled: { source: mqtt, topic: e }, enable: { source: mqtt, topic: e }, power: { source: mqtt, topic: p } }
tariffs:
  grid: { type: custom, price: { source: http, uri: "http://x/price", jq: .now }, tax: 0.19 }
vehicles:
  - { name: car, type: custom, title: Car, capacity: 50, cache: 15m, soc: { source: script, cmd: /bin/soc }, climater: { source: const, value: false } }
site: { meters: { grid: grid, battery: bat } }
`);
  expect({ code, left: err.includes('left out') }).toEqual({ code: 0, left: false });
  expect(config).toMatchObject({
    meters: {
      grid: { currents: [{ topic: 'l1' }, { topic: 'l2' }, { topic: 'l3' }] },
      bat: { capacity: 10, setBatteryMode: { map: { normal: 0, hold: 7, charge: 9 } } },
    },
    chargers: {
      hp: { type: 'heatpump', setPower: { topic: 'x' } },
      sg: {
        type: 'sgready',
        setMode: { map: { normal: 2, boost: 3, dim: 1 } },
        mode: { map: { values: { 2: 'normal' } } },
      },
      sw: {
        type: 'custom',
        traits: { switch: true, integrated: true },
        setMaxCurrent: { target: 'script', command: 'true' },
      },
    },
    tariffs: { grid: { type: 'custom', price: { path: 'now' }, tax: 0.19 } },
    vehicles: { car: { soc: { command: '/bin/soc', cache: 900 } } },
  });
});

/** An expression of jq, an input, and what comes out. */
const JQ: readonly (readonly [text: string, input: unknown, output: unknown])[] = [
  ['.a + .b * 2', { a: 1, b: 3 }, 7],
  ['(.a - .b) / 1000', { a: 5_000, b: 1_000 }, 4],
  ['.power > 10', { power: 11 }, true],
  ['.a | tonumber', { a: '12.5' }, 12.5],
  ['.list[1].x | -. ', { list: [{ x: 1 }, { x: 5 }] }, -5],
  ['if .on then 1 elif .half then 0.5 else 0 end', { on: false, half: true }, 0.5],
  ['.a // 0', {}, 0],
  [
    '.list[] | select(.id == 7) | .watts',
    {
      list: [
        { id: 6, watts: 1 },
        { id: 7, watts: 9 },
      ],
    },
    9,
  ],
  ['.state == "charging" and (.error | not)', { state: 'charging', error: false }, true],
  ['.emeters | map(.power) | add', { emeters: [{ power: 1 }, { power: 4 }] }, 5],
  ['.phases | add', { phases: [1, 2, 3] }, 6],
  ['."a-b".c', { 'a-b': { c: 1 } }, 1],
];

test('expressions of jq', () => {
  for (const [text, input, output] of JQ) {
    const made = compileJq(text);
    const code = made && ('code' in made ? made.code : `input${made.path.replace(/\["([^"]+)"\]/g, '?.["$1"]')}`);
    expect({ text, output: new Function('input', `return ${code}`)(input) as unknown }).toEqual({ text, output });
  }
  for (const text of [
    '.a-b',
    'reduce .[] as $x (0; . + $x)',
    '.a[]',
    'def f: .; f',
    '.a; process.exit()',
    '"\\u0000"',
    '`x`',
    `${'('.repeat(200)}`,
    '',
  ]) {
    expect({ text, made: compileJq(text) }).toEqual({ text, made: undefined });
  }
});
