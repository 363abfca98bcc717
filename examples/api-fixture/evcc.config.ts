import { defineConfig } from 'evcc';
import sessions from './sessions.ts';

/** The house that programs speaking the API are tried against: everything is simulated, and always the same. */

const { REST_PORT = '7070', BROKER_PORT = '1883', MQTT_BROKER, DATABASE = '.evcc/api-fixture.db' } = process.env;

export default defineConfig({
  interval: 2,
  plugins: [sessions],

  // A clear June day from 11:00 on, whatever the time is where you are.
  simulator: { seed: 1, startAt: '06-15T11:00', clouds: 0, spikes: 0 },

  meters: {
    grid: { type: 'simulator', usage: 'grid' },
    roof: { type: 'simulator', usage: 'pv', title: 'Roof', peak: 9_800 },
    cellar: { type: 'simulator', usage: 'battery', title: 'Cellar', capacity: 10, soc: 60 },
  },
  chargers: {
    fixed: { type: 'simulator', phases: 3 },
    switching: { type: 'simulator', phases: 3, phaseSwitching: true },
  },
  vehicles: {
    vehicle_1: { type: 'simulator', charger: 'fixed', title: 'Vehicle 1', capacity: 58, soc: 40 },
    vehicle_2: { type: 'simulator', charger: 'switching', title: 'Vehicle 2', capacity: 38, soc: 55 },
  },
  tariffs: {
    currency: 'EUR',
    grid: { type: 'fixed', price: 0.3 },
    feedin: { type: 'fixed', price: 0.08 },
  },

  site: { title: 'API fixture', meters: { grid: 'grid', pv: ['roof'], battery: ['cellar'] }, residualPower: 100 },
  loadpoints: [
    { title: 'Garage', charger: 'fixed', vehicle: 'vehicle_1', mode: 'off' },
    { title: 'Carport', charger: 'switching', vehicle: 'vehicle_2', mode: 'off' },
  ],

  rest: { port: Number(REST_PORT) },
  // With a broker of your own there is no need for the embedded one.
  ...(MQTT_BROKER === undefined && { broker: { port: Number(BROKER_PORT) } }),
  mqtt: { broker: MQTT_BROKER ?? `mqtt://127.0.0.1:${BROKER_PORT}`, topic: 'evcc' },
  database: { type: 'sqlite', file: DATABASE },
});
