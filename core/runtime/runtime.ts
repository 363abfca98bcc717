import { type Clock, time } from '../clock.ts';
import { createCollection } from '../collection.ts';
import type { Problem } from '../config/problem.ts';
import { namesStored } from '../config/references.ts';
import { hide } from '../config/secrets.ts';
import { BatteryWriter } from '../cycle/battery.ts';
import { Cycle } from '../cycle/cycle.ts';
import type { Closable } from '../devices.ts';
import { fail, messageOf } from '../errors.ts';
import { createHooks, DECIDE_STAGES } from '../hooks.ts';
import { type Composition, ConfigError, compose, type Written } from '../loading/composition.ts';
import { failureReporter } from '../loading/containment.ts';
import type { RunAs } from '../loading/culprit.ts';
import type { Loader } from '../loading/loader.ts';
import type { PluginScope, SharedEvcc } from '../loading/plugin-scope.ts';
import type { LogEntry, Logger } from '../log.ts';
import type { DeviceLogin } from '../logins.ts';
import type { Evcc, LoadedPlugin } from '../plugin.ts';
import { createServices } from '../services.ts';
import type { Command } from '../settings.ts';
import { TARIFF_ROLES, type TariffRole } from '../site.ts';
import { createState } from '../state.ts';
import type { Store } from '../store.ts';
import { type Catalogue, listTypesApart } from './catalogue.ts';
import { createConfiguration } from './configuration.ts';
import type { DeviceHandle } from './device-handle.ts';
import { DevicePool } from './device-pool.ts';
import { devicesOf, type Equipment, type EquippedVehicle, NO_EQUIPMENT } from './equipment.ts';
import { Exchange, setUp } from './exchange.ts';
import { install, leavers } from './install.ts';
import type { Loadpoint } from './loadpoint.ts';
import { deviceLogins, shownLogins } from './logins.ts';
import { MemoryKeeper } from './memory-store.ts';
import { openStore } from './open-store.ts';
import { Planning } from './planning.ts';
import { recordedHouse } from './recorded-house.ts';
import { createScheduler } from './scheduler.ts';
import { settingTarget } from './setting-target.ts';
import { told } from './setting-values.ts';
import { createSettings } from './settings-service.ts';
import { TariffBook } from './tariffs.ts';
import { createTurns } from './turns.ts';
import { Vehicles } from './vehicles.ts';

/** Puts everything together: plugins, devices, settings and the cycle; starts, changes and stops it. */

/** ms between cycles until the configuration says */
const FIRST_INTERVAL = 10_000;

