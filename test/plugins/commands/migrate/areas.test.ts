import { expect, test } from 'vitest';
import { HOUSE, migrate } from './migrating.ts';

/** YAML besides the smallest house, what of the configuration becomes of it, and what is said. */
interface Case {
  readonly title: string;
  readonly yaml: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** In the file, as comment */
  readonly says?: readonly string[];
}

const CHARGER = 'chargers: [{ name: box, type: template, template: go-e-v3, host: 192.0.2.3 }]\n';

const SECTIONS: readonly Case[] = [
  {
    title: 'interval and log, with keys in any case',
    yaml: 'Interval: 1m30s\nLOG: trace\nlevels: { site: debug }\n',
    config: { interval: 90, log: 'debug' },
    says: ['lost (line 3): levels has no counterpart'],
  },
  {
    title: 'network',
    yaml: 'network: { schema: http, host: evcc.local, port: 8080, externalUrl: "https://evcc.example.org" }\n',
    config: { web: true, rest: { port: 8080 }, mdns: { host: 'evcc.local', externalUrl: 'https://evcc.example.org' } },
  },
  {
    title: 'MQTT with TLS',
    yaml: 'mqtt: { broker: "tls://broker:8883", topic: house, clientid: me, user: u, password: pw-1, insecure: true }\n',
    config: {
      mqtt: {
        broker: 'mqtts://broker:8883',
        user: 'u',
        password: { env: 'EVCC_MQTT_PASSWORD' },
        insecure: true,
        topic: 'house',
        clientId: 'me',
      },
    },
  },
  {
    title: 'InfluxDB 2',
    yaml: 'influx: { url: "http://influx:8086", database: evcc, token: tok-1, org: home }\n',
    config: {
      influx: { url: 'http://influx:8086', database: 'evcc', org: 'home', token: { env: 'EVCC_INFLUX_TOKEN' } },
    },
  },
  {
    title: 'Modbus proxies',
    yaml: 'modbusproxy:\n  - { port: 5021, uri: "inverter:502", readonly: true }\n  - { port: 5022, device: /dev/ttyUSB0, baudrate: 19200, comset: 8E1 }\n',
    config: {
      modbusproxy: [
        { port: 5021, uri: 'inverter:502', readonly: true },
        { port: 5022, device: '/dev/ttyUSB0', baudrate: 19200, comset: '8E1', readonly: false },
      ],
    },
  },
  {
    title: 'messages',
    yaml: [
      'messaging:',
      '  events:',
      `    start: { title: Charging, msg: "Mode \${mode}" }`,
      '    stop: { title: Done, msg: "{{.chargedEnergy}}" }',
      '  services:',
      '    - { type: pushover, app: app-1, recipients: [rec-1, rec-2], devices: [phone] }',
      '    - { type: telegram, token: tok-1, chats: [-100123, "@house"] }',
      '    - { type: email, uri: "smtp://user:pw-1@mail:587/?fromAddress=a@example.org&toAddresses=b@example.org,c@example.org" }',
      '    - { type: ntfy, uri: "https://ntfy.sh/mytopic", priority: high, tags: "+1,blue_car" }',
      '    - { type: script, cmdline: /bin/say, timeout: 50s }',
      '    - { type: pigeon }',
      '',
    ].join('\n'),
    config: {
      messaging: {
        events: { start: { title: 'Charging', message: `Mode \${mode}` }, stop: true },
        services: [
          {
            type: 'pushover',
            app: { env: 'PUSHOVER_APP' },
            recipients: [{ env: 'PUSHOVER_RECIPIENT' }, { env: 'PUSHOVER_RECIPIENT_2' }],
            devices: ['phone'],
          },
          { type: 'telegram', token: { env: 'TELEGRAM_TOKEN' }, chats: [-100123, '@house'] },
          { type: 'email', url: { env: 'EMAIL_URL' }, from: 'a@example.org', to: ['b@example.org', 'c@example.org'] },
          { type: 'ntfy', topic: 'mytopic', url: 'https://ntfy.sh', priority: 'high', tags: ['+1', 'blue_car'] },
          { type: 'script', command: '/bin/say', timeout: 50 },
        ],
      },
    },
    says: ['templates of Go are not taken over', 'service "pigeon" is left out'],
  },
  {
    title: 'what is not needed, and what is not there',
    yaml: 'sponsortoken: tok-1\ntelemetry: true\neebus: { uri: ":4712" }\nhems: { type: eebus }\ndatabase: { type: sqlite, dsn: ~/evcc.db }\nnonsense: 1\n',
    says: [
      'sponsortoken is not needed here',
      'eebus has no counterpart',
      'evcc import',
      'hems of the type "eebus"',
      'nonsense has no counterpart',
    ],
  },
];

