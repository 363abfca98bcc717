import { same, type Table } from './table.ts';

/** Tariffs whose names or options differ; most are called the same. */
export const TARIFFS: Table = {
  ...same('energinet', ['energinet-price']),
  ...same('octopus', ['octopus-productcode', 'octopus-api', 'octopusenergy']),
  ...same('octopus-de', ['octopus-germany', 'octopusde']),
  ...same('solcast', ['solcast-rooftop', 'solcast-legacy']),
  ...same('gruenstromindex', ['grünstromindex']),
  ...same('energy-charts-api', ['energy-charts']),
  ...same('tibber', ['tibber'], { names: { homeid: 'home' } }),
  ...same('fixed', ['fixed-zones']),
};
