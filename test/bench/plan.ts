import type { LoadpointState, Rate } from '../../core/index.ts';
import { plansFor } from '../../plugins/planner/plans.ts';
import { LOADPOINT_SETTINGS, NOW, siteOf, stateOf } from '../core/cycle/builders.ts';
import { type Figure, figure, median } from './report.ts';

const QUARTER = 900_000;
const SLOTS = 192;
const RUNS = 300;

/** Time to plan two days of quarters of an hour with prices and a solar forecast, for four cars below one limit. */
export function planFigures(): Figure[] {
  const rates = (value: (index: number) => number): readonly Rate[] =>
    Array.from({ length: SLOTS }, (_, index) => {
      const start = NOW + index * QUARTER;
      return { start, end: start + QUARTER, price: value(index) };
    });
  const loadpoints = [1, 2, 3, 4].map((id): LoadpointState => {
    const settings = { ...LOADPOINT_SETTINGS, targetTime: NOW + (SLOTS - id * 3) * QUARTER, targetEnergy: 60 };
    return stateOf({ id, settings, connected: true, circuit: 'main' });
  });
  const site = siteOf({
    loadpoints,
    rates: {
      planner: { kind: 'priceforecast', rates: rates((index) => 0.3 + 0.1 * Math.sin(index / 7)) },
      solar: { kind: 'solar', rates: rates((index) => Math.max(0, 9_000 * Math.sin((index / 96) * 2 * Math.PI))) },
    },
    circuits: [{ name: 'main', title: 'Main', maxPower: 24_000 }],
  });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    plansFor(site, 500);
    // The first half warms up.
    if (run >= RUNS / 2) times.push(performance.now() - started);
  }
  return [figure('plan for 48 h of quarter-hour slots, 4 loadpoints, median', median(times), 'ms', 2, 'lower')];
}
