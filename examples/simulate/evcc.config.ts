import { defineConfig } from 'evcc';

/**
 * The house that `evcc simulate` puts around measured series. It is the built-in one; copy it, change it, and pass it with
 * `--config`. Household, PV and prices come from the series, so the meters only say what there is.
 */
export default defineConfig({
  interval: 10,
  simulator: { timezone: 'UTC' },

  meters: {
    grid: { type: 'simulator', usage: 'grid' },
    pv: { type: 'simulator', usage: 'pv' },
    // A home battery, if there is one, besides `battery: 'cellar'` in `site.meters`:
    // cellar: { type: 'simulator', usage: 'battery', capacity: 10, chargePower: 5_000, dischargePower: 5_000, efficiency: 95 },
  },
  // 16 A on three phases: 11.04 kW
  chargers: { garage: { type: 'simulator', phaseSwitching: true, maxCurrent: 16 } },
  // Sessions bring the energy that a car wants; its capacity only turns that into a soc.
  vehicles: { car: { type: 'simulator', charger: 'garage', title: 'Car', capacity: 60, taperFrom: 100 } },

  tariffs: {
    // The price of the series and what comes on top, per kWh
    grid: { type: 'simulator', charges: 0.2 },
    feedin: { type: 'fixed', price: 0.08 },
  },

  site: { title: 'Simulated house', meters: { grid: 'grid', pv: 'pv' } },
  loadpoints: [{ title: 'Garage', charger: 'garage', vehicle: 'car', mode: 'pv' }],
});
