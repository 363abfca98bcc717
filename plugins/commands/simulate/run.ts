import type { CommandContext, EvccConfig, Logger, Runtime } from '../../../core/index.ts';
import { createClock } from '../../shared/simulation/clock.ts';
import { persistence } from './forecast.ts';
import { goalsOfDrivers } from './goals.ts';
import type { House } from './house.ts';
import type { Inputs } from './inputs.ts';
import { createProgress } from './progress.ts';
import { readyAtLast } from './ready.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { trackVisits, type Visit } from './visits.ts';

/** Runs the real runtime through the simulated time. */

export interface Run {
  readonly recorder: Recorder;
  /** In the order of time; absent: cars came and went as the configuration says */
  readonly visits?: readonly Visit[];
  readonly currency: string;
  /** ms of real time */
  readonly duration: number;
  /** The first warnings and errors of the house, and how many there were */
  readonly warnings: readonly string[];
  readonly warningCount: number;
}

/** ms of real time after which signals and output get their turn */
const BREATH = 200;
const MOST_WARNINGS = 5;

/** `undefined`: it was interrupted. */
export async function run(inputs: Inputs, house: House, context: CommandContext): Promise<Run | undefined> {
  const { from, to, profile } = inputs;
  const clock = createClock(from);
  const trackers = loadpointsOf(inputs, house).map((sessions) => trackVisits(sessions));
  const recorder = createRecorder(from, to, profile.slot, trackers);
  const warnings: string[] = [];
  let warningCount = 0;
  const warned = (message: string): void => {
    warningCount += 1;
    if (warnings.length < MOST_WARNINGS) warnings.push(`${context.time.format(clock.now())} ${message}`);
  };
  const runtime = await context.createRuntime({
    config: house.config,
    plugins: [
      recorder.plugin,
      ...(house.ready ? [readyAtLast(trackers)] : []),
      ...(house.plan ? [goalsOfDrivers(trackers), persistence(recorder.slots)] : []),
    ],
    directory: house.directory,
    clock,
    log: context.options.log === undefined ? collector(warned) : context.createLog(clock),
    store: context.createMemoryStore(),
  });

  const progress = createProgress(from, to, context);
  const began = context.clock.now();
  try {
    await runtime.prepare();
    let breath = began;
    // One cycle more than there are intervals: its readings end the last one.
    for (let now = from; now <= to; now += house.interval) {
      clock.moveTo(now);
      await runtime.cycle();
      const real = context.clock.now();
      if (real - breath < BREATH) continue;
      breath = real;
      progress.show(now, recorder.cycles, real - began);
      await context.clock.sleep(0);
      if (context.signal.aborted) return undefined;
    }
  } finally {
    progress.end();
    await runtime.stop();
  }
  const visits = trackers.flatMap((tracker) => tracker.visits).toSorted((a, b) => a.plugIn - b.plugIn);
  return {
    recorder,
    currency: currencyOf(runtime),
    duration: context.clock.now() - began,
    warnings,
    warningCount,
    ...(inputs.sessions && { visits }),
  };
}

function currencyOf(runtime: Runtime): string {
  return runtime.composition.config.currency;
}

/** Sessions by the loadpoint that their car's vehicle charges at. */
function loadpointsOf({ sessions = [] }: Inputs, { config, vehicles }: House): (typeof sessions)[] {
  const { loadpoints = [], vehicles: options = {} } = config as EvccConfig;
  return loadpoints.map(({ charger }) =>
    sessions.filter(({ car }) => {
      const vehicle = options[vehicles.get(car) ?? ''] as { readonly charger?: unknown } | undefined;
      return vehicle?.charger === charger;
    }),
  );
}

/** A log that keeps nothing but hands on warnings and errors. */
function collector(warned: (message: string) => void): Logger {
  const log: Logger = { debug() {}, info() {}, warn: warned, error: warned, child: () => log };
  return log;
}
