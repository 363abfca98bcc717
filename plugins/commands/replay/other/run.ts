import type { CommandContext, Logger, Runtime, SiteState } from '../../../../core/index.ts';
import { createClock } from '../../../shared/simulation/clock.ts';
import type { Slots } from '../../../shared/simulation/ledger.ts';
import { storedTexts } from './beginning.ts';
import { modelDevices } from './devices.ts';
import { type History, priceAt } from './history.ts';
import { otherHouse } from './house.ts';
import { createModel, type Model, type ModelBattery, type ModelLoadpoint, recordedSlots } from './model.ts';

/** Runs the other configuration through the recorded time. */
export interface Run {
  readonly model: Model;
  /** What was recorded, in the same books */
  readonly recorded: Slots;
  /** Path of the other configuration */
  readonly file: string;
  readonly currency: string;
  /** What should be known to judge the result */
  readonly notes: readonly string[];
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** ms of a recording from which quarters of an hour tell enough */
const LONG = 12 * 60 * MINUTE;
/** ms of real time after which signals get their turn */
const BREATH = 200;

/** W and Wh of a battery that was not recorded, and says nothing of itself */
const USUAL_POWER = 5_000;
const USUAL_CAPACITY = 10_000;
const LITTLE = 500;
/** %, above which no battery keeps a reserve by itself */
const HIGHEST_RESERVE = 20;

/** `undefined`: it was interrupted. */
export async function runOther(history: History, context: CommandContext): Promise<Run | undefined> {
  const slot = history.to - history.from < LONG ? MINUTE : QUARTER;
  const site: { now?: SiteState; model?: Model } = {};
  const chargers = new Map<string, string>();
  const roles = new Map<string, 'grid' | 'pv' | 'battery'>();
  const modelInUse = (): Model =>
    site.model ?? context.fail('EVCC_PLUGIN_FAILED', 'the model is there from the start on');
  const devices = modelDevices({
    history,
    model: modelInUse,
    loadpointOf: (charger) => modelInUse().loadpoints.find(({ name }) => name === chargers.get(charger)),
    roleOf: (meter) => roles.get(meter),
  });
  const plugin = {
    ...devices,
    apply(evcc: Parameters<typeof devices.apply>[0]): void {
      void devices.apply(evcc, undefined as never);
      evcc.hooks.measured.tap(devices.name, (state) => {
        site.now = state;
      });
    },
  };
  const house = await otherHouse(history.interval, context);
  const clock = createClock(history.from);
  const store = context.createMemoryStore();
  const runtime = await context.createRuntime({
    config: house.config,
    plugins: [plugin],
    directory: house.directory,
    clock,
    log: context.options.log === undefined ? silent() : context.createLog(clock),
    store,
  });
  const { config } = runtime.composition;
  for (const { name, charger } of config.loadpoints) chargers.set(charger, name);
  const { grid, pv, battery } = config.site.meters;
  if (grid !== undefined) roles.set(grid, 'grid');
  if (pv[0] !== undefined) roles.set(pv[0], 'pv');
  if (battery[0] !== undefined) roles.set(battery[0], 'battery');
  const model = createModel(history, slot, battery.length > 0 ? batteryOf(history, house.capacity) : undefined);
  site.model = model;

  try {
    const texts = storedTexts(history.beginnings ?? [], runtime.evcc.settings.rows());
    for (const [key, text] of texts) await store.settings.set(key, text);
    await runtime.prepare();
    let breath = context.clock.now();
    let wish = 0;
    for (const [index, moment] of history.moments.entries()) {
      clock.moveTo(moment.now);
      for (; (history.wishes[wish]?.moment ?? index + 1) <= index; wish += 1) await grant(history, wish, runtime);
      model.begin(moment);
      await runtime.cycle();
      const rates = site.now?.rates;
      model.pass({ grid: priceAt(rates?.grid?.rates, moment.now), feedin: priceAt(rates?.feedin?.rates, moment.now) });
      const real = context.clock.now();
      if (real - breath < BREATH) continue;
      breath = real;
      await context.clock.sleep(0);
      if (context.signal.aborted) return undefined;
    }
  } finally {
    await runtime.stop();
  }
  const names = config.loadpoints.map(({ name }) => name);
  return {
    model,
    recorded: recordedSlots(history, slot),
    file: house.file,
    currency: config.currency,
    notes: [
      ...(house.omitted.length > 0 ? [`plays no part: ${house.omitted.join(', ')}`] : []),
      ...(history.beginnings
        ? []
        : ['the recording does not hold what was configured: settings begin as the other configuration has them']),
      ...unmatched(names, model.loadpoints),
      ...(battery.length > 0 && !history.battery
        ? ['there was no home battery in the recording: a usual one is assumed']
        : []),
    ],
  };
}

function unmatched(names: readonly string[], recorded: readonly ModelLoadpoint[]): string[] {
  const known = recorded.map(({ name }) => name);
  return [
    ...names
      .filter((name) => !known.includes(name))
      .map((name) => `loadpoint ${name} was not recorded: no car comes there`),
    ...known
      .filter((name) => !names.includes(name))
      .map((name) => `loadpoint ${name} is not in the other configuration`),
  ];
}

/** Sets what somebody set while it was recorded; what the other configuration does not know, or refuse, stays. */
async function grant({ wishes }: History, index: number, { evcc, composition }: Runtime): Promise<void> {
  const wish = wishes[index];
  if (!wish) return;
  const { loadpoint, name, value } = wish;
  const id =
    loadpoint === undefined ? 0 : composition.config.loadpoints.findIndex((each) => each.name === loadpoint) + 1;
  if (loadpoint !== undefined && id === 0) return;
  const scope = loadpoint === undefined ? 'site' : 'loadpoint';
  await evcc.settings.execute({ scope, id, name, value, source: 'replay' }).catch(() => {});
}

function batteryOf({ battery }: History, capacity: number | undefined): ModelBattery {
  const known = battery && !Number.isNaN(battery.capacity) ? battery.capacity : USUAL_CAPACITY;
  const content = capacity === undefined ? known : capacity * 1_000;
  return {
    capacity: content,
    charge: limit(battery?.charge),
    discharge: limit(battery?.discharge),
    floor: (Math.min(battery?.least ?? 0, HIGHEST_RESERVE) / 100) * content,
    stored: ((battery?.soc ?? 50) / 100) * content,
    mode: 'normal',
  };
}

/** W; a battery that was hardly used showed nothing of what it can. */
function limit(seen: number | undefined): number {
  return seen !== undefined && seen > LITTLE ? seen : USUAL_POWER;
}

function silent(): Logger {
  const log: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  return log;
}