export interface RuntimeOptions {
  /** The configuration as users write it */
  readonly config: unknown;
  /** Folder of the configuration file, for relative paths */
  readonly directory: string;
  /** The file itself, absolute; absent: there is none */
  readonly file?: string;
  /** Lists all types; absent: in a process of its own, which takes seconds */
  readonly listTypes?: () => Promise<Catalogue>;
  readonly loader: Loader;
  /** Of the program, besides those that are always there and those of the configuration; without options */
  readonly plugins?: readonly LoadedPlugin[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Environment that `{ env: 'NAME' }` refers to */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Is filled with the texts that the log must not show */
  readonly secrets?: Set<string>;
  /** Replaces the configured database */
  readonly store?: Store;
  /** Registers a listener for warnings and errors of the log */
  readonly onLog?: (listener: (entry: LogEntry) => void) => () => void;
  /** Runs plugins that are no part of the program; absent: they are called directly */
  readonly runAs?: RunAs;
  /** What keeps the house from running: only surfaces are there, and say so. `prepare` it, do not `start` it. */
  readonly standby?: readonly Problem[];
}

export interface Runtime {
  /** Starts plugins, devices and cycles; resolves after the first cycle. Errors: `EVCC_PLUGIN_FAILED`, `EVCC_STORE_FAILED`. */
  start(): Promise<void>;
  /** Starts everything but the scheduler: whoever calls `cycle` sets the pace. For simulations and tests. */
  prepare(): Promise<void>;
  /** Runs one cycle. */
  cycle(): Promise<void>;
  /** Ends orderly: sessions stored, batteries back to normal, devices and plugins closed. Can be called more than once. */
  stop(): Promise<void>;
  /**
   * Takes over a changed configuration as a whole; answers with the problems, in which case nothing changed, also when a
   * plugin cannot be set up. Cycles go on meanwhile; the change itself comes between two of them.
   */
  reconfigure(config: unknown): Promise<readonly Problem[]>;
  /** Lines to show after the start: addresses, samples */
  readonly announcements: readonly string[];
  /** What is seen and steered from outside, as plugins see it */
  readonly evcc: Pick<
    Evcc,
    'configuration' | 'system' | 'decisions' | 'state' | 'settings' | 'store' | 'healthy' | 'requestCycle'
  >;
  /** The configuration in force */
  readonly composition: Composition;
  /** A configured device by its path, e.g. `chargers.garage`, once prepared; `undefined`: there is none. To try it out. */
  device(path: string): DeviceHandle<Partial<Closable>, unknown> | undefined;
  /** Resolves when the end was asked for. */
  readonly done: Promise<void>;
  /** It was asked for so that the house starts anew. */
  readonly again: boolean;
}

/** Checks the configuration and loads the plugins, but starts nothing. Errors: `ConfigError` with every problem. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { clock, log, directory, loader, plugins, runAs, standby, env = {}, secrets = new Set<string>() } = options;
  const hooks = createHooks();
  const state = createState();
  const announcements: string[] = [];
  const hidden = (text: string): string => hide(text, secrets);
  let store: Store | undefined = options.store;
  let equipment: Equipment = NO_EQUIPMENT;
  let problems: readonly Problem[] = [];
  let finished = (): void => {};
  /** The end was asked for. */
  let isOver = false;
  let again = false;
  const done = new Promise<void>((resolve) => {
    finished = () => {
      isOver = true;
      resolve();
    };
  });

  const storeInUse = (): Store => store ?? fail('EVCC_STORE_FAILED', 'the database is open from setup on');
  const settings = createSettings({
    store: {
      all: () => storeInUse().settings.all(),
      set: (key, value) => storeInUse().settings.set(key, value),
      delete: (key) => storeInUse().settings.delete(key),
    },
    state,
    log: log.child('settings'),
    target: (scope, id, values) => settingTarget(equipment, { scope, id, values }, clock.now(), vehicles),
    approve: (command) => hooks.command.promise(command),
    changed: (row, command, different) => {
      log.info(`${titleOf(command)}: ${row.name} set to ${told(row, command.value)} by ${command.source}`);
      for (const loadpoint of row.wish && different ? loadpointsOf(command) : []) {
        loadpoint.memory = { ...loadpoint.memory, wishedAt: clock.now() };
      }
      cycle.publish();
      if (row.early) scheduler.request();
    },
  });

  const shared: SharedEvcc = {
    hooks,
    stages: { decide: DECIDE_STAGES },
    settings,
    queries: createCollection(),
    pages: createCollection(),
    services: createServices(),
    state,
    get store() {
      return storeInUse();
    },
    decisions: {
      current: (id) => equipment.loadpoints[id - 1]?.decisions.current,
      changes: (id) => equipment.loadpoints[id - 1]?.decisions.changes,
    },
    system: {
      plugins: () => exchange.composition.scopes.map(({ name }) => name),
      devices: () =>
        [...devicesOf(equipment), ...tariffs.handles].map(({ kind, name, readAt }) => ({
          kind,
          name,
          ...(readAt !== undefined && { readAt }),
        })),
      problems: () => [...problems, ...exchange.composition.misfits],
      logins,
      forget() {
        tariffs.forget(clock.now());
        pool.forget();
        for (const loadpoint of equipment.loadpoints) {
          loadpoint.memory = { ...loadpoint.memory, polled: undefined };
        }
        scheduler.request();
      },
      restart() {
        again ||= !isOver;
        finished();
      },
    },
    get configuration() {
      return configuration;
    },
    log,
    clock,
    time,
    version: options.version,
    directory,
    publish: (scope, id, key, value) => state.set(scope, id, key, value),
    raise: (event) => cycle.raise(event),
    requestCycle: () => scheduler.request(),
    healthy: () => cycle.healthy,
    announce: (line) => void announcements.push(line),
    shutdown() {
      // Whoever wants it to end gets that, also while it starts anew.
      again = false;
      finished();
    },
    onLog: (listener) => options.onLog?.(listener) ?? (() => {}),
    ...(standby && { standby }),
    fail,
  };

