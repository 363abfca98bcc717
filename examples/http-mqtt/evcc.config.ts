import { type CustomSource, type CustomTarget, defineConfig } from 'evcc';

/** A house whose devices speak HTTP and MQTT, by configuration alone. */

const { WALLBOX = 'http://127.0.0.1:8081', MQTT_BROKER = 'mqtt://127.0.0.1:1883' } = process.env;

// The wallbox: one request gives everything, every command is a POST.
const auth = { type: 'basic', user: 'admin', password: 'sunshine' } as const;
const box = (path: string): CustomSource => ({ source: 'http', url: `${WALLBOX}/api/status`, path, auth });
const post = (command: string, body: object): CustomTarget => ({
  target: 'http',
  url: `${WALLBOX}/api/${command}`,
  body,
  auth,
});

// The meters: each sends JSON every second, so that thirty seconds of silence mean that it is broken.
const meter = (topic: string, path: string, timeout = 30): CustomSource => ({
  source: 'mqtt',
  broker: MQTT_BROKER,
  topic: `house/${topic}`,
  path,
  timeout,
});

export default defineConfig({
  interval: 5,
  chargers: {
    wallbox: {
      type: 'custom',
      status: { source: 'calculation', status: { connected: box('plug'), charging: box('charging') } },
      enabled: box('output'),
      enable: { ...post('output', { output: '{value}' }), map: { true: 'on', false: 'off' } },
      setMaxCurrent: { ...post('current', { milliamps: '{value}' }), scale: 1_000 },
      setPhases: post('phases', { phases: '{value}' }),
      phases: box('phases'),
      power: box('meter.watts'),
      currents: [box('meter.amps[0]'), box('meter.amps[1]'), box('meter.amps[2]')],
      energy: { ...box('meter.wh'), scale: 0.001 },
      traits: { maxCurrent: 16, currentStep: 0.1 },
    },
  },
  meters: {
    grid: {
      type: 'custom',
      power: meter('grid', 'power'),
      energy: meter('grid', 'counters.import'),
      returnEnergy: meter('grid', 'counters.export'),
    },
    roof: { type: 'custom', power: meter('roof', 'ac[0].watts'), energy: meter('roof', 'total') },
  },
  vehicles: {
    car: { type: 'custom', title: 'Car', capacity: 60, soc: { ...box('car.soc'), unknown: ['null'] } },
  },
  tariffs: {
    grid: { type: 'custom', price: { ...meter('price', 'cent', 0), scale: 0.01 }, charges: 0.17, tax: 0.19 },
    feedin: { type: 'custom', price: { source: 'constant', value: 0.08 } },
  },
  site: { title: 'HTTP and MQTT', meters: { grid: 'grid', pv: 'roof' } },
  loadpoints: [
    { title: 'Garage', charger: 'wallbox', vehicle: 'car', mode: 'pv', enable: { delay: 15 }, disable: { delay: 30 } },
  ],
  rest: { port: Number(process.env.REST_PORT ?? 7070) },
  mqtt: { broker: MQTT_BROKER, topic: 'evcc' },
  database: { type: 'sqlite', file: process.env.DATABASE ?? '.evcc/http-mqtt.db' },
});
