import { type Clock, systemClock, time } from '../../../core/clock.ts';
import { NO_CONFIGURATION } from '../../../core/configuration.ts';
import { fail } from '../../../core/errors.ts';
import { createHooks, DECIDE_STAGES } from '../../../core/hooks.ts';
import type { Command, Evcc, LogEntry, Logger, TypeRegistry } from '../../../core/index.ts';
import { createSettings, type SettingsService } from '../../../core/runtime/settings-service.ts';
import { createState, type State, stateTable } from '../../../core/state.ts';
import { createMemoryStore, type Store } from '../../../core/store.ts';
import { NO_SYSTEM } from '../../../core/system.ts';

export interface FakeEvccOptions {
  readonly clock?: Clock;
  /** Absent: 1 */
  readonly loadpoints?: number;
  readonly directory?: string;
  /** Absent: an empty one */
  readonly store?: Store;
  /** The chargers can switch phases; absent: yes */
  readonly canSwitchPhases?: boolean;
  /** Called with every valid command before it is applied. */
  readonly approve?: (command: Command) => Promise<void>;
}

/** What a plugin sees, on real hooks, state and settings, without cycle and devices. */
export interface FakeEvcc {
  readonly evcc: Evcc;
  readonly state: State;
  readonly settings: SettingsService;
  readonly announced: string[];
  readonly logged: LogEntry[];
  /** Commands in the order in which they were applied */
  readonly commands: Command[];
  /** Sets internal values and hands out the changes, as a cycle would. */
  publish(
    site: Readonly<Record<string, unknown>>,
    loadpoints?: Readonly<Record<number, Readonly<Record<string, unknown>>>>,
  ): void;
  /** Changes the number of loadpoints. */
  resize(loadpoints: number): void;
  start(): Promise<void>;
  stop(signal?: AbortSignal): Promise<void>;
}

export function createFakeEvcc(options: FakeEvccOptions = {}): FakeEvcc {
  const clock = options.clock ?? systemClock;
  const hooks = createHooks();
  const state = createState();
  const { store = createMemoryStore() } = options;
  const announced: string[] = [];
  const logged: LogEntry[] = [];
  const commands: Command[] = [];
  const log = recordingLogger(logged);
  const registry = <Device>(): TypeRegistry<Device> => ({ define() {} });

  const flush = (): void => {
    const changes = state.flush();
    if (changes.length > 0) hooks.publish.call(() => changes);
  };
  const settings = createSettings({
    store: store.settings,
    state,
    log,
    target: (scope, _id, values) => ({
      now: clock.now(),
      values,
      hasBattery: true,
      canControlBattery: true,
      vehicles: [{ name: 'ev6', title: 'EV6' }],
      ...(scope === 'loadpoint' && {
        loadpoint: {
          canSwitchPhases: options.canSwitchPhases ?? true,
          phasesEnabled: 3,
          mayHeat: true,
          largestCurrent: 32,
          selectVehicle() {},
          detectVehicle() {},
          tellSoc() {},
        },
      }),
    }),
    approve: async (command) => {
      await options.approve?.(command);
    },
    changed: (_row, command) => {
      commands.push(command);
      queueMicrotask(flush);
    },
  });
  const resize = (loadpoints: number): void => {
    state.resize(loadpoints);
    settings.resize(loadpoints);
    for (let id = 1; id <= loadpoints; id += 1) settings.configure('loadpoint', id, `loadpoint.lp-${id}`, {});
    settings.publish();
    flush();
  };
  settings.configure('site', 0, 'site', {});
  resize(options.loadpoints ?? 1);

  const evcc: Evcc = {
    hooks,
    stages: { decide: DECIDE_STAGES },
    chargers: registry(),
    meters: registry(),
    vehicles: registry(),
    tariffs: registry(),
    stores: registry(),
    settings,
    state,
    store,
    log,
    clock,
    time,
    version: '0.0.0',
    directory: options.directory ?? process.cwd(),
    publish: (scope, id, key, value) => state.set(scope, id, key, value),
    publishAll: (scope, id, values, view) => state.update(scope, id, stateTable(values), view),
    raise() {},
    requestCycle() {},
    queries: { define() {}, all: () => [] },
    pages: { define() {}, all: () => [] },
    services: { provide() {}, use() {} },
    decisions: { current: () => undefined, changes: () => undefined },
    configuration: NO_CONFIGURATION,
    system: { ...NO_SYSTEM },
    healthy: () => true,
    announce: (line) => void announced.push(line),
    claim() {},
    shutdown() {},
    onLog: () => () => {},
    fail,
  };
  return {
    evcc,
    state,
    settings,
    announced,
    logged,
    commands,
    publish(site, loadpoints = {}) {
      for (const [key, value] of Object.entries(site)) state.set('site', 0, key, value);
      for (const [id, values] of Object.entries(loadpoints)) {
        for (const [key, value] of Object.entries(values)) state.set('loadpoint', Number(id), key, value);
      }
      flush();
    },
    resize,
    start: () => hooks.setup.promise(),
    stop: (signal = new AbortController().signal) => hooks.stop.promise(signal),
  };
}

function recordingLogger(entries: LogEntry[]): Logger {
  const record = (level: LogEntry['level']) => (message: string) => void entries.push({ level, area: 'mqtt', message });
  const logger: Logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    child: () => logger,
  };
  return logger;
}
