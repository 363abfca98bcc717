import { time } from '../../../core/clock.ts';
import { createCollection } from '../../../core/collection.ts';
import { NO_CONFIGURATION } from '../../../core/configuration.ts';
import { EvccError, fail } from '../../../core/errors.ts';
import { createHooks, DECIDE_STAGES } from '../../../core/hooks.ts';
import type { Command, Evcc, LogEntry, Logger, Page, Query, Setting, StateValue } from '../../../core/index.ts';
import { createSettings } from '../../../core/runtime/settings-service.ts';
import { createServices } from '../../../core/services.ts';
import { createState, stateTable } from '../../../core/state.ts';
import { createMemoryStore, type Store } from '../../../core/store.ts';
import { NO_SYSTEM } from '../../../core/system.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** A runtime without cycles: real hooks, state and settings around two loadpoints and two vehicles. */
export interface FakeEvcc extends Evcc {
  readonly clock: FakeClock;
  /** Commands that were applied */
  readonly commands: Command[];
  readonly announced: string[];
  readonly logged: LogEntry[];
  readonly shutdowns: number[];
  healthyNow: boolean;
  /** Makes the store fail or work. */
  failStore(failing: boolean): void;
  /** Sets a published value without telling anybody yet. */
  set(scope: 'site' | 'loadpoint', id: number, key: string, value: unknown): void;
  /** Tells the surfaces what changed, as a cycle does at its end. */
  flush(): void;
  emitLog(entry: LogEntry): void;
  /** Who listens to the log */
  listeners(): number;
  /** Adds a row as a plugin does; the returned function takes it away. */
  addRow(row: Setting): () => void;
  resize(loadpoints: number): void;
}

const VEHICLES = [
  { name: 'bike', title: 'Lastenrad' },
  { name: 'ev6', title: 'EV6 <blau>' },
];

export async function createFakeEvcc(store: Store = createMemoryStore()): Promise<FakeEvcc> {
  const clock = new FakeClock();
  const hooks = createHooks();
  const state = createState();
  const logged: LogEntry[] = [];
  const commands: Command[] = [];
  const announced: string[] = [];
  const shutdowns: number[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  let storeFails = false;

  const emitLog = (entry: LogEntry): void => {
    logged.push(entry);
    if (entry.level === 'warn' || entry.level === 'error') for (const listener of listeners) listener(entry);
  };
  const logger = (area: string): Logger => ({
    debug: (message) => emitLog({ level: 'debug', area, message }),
    info: (message) => emitLog({ level: 'info', area, message }),
    warn: (message) => emitLog({ level: 'warn', area, message }),
    error: (message) => emitLog({ level: 'error', area, message }),
    child: logger,
  });

  const works = (): void => {
    if (storeFails) throw new EvccError('EVCC_STORE_FAILED', 'disk is full');
  };
  const failingStore: Store = {
    ...store,
    settings: {
      ...store.settings,
      set: async (key, value) => {
        works();
        await store.settings.set(key, value);
      },
    },
    sessions: {
      ...store.sessions,
      list: async (created) => {
        works();
        return store.sessions.list(created);
      },
      edit: async (id, changes) => {
        works();
        return store.sessions.edit(id, changes);
      },
      delete: async (id) => {
        works();
        return store.sessions.delete(id);
      },
    },
  };

  state.resize(2);
  const settings = createSettings({
    store: failingStore.settings,
    state,
    log: logger('settings'),
    approve: (command) => hooks.command.promise(command),
    changed: (_row, command) => void commands.push(command),
    target: (scope, id, values) => ({
      now: clock.now(),
      values,
      hasBattery: true,
      canControlBattery: true,
      vehicles: VEHICLES,
      ...(scope === 'loadpoint' && {
        loadpoint: {
          canSwitchPhases: id === 1,
          phasesEnabled: 3,
          mayHeat: true,
          largestCurrent: 32,
          selectVehicle: (name: string | null) => {
            const vehicle = VEHICLES.find((each) => each.name === name);
            state.set('loadpoint', id, 'vehicleTitle', vehicle?.title ?? '');
          },
          detectVehicle: () => void state.set('loadpoint', id, 'vehicleDetectionActive', true),
          tellSoc: (soc: number | null) => void state.set('loadpoint', id, 'vehicleSoc', soc ?? 0),
        },
      }),
    }),
  });
  settings.configure('site', 0, 'site', {});
  settings.configure('loadpoint', 1, 'loadpoint.garage', {});
  settings.configure('loadpoint', 2, 'loadpoint.carport', {});
  settings.publish();

  const queries = createCollection<Query>();
  const pages = createCollection<Page>();
  const desk = createServices();
  const registry = { define() {} };
  const evcc: FakeEvcc = {
    hooks,
    stages: { decide: DECIDE_STAGES },
    chargers: registry,
    meters: registry,
    vehicles: registry,
    tariffs: registry,
    stores: registry,
    settings,
    queries: { define: (query) => void queries.add(query), all: () => queries.all() },
    pages: { define: (page) => void pages.add(page), all: () => pages.all() },
    services: {
      provide: (name, service) => void desk.provide(name, service),
      use: (name, use) => void desk.use(name, use as Parameters<typeof desk.use>[1]),
    },
    state,
    store: failingStore,
    log: logger('rest'),
    clock,
    time,
    version: '0.1.0',
    directory: '/',
    publish: (scope, id, key, value) => state.set(scope, id, key, value),
    publishAll: (scope, id, values, view) => state.update(scope, id, stateTable(values), view),
    raise() {},
    requestCycle() {},
    decisions: { current: () => undefined, changes: () => undefined },
    configuration: NO_CONFIGURATION,
    system: { ...NO_SYSTEM },
    healthy: () => evcc.healthyNow,
    announce: (line) => void announced.push(line),
    claim() {},
    shutdown: () => void shutdowns.push(clock.now()),
    onLog(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    fail,
    commands,
    announced,
    logged,
    shutdowns,
    healthyNow: true,
    failStore(failing) {
      storeFails = failing;
    },
    set: (scope, id, key, value) => state.set(scope, id, key, value),
    flush() {
      const changes = state.flush();
      hooks.publish.call(() => changes);
    },
    emitLog,
    listeners: () => listeners.size,
    addRow: (row) => settings.add(row),
    resize: (count) => state.resize(count),
  };
  evcc.flush();
  return evcc;
}

/** Everything that is published, to see that nothing changed. */
export function published(evcc: Evcc): readonly (readonly (readonly [string, StateValue])[])[] {
  return [[...evcc.state.site], ...evcc.state.loadpoints.map((values) => [...values])];
}
