import type { Rate } from '../../core/index.ts';
import { inputsOf } from '../../plugins/optimizer/inputs.ts';
import { LOADPOINT_SETTINGS, NOW, siteOf, stateOf } from '../core/cycle/builders.ts';
import { solved } from '../plugins/optimizer/requests.ts';
import { type Figure, figure, median } from './report.ts';

const QUARTER = 900_000;
const SLOTS = 192;
const RUNS = 10;
const ASSUMED = { batteryPower: 6_000, batteryReserve: 0 };

/** Time to optimize two days with prices and a solar forecast, for a home battery and two cars, of which one has a goal. */
export function optimizerFigures(): Figure[] {
  const rates = (value: (index: number) => number): readonly Rate[] =>
    Array.from({ length: SLOTS }, (_, index) => {
      const start = NOW + index * QUARTER;
      return { start, end: start + QUARTER, price: value(index) };
    });
  const car = { title: 'Car', icon: 'car', capacity: 60_000, features: [] };
  const sample = { value: { power: 0, soc: 40 }, at: NOW, stale: false };
  const site = siteOf({
    readings: {
      ...siteOf().readings,
      battery: [{ name: 'cellar', title: 'Cellar', capacity: 10_000, controllable: true, sample }],
    },
    loadpoints: [1, 2].map((id) =>
      stateOf({
        id,
        name: `lp-${id}`,
        settings: LOADPOINT_SETTINGS,
        connected: true,
        soc: 30 + id * 10,
        vehicle: { ...car, name: `car-${id}` },
      }),
    ),
    plans: new Map([
      [
        1,
        {
          slots: [],
          target: NOW + 120 * QUARTER,
          goal: {
            id: 1,
            kind: 'soc',
            value: 80,
            strategy: { continuous: false, precondition: 0 },
            required: 0,
            power: 11_040,
            priced: true,
            solar: true,
          },
        },
      ],
    ]),
    rates: {
      grid: { kind: 'priceforecast', rates: rates((index) => 0.3 + 0.1 * Math.sin(index / 7)) },
      feedin: { kind: 'pricestatic', rates: rates(() => 0.08) },
      solar: { kind: 'solar', rates: rates((index) => Math.max(0, 7_000 * Math.sin((index / 96) * 2 * Math.PI))) },
    },
  });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const asked = inputsOf(site, 'charge_before_export', { home: () => 400, measured: {} }, ASSUMED);
    if (typeof asked === 'string') throw new Error(asked);
    solved(asked.request);
    // The first half warms up.
    if (run >= RUNS / 2) times.push(performance.now() - started);
  }
  return [
    figure('optimizer: 48 h of quarter-hour slots, battery and 2 cars, median', median(times), 'ms', 500, 'lower'),
  ];
}
