import { defineConfig, env } from 'evcc';

// Made of sample.yaml by evcc migrate. Comments say what was decided, and what has no counterpart (lost).
export default defineConfig({
  // lost (line 6): sponsortoken is not needed here
  // lost (line 7): telemetry is not taken over: this program sends nothing unless its section telemetry names an address
  interval: 30,
  // lost (line 5): levels has no counterpart: areas are called otherwise here
  log: 'debug',
  site: {
    title: 'Home',
    meters: { grid: 'grid', pv: ['pv'], battery: ['battery'], ext: ['heater'] },
    residualPower: 100,
    prioritySoc: 30,
    bufferSoc: 80,
    bufferStartSoc: 90,
  },
  meters: {
    grid: { type: 'shelly', host: '192.0.2.1' },
    pv: { type: 'solaredge', host: '192.0.2.2', port: 1502, usage: 'pv', id: 1 },
    battery: { type: 'solaredge', host: '192.0.2.2', port: 1502, usage: 'battery', id: 1, capacity: 9.7 },
    charge: { type: 'eastron-sdm', model: 'sdm630', device: '/dev/ttyUSB0', baudrate: 9600, comset: '8N1', id: 3 },
    heater: {
      type: 'custom',
      // note (line 30): jq became JavaScript
      power: {
        source: 'javascript',
        values: {
          answer: {
            source: 'http',
            url: 'http://192.0.2.4/status',
            auth: { type: 'basic', user: 'me', password: env('HEATER_PASSWORD') },
          },
        },
        code: `const input = JSON.parse(answer);
(((input?.["l1"] + input?.["l2"])) / 1000);`,
      },
      energy: {
        source: 'mqtt',
        broker: 'mqtt://localhost:1883',
        user: 'mqtt-user',
        password: env('EVCC_MQTT_PASSWORD'),
        topic: 'heater/energy',
        timeout: 60,
        scale: 0.001,
      },
    },
  },
  chargers: {
    wallbox: { type: 'keba', model: 'p30', host: '192.0.2.5', port: 502, id: 255 },
    station: { type: 'ocpp', station: 'WB-4711' },
    own: {
      type: 'custom',
      status: {
        source: 'calculation',
        status: {
          connected: {
            source: 'mqtt',
            broker: 'mqtt://localhost:1883',
            user: 'mqtt-user',
            password: env('EVCC_MQTT_PASSWORD'),
            topic: 'plugged',
          },
          charging: {
            source: 'mqtt',
            broker: 'mqtt://localhost:1883',
            user: 'mqtt-user',
            password: env('EVCC_MQTT_PASSWORD'),
            topic: 'charging',
          },
        },
      },
      enabled: { source: 'http', url: 'http://192.0.2.6/relay', path: 'ison' },
      enable: {
        target: 'http',
        method: 'GET',
        url: 'http://192.0.2.6/relay?turn={value}',
        map: { true: 'on', false: 'off' },
      },
      setMaxCurrent: { target: 'script', command: '/bin/sh', args: ['-c', 'echo {value}'] },
    },
  },
  vehicles: {
    // lost (line 42): template "audi" has no counterpart: the car itself is not asked, its soc and range are unknown
    audi: { type: 'offline', title: 'eTron', capacity: 14 },
    ev6: {
      type: 'tronity',
      clientId: 'tronity',
      clientSecret: env('EV6_CLIENT_SECRET'),
      vin: 'KN',
      title: 'EV6',
      capacity: 77,
    },
  },
  loadpoints: [
    {
      title: 'Garage',
      charger: 'wallbox',
      meter: 'charge',
      circuit: 'main',
      vehicle: 'ev6',
      mode: 'off',
      enable: { delay: 60, threshold: 0 },
      disable: { delay: 180, threshold: 0 },
      // note: what evcc has unless told otherwise; here it would be 60
      guardDuration: 300,
      soc: { poll: { mode: 'charging', interval: 60 }, estimate: true },
    },
    {
      title: 'Carport',
      charger: 'station',
      vehicle: 'audi',
      mode: 'pv',
      priority: 2,
      phases: 0,
      minCurrent: 6,
      maxCurrent: 16,
      guardDuration: 300,
    },
    {
      title: 'Yard',
      charger: 'own',
      // note: what evcc has unless told otherwise; here it would be 60
      guardDuration: 300,
    },
  ],
  circuits: { main: { title: 'Main', meter: 'grid', maxPower: 24000, maxCurrent: 35 } },
  tariffs: {
    currency: 'EUR',
    grid: {
      type: 'fixed',
      price: 0.294,
      zones: [
        { days: 'Mo-Fr', hours: '2-5', price: 0.2 },
        { days: 'Sa,So', price: 0.15 },
      ],
    },
    feedin: { type: 'fixed', price: 0.08 },
    co2: { type: 'gruenstromindex', zip: '10117' },
    solar: { type: 'open-meteo', lat: 50, lon: 10, dec: 30, az: 0, kwp: 9.8 },
    temperature: { type: 'open-meteo-temperature', lat: 50, lon: 10 },
  },
  web: true,
  mdns: { host: 'evcc.local' },
  mqtt: {
    broker: 'mqtt://localhost:1883',
    user: 'mqtt-user',
    password: env('EVCC_MQTT_PASSWORD'),
    topic: 'evcc',
  },
  influx: {
    url: 'http://localhost:8086',
    database: 'evcc',
    user: 'influx-user',
    password: env('EVCC_INFLUX_PASSWORD'),
  },
  messaging: {
    events: {
      start: { title: 'Charge started', message: 'Started charging in mode' },
      stop: { title: 'Charge finished', message: 'Finished charging' },
      connect: { title: 'Car connected', message: 'Car connected' },
      disconnect: { title: 'Car disconnected', message: 'Car disconnected' },
      soc: { title: 'Soc updated', message: 'Battery charged' },
      guest: { title: 'Unknown vehicle', message: 'Unknown vehicle, guest connected?' },
    },
    services: [
      { type: 'pushover', app: env('PUSHOVER_APP'), recipients: [env('PUSHOVER_RECIPIENT')] },
      { type: 'telegram', token: env('TELEGRAM_TOKEN'), chats: [-210987654] },
    ],
  },
  modbusproxy: [{ port: 5200, uri: 'solar-edge:502', readonly: true }],
  // lost (line 8): database: the database is not taken over: bring its sessions and settings here with evcc import
});