  const tariffs = new TariffBook(hooks, log.child('tariffs'));
  const planning = new Planning(hooks, log.child('planner'), () => scheduler.request());
  const vehicles = new Vehicles(settings, log.child('vehicles'));
  const batteries = new BatteryWriter(log.child('battery'));
  const cycle = new Cycle({
    hooks,
    clock,
    log: log.child('site'),
    state,
    settings,
    get store() {
      return storeInUse();
    },
    tariffs,
    planning,
    vehicles,
    batteries,
  });
  const pool = new DevicePool({
    clock,
    log,
    directory,
    hide: hidden,
    changed: () => cycle.noteDeviceChange(),
    loginsChanged() {
      publishLogins();
      cycle.publish();
      scheduler.request();
    },
  });
  const keeper = new MemoryKeeper({
    clock,
    log: log.child('memory'),
    get store() {
      return storeInUse();
    },
    planning,
    tariffs,
    hide: hidden,
  });
  const runCycle = async (): Promise<void> => {
    await cycle.run();
    keeper.note(knownTariffs());
  };
  const cycles = failureReporter('a cycle', log.child('site'));
  const contained = (run: () => Promise<void>): Promise<void> => run().then(cycles.worked, cycles.failed);
  /** Cycles, changes and the end of the house come one after the other. */
  const inTurn = createTurns();
  const changes = createTurns();
  const edits = createTurns();
  const scheduler = createScheduler(() => inTurn(() => contained(runCycle)), FIRST_INTERVAL, clock, log.child('site'));

  const composing = { env, loader, plugins, shared, secrets, runAs, houseless: standby !== undefined };
  // The database, which is configured here too, is not open yet.
  const written: Written = { config: options.config, stored: 'unknown' };
  const composed = await compose(written, composing, []);
  if (!composed.ok) throw new ConfigError(composed.problems);

  let life: 'new' | 'running' | 'stopped' = 'new';
  /** The cycles run by themselves, and the first one is over. */
  let started = false;
  let prepared: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  /** Plugins in the order in which they tapped the hooks: those that stay are asked before new ones */
  let applied: readonly PluginScope[] = [];

  function knownTariffs(): TariffRole[] {
    return TARIFF_ROLES.filter((role) => tariffs.rates[role]);
  }

  function logins(): readonly DeviceLogin[] {
    return deviceLogins(pool.logins(), equipment, { clock, hide: hidden });
  }

  function publishLogins(): void {
    state.set('site', 0, 'auth', shownLogins(logins()));
  }

  function titleOf({ scope, id }: Command): string {
    const of = scope === 'vehicle' ? vehicleOf(id)?.spec : equipment.loadpoints[id - 1]?.spec;
    return scope === 'site' ? 'site' : (of?.title ?? `${scope} ${id}`);
  }

  /** Those that a command is about, also by their vehicle. */
  function loadpointsOf({ scope, id }: Command): readonly Loadpoint[] {
    const { loadpoints } = equipment;
    const vehicle = scope === 'vehicle' ? vehicleOf(id)?.spec.name : undefined;
    return loadpoints.filter((each) =>
      scope === 'loadpoint' ? each.spec.id === id : vehicle !== undefined && each.vehicle === vehicle,
    );
  }

