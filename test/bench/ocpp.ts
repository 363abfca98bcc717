import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { silentLogger } from '../../core/log.ts';
import { createRuntime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Figure, figure } from './report.ts';

const STATIONS = 200;
const SECONDS = 30;
/** ms after which the stations are given up */
const PATIENCE = 150_000;

/**
 * CPU of a house with 200 OCPP stations that send meter values every 10 s, and how long its answers take. The stations are a
 * process of their own; what the house reads of them in its cycles is counted.
 */
export async function ocppFigures(): Promise<Figure[]> {
  const port = await freePort();
  const names = Array.from({ length: STATIONS }, (_, index) => `c${index}`);
  const runtime = await createRuntime({
    config: {
      rest: false,
      ocpp: { port, host: '127.0.0.1' },
      meters: { grid: { type: 'custom', power: { source: 'constant', value: 0 } } },
      chargers: Object.fromEntries(names.map((name, index) => [name, { type: 'ocpp', station: `CP-${index}` }])),
      site: { meters: { grid: 'grid' } },
      loadpoints: names.map((charger) => ({ charger })),
      interval: 10,
    },
    directory: import.meta.dirname,
    loader: createLoader({ directory: import.meta.dirname }),
    clock: systemClock,
    log: silentLogger,
    version: 'bench',
    store: createMemoryStore(),
  });
  await runtime.prepare();
  const running = new AbortController();
  const cycles = run(() => runtime.cycle(), running.signal);
  const stations = fork(join(import.meta.dirname, 'ocpp-stations.ts'), [port, STATIONS, SECONDS].map(String));
  try {
    await message(stations);
    const before = process.cpuUsage();
    const began = performance.now();
    const { times = [], setUp = 0 } = await message(stations);
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1_000 / (performance.now() - began);
    return [
      figure('CPU for 200 OCPP stations with meter values every 10 s', share * 100, '% of a core', 15, 'lower'),
      figure('longest answer to an OCPP station', Math.max(Number.NEGATIVE_INFINITY, ...times), 'ms', 100, 'lower'),
      figure('messages of OCPP stations without answer', (STATIONS * SECONDS) / 10 - times.length, '', 20, 'lower'),
      figure('OCPP stations that were not set up', STATIONS - setUp, '', 0.5, 'lower'),
    ];
  } finally {
    stations.kill();
    running.abort();
    await cycles;
    await runtime.stop();
  }
}

interface Report {
  readonly times?: readonly number[];
  readonly setUp?: number;
}

function message(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the stations did not answer in time')), PATIENCE);
    const exit = (code: number | null): void => reject(new Error(`the stations ended with ${code}`));
    child.once('exit', exit);
    child.once('message', (report: Report) => {
      clearTimeout(late);
      child.off('exit', exit);
      resolve(report);
    });
  });
}

/** A cycle every 10 s, as the house does. */
async function run(cycle: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await cycle();
    await systemClock.sleep(10_000, signal).catch(() => {});
  }
}