const CASES: readonly Case[] = [
  {
    title: 'circuits, and loadpoints in them',
    yaml: [
      CHARGER,
      'circuits:',
      '  - { name: main, title: Main, maxCurrent: 63, maxPower: 0, meter: grid }',
      '  - { name: garage, maxPower: 22000, parent: main }',
      'loadpoints:',
      '  - { title: Garage, charger: box, circuit: garage, mode: off, guardduration: 10m }',
      '',
    ].join('\n'),
    config: {
      circuits: {
        main: { title: 'Main', meter: 'grid', maxCurrent: 63 },
        garage: { parent: 'main', maxPower: 22_000 },
      },
      loadpoints: [{ title: 'Garage', charger: 'box', circuit: 'garage', mode: 'off', guardDuration: 600 }],
    },
  },
  {
    title: 'a loadpoint as older and newer versions write it',
    yaml: [
      CHARGER,
      'vehicles: [{ name: car, type: template, template: offline, title: Car, capacity: 60, onIdentify: { mode: smart, minsoc: 20 }, identifiers: [ab, 12] }]',
      'loadpoints:',
      '  - title: Garage',
      '    charger: box',
      '    meters: { charge: grid2 }',
      '    vehicles: [car, other]',
      '    mode: smart',
      '    soc: { poll: { mode: always, interval: 30m }, estimate: false, min: 10, target: 80 }',
      '    enable: { delay: 2m, threshold: -500 }',
      '    disable: { threshold: 200 }',
      '    resetOnDisconnect: true',
      '    sensitivity: 1',
      '',
    ].join('\n'),
    config: {
      vehicles: {
        car: {
          type: 'offline',
          title: 'Car',
          capacity: 60,
          identifiers: ['ab', '12'],
          onIdentify: { mode: 'pv', minSoc: 20 },
        },
      },
      loadpoints: [
        {
          title: 'Garage',
          charger: 'box',
          vehicle: 'car',
          mode: 'pv',
          enable: { delay: 120, threshold: -500 },
          disable: { threshold: 200 },
          guardDuration: 300,
          resetOnDisconnect: true,
          minSoc: 10,
          targetSoc: 80,
          soc: { poll: { mode: 'always', interval: 30 }, estimate: false },
        },
      ],
    },
    says: ['there is no meter "grid2" any more', 'only the first of its vehicles', 'sensitivity has no counterpart'],
  },
  {
    title: 'a loadpoint whose charger is not known is left out',
    yaml: 'chargers: [{ name: box, type: template, template: teapot }]\nloadpoints: [{ title: Garage, charger: box }]\n',
    config: { chargers: {}, loadpoints: [] },
    says: ['template "teapot" has no counterpart', 'loadpoint "Garage" is left out: its charger is not there'],
  },
  {
    title: 'a car of which only the battery is known',
    yaml: 'vehicles: [{ name: id, type: template, template: vw, title: ID.4, capacity: 77, user: me, password: pw-1, vin: WVW }]\n',
    config: { vehicles: { id: { type: 'offline', title: 'ID.4', capacity: 77 } } },
    says: ['template "vw" has no counterpart: the car itself is not asked'],
  },
  {
    title: 'a car whose type here needs more than evcc does',
    yaml: 'vehicles: [{ name: v, type: template, template: volvo-connected, title: EX30, capacity: 51, vccapikey: pw-1, clientid: a, clientsecret: tok-1, vin: YV }]\n',
    config: { vehicles: { v: { type: 'offline', title: 'EX30', capacity: 51 } } },
    says: ['refreshToken: is missing', 'the car itself is not asked'],
  },
  {
    title: 'phase switching, and ports that are usual there',
    yaml: 'chargers: [{ name: h, type: template, template: openwb, host: 192.0.2.3, connector: 2, phases1p3p: true }]\n',
    config: {
      chargers: { h: { type: 'openwb', software: '1.9', host: '192.0.2.3', chargePoint: 2, phaseSwitching: true } },
    },
  },
  {
    title: 'names that are none here',
    yaml: 'chargers: [{ name: Wallbox Süd, type: template, template: go-e, host: 192.0.2.3 }, { name: Wallbox_Sud, type: template, template: go-e, host: 192.0.2.4 }]\nloadpoints: [{ charger: Wallbox Süd }, { charger: Wallbox_Sud }]\n',
    says: ['is called "Wallbox_Su_d" here'],
  },
  {
    title: 'wrong types of values are named and left out',
    yaml: `${CHARGER}interval: soon\nloadpoints: [{ charger: box, mincurrent: lots, mode: [1], phases: 2, enable: 5 }]\ntariffs: [1]\nvehicles: text\n`,
    config: { loadpoints: [{ charger: 'box', guardDuration: 300 }] },
    says: [
      'interval must be a duration',
      'mincurrent must be a number',
      'mode must be a text',
      'enable must be an object',
      'left out: must be one of 0, 1, 3',
    ],
  },
];

async function check(cases: readonly Case[]): Promise<void> {
  const { code, err, text, config: made } = await migrate(`${cases.map(({ yaml }) => yaml).join('')}${HOUSE}`);
  expect(err).toContain('evcc.config.ts is valid');
  expect(code).toBe(0);
  for (const { config = {}, says = [] } of cases) {
    for (const [key, value] of Object.entries(config)) expect(made[key]).toEqual(value);
    for (const what of says) expect(text).toContain(what);
  }
  expect(`${text}${err}`).not.toMatch(/pw-1|tok-1|app-1|rec-1/);
  // Every variable that is to be set is one that the file takes.
  const asked = err.split('their values are in evcc.yaml:')[1]?.trim().split(/\s+/) ?? [];
  for (const name of asked) expect(text).toContain(`env('${name}')`);
}

test('sections around the house', () => check(SECTIONS));

test.each(CASES)('$title', (each) => check([each]));

test('a house without grid and PV meter gets one that never answers', async () => {
  const { code, config, text } = await migrate('loadpoints: []\n');
  expect(code).toBe(0);
  expect(config.site).toEqual({ meters: { grid: 'grid' } });
  expect(config.meters).toEqual({
    grid: { type: 'custom', power: { source: 'constant', value: 'unknown', unknown: ['unknown'] } },
  });
  expect(text).toContain('put yours in its place');
});