  function vehicleOf(position: number): EquippedVehicle | undefined {
    return [...equipment.vehicles.values()][position - 1];
  }

  function bringIntoForce(composition: Composition): void {
    configuration.tell(composition);
    const use = (changed: Equipment): void => {
      equipment = changed;
      publishLogins();
      keeper.use(changed, composition);
    };
    const { scopes } = composition;
    applied = [
      ...applied.filter((scope) => scopes.includes(scope)),
      ...scopes.filter((scope) => !applied.includes(scope)),
    ];
    const house = recordedHouse(composition, applied, hooks);
    install(composition, {
      pool,
      tariffs,
      cycle,
      scheduler,
      settings,
      vehicles,
      state,
      version: options.version,
      house,
      use,
    });
  }

  const exchange = new Exchange(composed.composition, written, {
    compose: (changed, before) => compose(changed, composing, before),
    log,
    changes,
    betweenCycles: inTurn,
    isRunning: () => life === 'running',
    isStarted: () => started,
    release: (before, next) => cycle.release(leavers(equipment, before, next)),
    use: bringIntoForce,
    changed() {
      cycle.publish();
      scheduler.request();
    },
  });

  const configuration = createConfiguration({
    file: options.file,
    get store() {
      return storeInUse();
    },
    clock,
    log: log.child('configuration'),
    edits,
    exchange,
    isRunning: () => life === 'running',
    find: (path) => pool.find(path),
    listTypes: options.listTypes ?? (() => listTypesApart({ directory, version: options.version }, clock)),
  });

  const prepare = async (): Promise<void> => {
    store ??= await openStore(exchange.composition, { clock, log, directory });
    await settings.load();
    await keeper.load();
    await configuration.load();
    if (stopped !== undefined) return;
    const stored = configuration.entries();
    const needed = exchange.composition.scopes;
    if (stored.length > 0 || namesStored(options.config)) await exchange.complete({ config: options.config, stored });
    const { composition } = exchange;
    bringIntoForce(composition);
    for (const scope of composition.scopes) {
      scope.prepare();
      scope.join();
    }
    life = 'running';
    const failed = await setUp(composition.scopes);
    // The house does without what only devices of the database need.
    const fatal = failed.find(({ scope }) => needed.includes(scope));
    for (const each of failed) if (each !== fatal) log.error(messageOf(each.error));
    if (fatal) throw fatal.error;
  };

  const stop = async (): Promise<void> => {
    // What is being opened has to be there before it can be closed.
    await prepared?.catch(() => {});
    const wasRunning = life === 'running';
    life = 'stopped';
    await scheduler.stop();
    const end = async (): Promise<void> => {
      if (wasRunning) {
        await Promise.all([cycle.finish(), batteries.release(equipment.battery)]);
        await keeper.finish(knownTariffs());
        cycle.publish();
        await hooks.stop.promise(new AbortController().signal);
      }
      const { scopes } = exchange.composition;
      for (const scope of scopes) scope.retire();
      await Promise.all(scopes.map((scope) => scope.remove()));
      await pool.close();
      await store?.close();
    };
    await changes(() => inTurn(end));
  };

  return {
    prepare() {
      prepared ??= prepare();
      return prepared;
    },
    async start() {
      prepared ??= prepare();
      await prepared;
      if (stopped !== undefined) return;
      await scheduler.start();
      if (stopped !== undefined) return;
      await hooks.started.promise();
      started = true;
    },
    cycle: () => inTurn(runCycle),
    stop() {
      finished();
      stopped ??= stop();
      return stopped;
    },
    reconfigure: (config) =>
      edits(async () => {
        problems = await exchange.change({ config, stored: configuration.entries() });
        return problems;
      }),
    announcements,
    evcc: shared,
    get composition() {
      return exchange.composition;
    },
    device: (path) => pool.find(path),
    done,
    get again() {
      return again;
    },
  };
}
