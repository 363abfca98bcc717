import { type Clock, time } from './clock.ts';
import { type Composed, type Composition, ConfigError, compose } from './composition.ts';
import type { Problem } from './config/problem.ts';
import { hide } from './config/secrets.ts';
import { BatteryWriter } from './cycle/battery.ts';
import { Cycle } from './cycle/cycle.ts';
import { DevicePool } from './device-pool.ts';
import { type Equipment, NO_EQUIPMENT } from './equipment.ts';
import { fail, messageOf } from './errors.ts';
import { createHooks, DECIDE_STAGES } from './hooks.ts';
import type { Loader } from './loader.ts';
import type { LogEntry, Logger } from './log.ts';
import { Planning } from './planning.ts';
import type { DeviceContext, Evcc } from './plugin.ts';
import type { PluginScope, SharedEvcc } from './plugin-scope.ts';
import { createScheduler } from './scheduler.ts';
import type { SettingScope, SettingTarget } from './settings.ts';
import { createSettings } from './settings-service.ts';
import { createState } from './state.ts';
import type { Store } from './store.ts';
import { TariffBook } from './tariffs.ts';

/** Puts everything together: plugins, devices, settings and the cycle; starts, changes and stops it. */

export interface RuntimeOptions {
  /** The configuration as users write it */
  readonly config: unknown;
  /** Folder of the configuration file, for relative paths */
  readonly directory: string;
  readonly loader: Loader;
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
  /** Takes over a changed configuration; answers with the problems, in which case nothing changed. */
  reconfigure(config: unknown): Promise<readonly Problem[]>;
  /** Lines to show after the start: addresses, samples */
  readonly announcements: readonly string[];
  /** What is seen and steered from outside, as plugins see it */
  readonly evcc: Pick<Evcc, 'state' | 'settings' | 'store' | 'healthy' | 'requestCycle'>;
  /** The configuration in force */
  readonly composition: Composition;
  /** Resolves when the end was asked for. */
  readonly done: Promise<void>;
}

