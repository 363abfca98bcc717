import { setImmediate } from 'node:timers/promises';
import type { BenchHouse } from './fake-house.ts';
import { benchHouse, StillClock } from './fake-house.ts';
import { type Figure, figure, median } from './report.ts';

/** Cycles that are measured, by number of loadpoints */
const CYCLES: Readonly<Record<number, number>> = { 1: 5_000, 10: 2_000, 100: 500, 1000: 100 };

/**
 * Control time of one cycle without device I/O: from the readings to the published values, which are made when somebody wants to
 * know them; one row is of a house where somebody always does.
 */
export async function cycleFigures(): Promise<Figure[]> {
  const one = await medianCycle(1);
  const ten = await medianCycle(10);
  const hundred = await medianCycle(100);
  const thousand = await medianCycle(1_000);
  return [
    figure('cycle, 1 loadpoint, median', one, 'ms', 0.2, 'lower'),
    figure('cycle, 1,000 loadpoints, median', thousand, 'ms', 20, 'lower'),
    figure('time per loadpoint, 100 against 10 loadpoints', hundred / 100 / (ten / 10), 'times', 1.5, 'lower'),
    figure(
      'time per loadpoint, 1,000 against 100 loadpoints',
      thousand / 1_000 / (hundred / 100),
      'times',
      1.5,
      'lower',
    ),
    figure(
      'cycle, 1,000 loadpoints, with a listener to all changes, median',
      await medianCycle(1_000, LISTENED),
      'ms',
      40,
      'lower',
    ),
    figure('every policy at work, 1 loadpoint, median', await medianCycle(1, POLICIES), 'ms', 0.4, 'lower'),
    figure('every policy at work, 1,000 loadpoints, median', await medianCycle(1_000, POLICIES), 'ms', 40, 'lower'),
  ];
}

interface Extras {
  readonly config: (loadpoints: number) => object;
  readonly command: (house: BenchHouse, loadpoints: number) => Promise<void>;
}

const LISTENED: Extras = {
  config: () => ({}),
  command: async (house) => house.listen(),
};

/** Loadpoints below one circuit */
const GARAGE = 10;

/** Prices, plans, circuits, an order of the grid operator and the control of the home battery. */
const POLICIES: Extras = {
  config: (loadpoints) => ({
    circuits: {
      main: { maxCurrent: Math.min(5_000, 40 * loadpoints), maxPower: Math.min(1_000_000, 20_000 * loadpoints) },
      ...Object.fromEntries(
        Array.from({ length: Math.ceil(loadpoints / GARAGE) }, (_, garage) => [
          `garage${garage}`,
          { parent: 'main', maxCurrent: 10 * GARAGE },
        ]),
      ),
    },
    loadpoints: Array.from({ length: loadpoints }, (_, index) => ({
      charger: `c${index}`,
      mode: 'pv',
      circuit: `garage${Math.floor(index / GARAGE)}`,
      minSoc: 20,
      priority: index % 3,
    })),
    tariffs: {
      grid: { type: 'simulator' },
      feedin: { type: 'fixed', price: 0.08, zones: [{ price: 0.1, hours: '8-16' }] },
    },
    site: {
      meters: { grid: 'grid', pv: 'pv', battery: 'battery' },
      prioritySoc: 30,
      bufferSoc: 80,
      smartCostLimit: -1,
    },
    hems: {},
  }),
  command: async ({ runtime }, loadpoints) => {
    const { settings } = runtime.evcc;
    const set = (id: number, name: string, value: unknown): Promise<unknown> =>
      settings.execute({ scope: id === 0 ? 'site' : 'loadpoint', id, name, value, source: 'bench' });
    await set(0, 'consumptionLimit', Math.min(500_000, 15_000 * loadpoints));
    for (let id = 1; id <= loadpoints; id += 1) {
      await set(id, 'targetEnergy', 100);
      await set(id, 'targetTime', '2025-06-17T06:00:00Z');
      await set(id, 'smartFeedInPriorityLimit', 0.5);
    }
  },
};

async function medianCycle(loadpoints: number, extras?: Extras): Promise<number> {
  const cycles = CYCLES[loadpoints] ?? 100;
  const clock = new StillClock();
  const house = await benchHouse(loadpoints, clock, extras?.config(loadpoints));
  const { runtime } = house;
  await runtime.prepare();
  await runtime.cycle();
  await extras?.command(house, loadpoints);
  house.holdReadings();
  await runtime.cycle();
  const times: number[] = [];
  for (let cycle = 0; cycle < cycles * 1.5; cycle += 1) {
    house.pass();
    clock.time += 10_000;
    const started = performance.now();
    await runtime.cycle();
    // The first third warms up.
    if (cycle >= cycles / 2) times.push(performance.now() - started);
    // What a cycle leaves behind, such as sessions to store, has the time until the next one.
    await setImmediate();
  }
  await runtime.stop();
  return median(times);
}
