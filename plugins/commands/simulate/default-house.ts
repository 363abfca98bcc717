import type { EvccConfig } from '../../../core/index.ts';

/**
 * The house that a simulation puts around the series when no configuration is given. `examples/simulate/evcc.config.ts` is
 * the same one to start from.
 */
export const DEFAULT_HOUSE: EvccConfig = {
  interval: 10,
  simulator: { timezone: 'UTC' },
  meters: {
    grid: { type: 'simulator', usage: 'grid' },
    pv: { type: 'simulator', usage: 'pv' },
  },
  // 16 A on three phases: 11.04 kW
  chargers: { garage: { type: 'simulator', phaseSwitching: true, maxCurrent: 16 } },
  vehicles: { car: { type: 'simulator', charger: 'garage', title: 'Car', capacity: 60, taperFrom: 100 } },
  tariffs: {
    grid: { type: 'simulator', charges: 0.2 },
    feedin: { type: 'fixed', price: 0.08 },
  },
  site: { title: 'Simulated house', meters: { grid: 'grid', pv: 'pv' } },
  loadpoints: [{ title: 'Garage', charger: 'garage', vehicle: 'car', mode: 'pv' }],
};
