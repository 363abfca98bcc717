import { defineConfig } from 'evcc';

/** The sample house: everything is simulated, so it runs without hardware. Copy it and put in your own devices. */
export default defineConfig({
  interval: 10,

  // A sunny June day from 11:00 on, whatever the time is where you are.
  simulator: { seed: 7, startAt: '06-15T11:00', clouds: 0.3 },

  meters: {
    grid: { type: 'simulator', usage: 'grid' },
    roof: { type: 'simulator', usage: 'pv', title: 'Roof', peak: 9_800 },
    cellar: { type: 'simulator', usage: 'battery', title: 'Cellar', capacity: 10, soc: 60 },
  },
  chargers: {
    garage: { type: 'simulator', phaseSwitching: true },
    carport: { type: 'simulator' },
  },
  vehicles: {
    family: {
      type: 'simulator',
      charger: 'garage',
      title: 'Family car',
      capacity: 77,
      soc: 38,
      trips: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], leave: '07:30', back: '10:00', distance: 40 }],
    },
    small: {
      type: 'simulator',
      charger: 'carport',
      title: 'Small car',
      capacity: 38,
      soc: 55,
      trips: [{ days: ['tue', 'thu', 'sat'], leave: '16:00', back: '19:00', distance: 60 }],
    },
  },
  tariffs: {
    currency: 'EUR',
    grid: { type: 'simulator', charges: 0.2 },
    feedin: { type: 'fixed', price: 0.08 },
  },

  site: {
    title: 'Sample house',
    meters: { grid: 'grid', pv: 'roof', battery: 'cellar' },
    residualPower: 100,
    prioritySoc: 50,
  },
  loadpoints: [
    { title: 'Garage', charger: 'garage', vehicle: 'family', mode: 'pv', priority: 1 },
    { title: 'Carport', charger: 'carport', vehicle: 'small', mode: 'minpv' },
  ],

  rest: { port: 7070 },
  broker: { port: 1883 },
  mqtt: { broker: 'mqtt://127.0.0.1:1883', topic: 'evcc' },
  database: { type: 'sqlite', file: '.evcc/sample.db' },
});