/** Checks the configuration and loads the plugins, but starts nothing. Errors: `ConfigError` with every problem. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { clock, log, directory, loader, env = {}, secrets = new Set<string>() } = options;
  const hooks = createHooks();
  const state = createState();
  const announcements: string[] = [];
  const hidden = (text: string): string => hide(text, secrets);
  let store: Store | undefined = options.store;
  let equipment: Equipment = NO_EQUIPMENT;
  let finished = (): void => {};
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });

  const openStore = (): Store => store ?? fail('EVCC_STORE_FAILED', 'the database is open from setup on');
  const settings = createSettings({
    store: {
      all: () => openStore().settings.all(),
      set: (key, value) => openStore().settings.set(key, value),
      delete: (key) => openStore().settings.delete(key),
    },
    state,
    log: log.child('settings'),
    target: (scope, id, values) => targetOf(scope, id, values),
    approve: (command) => hooks.command.promise(command),
    changed: (row, command) => {
      log.info(
        `${command.scope === 'site' ? 'site' : loadpointTitle(command.id)}: ${row.name} set to ${String(command.value)} by ${command.source}`,
      );
      for (const loadpoint of equipment.loadpoints) {
        if (command.scope === 'site' || loadpoint.spec.id === command.id) {
          loadpoint.memory = { ...loadpoint.memory, wishedAt: clock.now() };
        }
      }
      cycle.publish();
      if (row.early) scheduler.request();
    },
  });

  const shared: SharedEvcc = {
    hooks,
    stages: { decide: DECIDE_STAGES },
    settings,
    state,
    get store() {
      return openStore();
    },
    log,
    clock,
    time,
    version: options.version,
    directory,
    publish: (scope, id, key, value) => state.set(scope, id, key, value),
    requestCycle: () => scheduler.request(),
    healthy: () => cycle.healthy,
    announce: (line) => void announcements.push(line),
    shutdown: () => finished(),
    onLog: (listener) => options.onLog?.(listener) ?? (() => {}),
    fail,
  };

  const compositionOf = (config: unknown, before: readonly PluginScope[]): Promise<Composed> =>
    compose(config, env, loader, shared, before);
  const composed = await compositionOf(options.config, []);
  if (!composed.ok) throw new ConfigError(composed.problems);
  let composition = composed.composition;
  keepSecrets(composition);

  const tariffs = new TariffBook(hooks, log.child('tariffs'));
  const planning = new Planning(hooks, log.child('planner'), () => scheduler.request());
  const batteries = new BatteryWriter(log.child('battery'));
  const cycle = new Cycle({
    hooks,
    clock,
    log: log.child('site'),
    state,
    settings,
    get store() {
      return openStore();
    },
    tariffs,
    planning,
    batteries,
  });
  const pool = new DevicePool({ clock, log, directory, hide: hidden, changed: () => cycle.noteDeviceChange() });
  const scheduler = createScheduler(
    () => contained(() => cycle.run()),
    composition.config.interval,
    clock,
    log.child('site'),
  );
  let life: 'new' | 'running' | 'stopped' = 'new';
  let prepared: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  function keepSecrets(from: Composition): void {
    for (const secret of from.secrets) secrets.add(secret);
  }

  function loadpointTitle(id: number): string {
    return equipment.loadpoints[id - 1]?.spec.title ?? `loadpoint ${id}`;
  }

  function targetOf(
    scope: SettingScope,
    id: number,
    values: Readonly<Record<string, unknown>>,
  ): SettingTarget | undefined {
    const site = {
      now: clock.now(),
      values,
      hasBattery: equipment.battery.length > 0,
      vehicles: [...equipment.vehicles.values()].map(({ spec }) => ({ name: spec.name, title: spec.title })),
    };
    if (scope === 'site') return site;
    const loadpoint = equipment.loadpoints[id - 1];
    if (!loadpoint) return undefined;
    return {
      ...site,
      loadpoint: {
        canSwitchPhases: loadpoint.canSwitchPhases,
        phasesEnabled: loadpoint.memory.phasesEnabled,
        largestCurrent: loadpoint.charger.device?.traits?.maxCurrent ?? Number.POSITIVE_INFINITY,
        selectVehicle: (name) => cycle.selectVehicle(loadpoint, name),
      },
    };
  }

  /** Brings a composition into force: devices, loadpoints, settings and what is known from the start. */
  function install(): void {
    const { config } = composition;
    const used = pool.use(composition);
    equipment = used.equipment;
    tariffs.use(used.tariffs);
    cycle.use(equipment, config.interval, config.site.voltage);
    scheduler.setInterval(config.interval);
    const { loadpoints } = equipment;
    state.resize(loadpoints.length);
    settings.resize(loadpoints.length);
    settings.configure('site', 0, 'site', { ...config.site, telemetry: undefined });
    for (const { spec, vehicle } of loadpoints) {
      settings.configure('loadpoint', spec.id, `loadpoint.${spec.name}`, spec.settings);
      settings.useVehicle(spec.id, vehicle);
    }
    const set = (key: string, value: unknown): void => state.set('site', 0, key, value);
    set('siteTitle', config.site.title);
    set('version', options.version);
    set('currency', config.currency);
    set('gridConfigured', equipment.grid !== null);
    set('pvConfigured', equipment.pv.length > 0);
    set('batteryConfigured', equipment.battery.length > 0);
    set(
      'vehicles',
      [...equipment.vehicles.values()].map(({ spec }) => spec.title),
    );
    set('auth', { vehicles: {} });
    settings.publish();
  }

  async function createStore(): Promise<void> {
    const ready = composition.entries.get('database');
    if (store || !ready) return;
    const context: DeviceContext = {
      name: 'database',
      log: log.child('database'),
      clock,
      time,
      directory,
      voltage: composition.config.site.voltage,
      signal: new AbortController().signal,
      fail,
    };
    store = (await ready.definition.create(ready.options as never, context)) as Store;
  }

  const prepare = async (): Promise<void> => {
    await createStore();
    await settings.load();
    install();
    for (const scope of composition.scopes) scope.activate();
    life = 'running';
    await hooks.setup.promise();
  };

  const contained = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.error(`a cycle failed: ${messageOf(error)}`, error);
    }
  };

  const stop = async (): Promise<void> => {
    const wasRunning = life === 'running';
    life = 'stopped';
    finished();
    await scheduler.stop();
    if (wasRunning) {
      await Promise.all([cycle.finish(), ...batteries.write(undefined, equipment.battery)]);
      cycle.publish();
      await hooks.stop.promise(new AbortController().signal);
    }
    for (const scope of composition.scopes) scope.retire();
    await Promise.all(composition.scopes.map((scope) => scope.remove()));
    await pool.close();
    await store?.close();
  };

  return {
    prepare() {
      prepared ??= prepare();
      return prepared;
    },
    async start() {
      prepared ??= prepare();
      await prepared;
      await scheduler.start();
      await hooks.started.promise();
    },
    cycle: () => cycle.run(),
    stop() {
      stopped ??= stop();
      return stopped;
    },
    async reconfigure(config) {
      const changed = await compositionOf(config, composition.scopes);
      if (!changed.ok) return changed.problems;
      const before = composition.scopes;
      composition = changed.composition;
      keepSecrets(composition);
      const gone = before.filter((scope) => !composition.scopes.includes(scope));
      const fresh = composition.scopes.filter((scope) => !before.includes(scope));
      await Promise.all(gone.map((scope) => scope.remove()));
      for (const scope of fresh) scope.activate();
      install();
      const failures = await Promise.all(fresh.map((scope) => scope.setup().then(() => undefined, messageOf)));
      cycle.publish();
      scheduler.request();
      return failures.flatMap((failure) => (failure === undefined ? [] : [{ path: '', message: failure }]));
    },
    announcements,
    evcc: shared,
    get composition() {
      return composition;
    },
    done,
  };
}
