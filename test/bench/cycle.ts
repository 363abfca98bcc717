import { benchHouse, StillClock } from './fake-house.ts';
import { type Figure, figure, median } from './report.ts';

/** Time of one cycle with devices that answer at once: everything but device I/O. */
export async function cycleFigures(): Promise<Figure[]> {
  const times = new Map<number, number>();
  for (const [loadpoints, cycles] of [
    [1, 5_000],
    [10, 2_000],
    [100, 500],
    [1_000, 100],
  ] as const) {
    times.set(loadpoints, await medianCycle(loadpoints, cycles));
  }
  const at = (loadpoints: number): number => times.get(loadpoints) ?? Number.NaN;
  return [
    figure('cycle, 1 loadpoint, median', at(1), 'ms', 0.2, 'lower'),
    figure('cycle, 1,000 loadpoints, median', at(1_000), 'ms', 20, 'lower'),
    figure(
      'time per loadpoint, 1,000 against 100 loadpoints',
      at(1_000) / 1_000 / (at(100) / 100),
      'times',
      1.5,
      'lower',
    ),
    figure('time per loadpoint, 100 against 10 loadpoints', at(100) / 100 / (at(10) / 10), 'times', 1.5, 'lower'),
  ];
}

async function medianCycle(loadpoints: number, cycles: number): Promise<number> {
  const clock = new StillClock();
  const { runtime } = await benchHouse(loadpoints, clock);
  await runtime.prepare();
  const times: number[] = [];
  for (let cycle = 0; cycle < cycles * 1.5; cycle += 1) {
    const started = performance.now();
    await runtime.cycle();
    // The first third warms up.
    if (cycle >= cycles / 2) times.push(performance.now() - started);
    clock.time += 10_000;
  }
  await runtime.stop();
  return median(times);
}
