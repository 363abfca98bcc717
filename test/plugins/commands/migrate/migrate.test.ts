import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../../../core/cli/main.ts';
import { systemClock } from '../../../../core/clock.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { runCommand } from '../../../helpers/run-command.ts';
import { HOUSE, migrate } from './migrating.ts';
import sample from './sample.ts';

/** A house with everything that the reference of evcc's configuration names. */
const SAMPLE = `
network: { schema: http, host: evcc.local, port: 7070 }
interval: 30s
log: debug
levels: { site: debug, lp-1: debug, cache: error, db: error }
sponsortoken: sponsor-secret
telemetry: true
database: { type: sqlite, dsn: ~/.evcc/evcc.db }
modbusproxy: [{ port: 5200, uri: "solar-edge:502", readonly: true }]
mqtt: { broker: "localhost:1883", topic: evcc, user: mqtt-user, password: "mqtt 'secret'" }
influx: { url: "http://localhost:8086", database: evcc, user: influx-user, password: influx-secret }
messaging:
  events:
    start: { title: Charge started, msg: "Started charging in mode" }
    stop: { title: Charge finished, msg: "Finished charging" }
    connect: { title: Car connected, msg: "Car connected" }
    disconnect: { title: Car disconnected, msg: "Car disconnected" }
    soc: { title: Soc updated, msg: "Battery charged" }
    guest: { title: Unknown vehicle, msg: "Unknown vehicle, guest connected?" }
  services:
    - { type: pushover, app: pushover-secret, recipients: [recipient-secret] }
    - { type: telegram, token: telegram-secret, chats: [-210987654] }
meters:
  - &defaults { name: grid, type: template, template: shelly-3em, usage: grid, host: 192.0.2.1 }
  - { name: pv, type: template, template: solaredge-hybrid, usage: pv, modbus: tcpip, id: 1, host: 192.0.2.2, port: 1502 }
  - { name: battery, type: template, template: solaredge-hybrid, usage: battery, modbus: tcpip, id: 1, host: 192.0.2.2, port: 1502, capacity: 9.7 }
  - { name: charge, type: template, template: eastron-sdm630, usage: charge, modbus: rs485serial, id: 3, device: /dev/ttyUSB0, baudrate: 9600, comset: 8N1 }
  - name: heater
    type: custom
    power: { source: http, uri: "http://192.0.2.4/status", jq: "(.l1 + .l2) / 1000", auth: { type: basic, user: me, password: heater-secret } }
    energy: { source: mqtt, topic: heater/energy, timeout: 60s, scale: 0.001 }
chargers:
  - { name: wallbox, type: template, template: keba-modbus, modbus: tcpip, id: 255, host: 192.0.2.5, port: 502 }
  - { name: station, type: template, template: ocpp-goe, stationid: WB-4711 }
  - name: own
    type: custom
    status: { source: combined, plugged: { source: mqtt, topic: plugged }, charging: { source: mqtt, topic: charging } }
    enabled: { source: http, uri: "http://192.0.2.6/relay", jq: ".ison" }
    enable: { source: http, uri: "http://192.0.2.6/relay?turn={{if .enable}}on{{else}}off{{end}}" }
    maxcurrent: { source: script, cmd: '/bin/sh -c "echo {{.maxcurrent}}"' }
vehicles:
  - { name: audi, type: template, template: audi, title: eTron, capacity: 14, user: audi-user, password: audi-secret, vin: W }
  - { name: ev6, type: template, template: tronity, title: EV6, capacity: 77, clientid: tronity, clientsecret: tronity-secret, vin: KN }
site: { title: Home, meters: { grid: grid, pv: [pv], battery: [battery], ext: [heater] }, residualPower: 100, prioritySoc: 30, bufferSoc: 80, bufferStartSoc: 90 }
circuits: [{ name: main, title: Main, maxCurrent: 35, maxPower: 24000, meter: grid }]
loadpoints:
  - title: Garage
    charger: wallbox
    meter: charge
    mode: "off"
    vehicle: ev6
    circuit: main
    enable: { threshold: 0, delay: 1m }
    disable: { threshold: 0, delay: 3m }
    soc: { poll: { mode: charging, interval: 60m }, estimate: true }
  - { title: Carport, charger: station, vehicle: audi, mode: pv, priority: 2, phases: 0, mincurrent: 6, maxcurrent: 16, guardDuration: 5m }
  - { title: Yard, charger: own }
tariffs:
  currency: EUR
  grid: { type: fixed, price: 0.294, zones: [{ days: Mo-Fr, hours: 2-5, price: 0.2 }, { days: "Sa,So", price: 0.15 }] }
  feedin: { type: fixed, price: 0.08 }
  co2: { type: grünstromindex, zip: 10117 }
  solar: [{ type: template, template: open-meteo, lat: 50, lon: 10, dec: 30, az: 0, kwp: 9.8 }]
  temperature: { type: template, template: open-meteo-temperature, lat: 50, lon: 10 }
`;

