import { defineConfig } from 'evcc';
import house from './evcc.config.ts';

/** The same house with a home battery and a second charger, for the two cars of `synthetic-cars.csv`. */
export default defineConfig({
  ...house,
  meters: { ...house.meters, cellar: { type: 'simulator', usage: 'battery', title: 'Cellar', capacity: 10 } },
  chargers: {
    garage: { type: 'simulator', phaseSwitching: true },
    carport: { type: 'simulator' },
  },
  vehicles: {
    commuter: { type: 'simulator', charger: 'garage', title: 'Commuter', capacity: 58, taperFrom: 100 },
    second: { type: 'simulator', charger: 'carport', title: 'Second car', capacity: 36, taperFrom: 100, phases: 1 },
  },
  site: { title: 'Two cars', meters: { grid: 'grid', pv: 'pv', battery: 'cellar' }, prioritySoc: 30 },
  loadpoints: [
    { title: 'Garage', charger: 'garage', vehicle: 'commuter', mode: 'pv', priority: 1 },
    { title: 'Carport', charger: 'carport', vehicle: 'second', mode: 'minpv' },
  ],
});