/** Runs `evcc check` in a folder with variables of the environment. */
async function check(directory: string, env: Readonly<Record<string, string>>): Promise<string> {
  let told = '';
  const add = (text: string): void => {
    told += text;
  };
  const signal = new AbortController().signal;
  await main(['check'], { directory, env, clock: systemClock, signal, out: add, err: add, onCrash: () => () => {} });
  return told;
}

/** `NAME=value` and `NAME='value'` */
function variables(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(?:'([^']*)'|(.*))$/gm)].map(([, name = '', quoted, plain = '']) => [
      name,
      quoted ?? plain,
    ]),
  );
}

test('the sample configuration: a file that compiles, and that passes the check with its variables', async () => {
  const { code, err, text, folder, config } = await migrate(SAMPLE, '--secrets', 'evcc.env');
  expect(code).toBe(0);
  expect(err).toContain('evcc.config.ts is valid');
  expect(err).not.toContain('left out');
  expect(`${text}${err}`).not.toMatch(/secret'|-secret/);
  const file = join(folder, 'evcc.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const secrets = variables(readFileSync(file, 'utf8'));
  expect(secrets).toMatchObject({ HEATER_PASSWORD: 'heater-secret', EV6_CLIENT_SECRET: 'tronity-secret' });
  expect(err).toContain('EVCC_MQTT_PASSWORD: its value cannot stand in such a file, set it yourself');
  expect(await check(folder, {})).toContain('environment variable EVCC_MQTT_PASSWORD is not set');
  const told = await check(folder, { ...secrets, EVCC_MQTT_PASSWORD: "mqtt 'secret'" });
  expect(told).toContain('evcc.config.ts is valid');
  expect(told).toContain('Garage: wallbox, ev6, off; Carport: station, audi, pv; Yard: own');

  // The compiler checks this file with all others.
  expect(config).toEqual(sample);
});

/** Files that cannot be read, and what is said of them. */
const BROKEN: readonly (readonly [title: string, yaml: string, says: RegExp])[] = [
  ['a missing quote', 'site:\n  title: "Home\n', /line 3, column 1: Missing closing/],
  ['a wrong indentation', 'site:\n  title: Home\n meters: x\n', /line 3, column 1/],
  [
    'a password that YAML takes for something else',
    'mqtt:\n  password: @hunter2\n',
    /line 2, column 13: Plain value cannot start/,
  ],
  ['a key twice', 'interval: 1s\ninterval: 2s\n', /line 2, column 1: Map keys must be unique/],
  ['two documents', 'interval: 1s\n---\ninterval: 2s\n', /line 2, column 1/],
  ['a list', '- interval\n', /no configuration of evcc/],
  ['nothing', '', /no configuration of evcc/],
  ['an alias for nothing', 'mqtt:\n  password: *hunter2\n', /line 2(, column 13)?: /],
  ['an alias that contains itself', 'meters: &a [*a]\n', /line 1(, column \d+)?: /],
  ['a key that is a list', '? [a, b]\n: 1\n', /a key is no text/],
  ['brackets without end', '['.repeat(100_000), /nested too deeply/],
  ['dashes without end', `${'- '.repeat(10_000)}x`, /nested too deeply/],
  [
    'objects in objects',
    `${Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')} 1\n`,
    /nested too deeply|more than/,
  ],
  [
    'an alias bomb',
    `a: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]`).join('\n')}\n`,
    /more than 50000 values/,
  ],
  ['more than a configuration has', `a: ${'x'.repeat(1_100_000)}\n`, /larger than 1024 KiB/],
];

test.each(BROKEN)('%s is refused', async (_, yaml, says) => {
  const { code, out, err } = await migrate(yaml);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/evcc\.yaml cannot be migrated: /);
  expect(err).toMatch(says);
  expect(err).not.toContain('hunter2');
  expect(err.length).toBeLessThan(400);
});

test('files that are there are only replaced with --force', async () => {
  const folder = temporaryFolder({});
  const place = (name: string): string => join(folder, name);
  writeFileSync(place('evcc.yaml'), `${HOUSE}mqtt: { broker: localhost, user: me, password: pw-1 }\n`);
  writeFileSync(place('evcc.config.ts'), 'mine');
  writeFileSync(place('evcc.env'), 'mine', { mode: 0o644 });
  const kept = await runCommand(folder, 'migrate', 'evcc.yaml');
  expect([kept.code, kept.err]).toEqual([1, expect.stringContaining('is there already; --force replaces it')]);
  const secrets = await runCommand(folder, 'migrate', 'evcc.yaml', '--stdout', '--secrets', 'evcc.env');
  expect([secrets.code, secrets.out]).toEqual([1, '']);
  expect(readFileSync(place('evcc.config.ts'), 'utf8') + readFileSync(place('evcc.env'), 'utf8')).toBe('minemine');

  const printed = await runCommand(folder, 'migrate', 'evcc.yaml', '--stdout');
  expect(printed.out).toMatch(/^import \{ defineConfig, env \} from 'evcc';\n/);
  expect(printed.err).toContain(
    'Set these environment variables before the start; their values are in evcc.yaml:\n  EVCC_MQTT_PASSWORD',
  );

  const forced = await runCommand(folder, 'migrate', 'evcc.yaml', '--force', '--secrets', 'evcc.env');
  expect(forced.code).toBe(0);
  expect(readFileSync(place('evcc.config.ts'), 'utf8')).toBe(printed.out);
  expect(readFileSync(place('evcc.env'), 'utf8')).toBe('EVCC_MQTT_PASSWORD=pw-1\n');
  expect(statSync(place('evcc.env')).mode & 0o777).toBe(0o600);
});

test('wrong command lines', async () => {
  const lines: readonly (readonly [args: readonly string[], code: number, says: string])[] = [
    [[], 2, 'name the file to migrate'],
    [['a.yaml', 'b.yaml'], 2, '"b.yaml" is too much'],
    [['a.yaml', '--stdout', '--output', 'x.ts'], 2, 'either --stdout or --output'],
    [['a.yaml', '--output', 'x.yaml'], 2, 'its name must end with .ts'],
    [['a.yaml'], 1, 'there is no such file'],
    [['.'], 1, 'there is no such file'],
  ];
  for (const [args, code, says] of lines) {
    const result = await runCommand(temporaryFolder(), 'migrate', ...args);
    expect({ args, code: result.code, err: result.err }).toEqual({ args, code, err: expect.stringContaining(says) });
  }
});

test('texts of the file stay data in what is written', async () => {
  const evil = `'); process.exit(1); // \u2028 */ $\{1} \` \\\\`;
  const { code, config, text } = await migrate(
    `${HOUSE}"x\\u2028process.exit()": 1\nvehicles: [{ name: car, type: template, template: "offline", title: ${JSON.stringify(evil)} }, { name: b, type: "tele\\nport", title: "a\\nb" }]\n`,
  );
  expect(code).toBe(0);
  expect(config.vehicles).toMatchObject({ car: { title: evil }, b: { type: 'offline', title: 'a\nb' } });
  for (const line of text.split(/[\n\u2028\u2029]/)) expect(line).not.toMatch(/^\s*(process|port)/);
});

test('what contradicts itself is taken out until the rest is valid', async () => {
  const { code, config, text } = await migrate(`${HOUSE}
circuits: [{ name: a, maxPower: 1000 }, { name: b, maxPower: 1 }, { name: c, parent: d }, { name: d, parent: c }]
chargers:
  - { name: w, type: template, template: easee, user: u }
  - { name: x, type: template, template: go-e, host: "bad host!" }
  - { name: __proto__, type: template, template: go-e, host: 192.0.2.1 }
  - { name: constructor, type: template, template: go-e, host: 192.0.2.2 }
loadpoints: [{ charger: w }, { charger: x }, { charger: __proto__ }, { charger: constructor, circuit: a, maxcurrent: 1000 }, { charger: constructor }]
`);
  expect(code).toBe(0);
  expect(config.chargers).toEqual({
    charger: { type: 'go-e', host: '192.0.2.1' },
    constructor: { type: 'go-e', host: '192.0.2.2' },
  });
  expect(config.loadpoints).toEqual([
    { charger: 'charger', guardDuration: 300 },
    { charger: 'constructor', circuit: 'a', guardDuration: 300 },
  ]);
  expect(config.circuits).toEqual({ a: { maxPower: 1_000 } });
  expect(text).toContain('is already used by');
});
