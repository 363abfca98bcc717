import type { TSchema } from 'typebox';
import type { Collection } from '../collection.ts';
import { codeOf, EvccError, fail, messageOf } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { LogEntry } from '../log.ts';
import type { Page } from '../pages.ts';
import type { Evcc, LoadedPlugin, TypeDefinition, TypeRegistry } from '../plugin.ts';
import type { Query } from '../queries.ts';
import { attempt, withDeadline } from '../runtime/deadline.ts';
import type { ServiceDesk } from '../services.ts';
import type { Setting } from '../settings.ts';
import type { State, StateScope } from '../state.ts';
import { LOADPOINT_KEYS, SITE_KEYS, type StateKey, VEHICLE_KEYS } from '../state-keys.ts';
import { ownHooks, type PluginHooks } from './containment.ts';
import type { RunAs } from './culprit.ts';
import { type Makers, type OwnTables, ownTables } from './own-tables.ts';
import type { AnyDefinition, DeviceKind } from './registry.ts';

/** Keys that are in the table without plugins */
const KEYS: Readonly<Record<StateScope, readonly StateKey[]>> = {
  site: SITE_KEYS,
  loadpoint: LOADPOINT_KEYS,
  vehicle: VEHICLE_KEYS,
};

/** ms that `apply` may take */
const APPLY_DEADLINE = 10_000;
/** ms that releasing a plugin may take */
const RELEASE_DEADLINE = 5_000;

/** What all plugins share; the rest of `evcc` is each plugin's own. */
export interface SharedEvcc
  extends Omit<
    Evcc,
    | 'hooks'
    | 'publishAll'
    | 'chargers'
    | 'meters'
    | 'vehicles'
    | 'tariffs'
    | 'stores'
    | 'settings'
    | 'queries'
    | 'pages'
    | 'services'
    | 'state'
    | 'claim'
  > {
  readonly hooks: Hooks;
  readonly state: State;
  readonly settings: Evcc['settings'] & { add(row: Setting): () => void };
  readonly queries: Collection<Query>;
  readonly pages: Collection<Page>;
  readonly services: ServiceDesk;
}

export interface DefinedType {
  readonly kind: DeviceKind;
  readonly type: string;
  readonly definition: AnyDefinition;
}

/** One plugin with everything that it tapped, defined and opened, so that it can be taken away again as a whole. */
export class PluginScope {
  readonly plugin: LoadedPlugin;
  /** Its options as text; another text means: replace it */
  readonly signature: string;
  readonly types: DefinedType[] = [];
  /** What only one can hold at a time, e.g. `TCP port 7070` */
  readonly claims: string[] = [];
  /** Runs code of the plugin, so that errors of it that nobody catches are known to be its own. */
  readonly run: <T>(work: () => T) => T;
  readonly #rows: Setting[] = [];
  readonly #tables: OwnTables;
  readonly #keys: { readonly scope: StateScope; readonly key: StateKey }[] = [];
  readonly #hooks: PluginHooks;
  readonly #shared: SharedEvcc;
  readonly #options: unknown;
  #stage: 'applied' | 'prepared' | 'in force' | 'left' = 'applied';
  /** What waits until it is in force */
  #early: (() => void)[] = [];
  #removeRows = new Map<Setting, () => void>();
  readonly #queries: Query[] = [];
  readonly #pages: Page[] = [];
  /** Takes its queries, pages and services away again */
  #withdraw: (() => void)[] = [];
  #endLogs: (() => void)[] = [];
  #release: (() => void | Promise<void>) | undefined;
  #ended: Promise<void> | undefined;

  /** `runAs` is absent for plugins that are part of the program. */
  constructor(plugin: LoadedPlugin, options: unknown, shared: SharedEvcc, runAs?: RunAs) {
    this.plugin = plugin;
    this.signature = JSON.stringify(options) ?? '';
    this.#options = options;
    this.#shared = shared;
    const run = runAs && (<T>(work: () => T): T => runAs(`plugin ${plugin.name}`, work));
    this.run = run ?? ((work) => work());
    this.#tables = ownTables(plugin.name, shared.log, this.run);
    this.#hooks = ownHooks(shared.hooks, plugin.name, shared.clock, shared.log.child(plugin.name), run);
  }

  get name(): string {
    return this.plugin.name;
  }

  /** Settings that it defined */
  get rows(): readonly Setting[] {
    return this.#rows;
  }

  /** Keys of values that it defined */
  get keys(): readonly { readonly scope: StateScope; readonly key: StateKey }[] {
    return this.#keys;
  }

  /** Lets the plugin tap and define; nothing of it is in force before `join`. Errors: `EVCC_PLUGIN_FAILED`. */
  async apply(): Promise<void> {
    const { clock } = this.#shared;
    const applying = attempt(() => this.run(() => this.plugin.apply(this.#evcc(), this.#options as never)));
    try {
      const release = await withDeadline(clock, APPLY_DEADLINE, 'apply', () => applying);
      if (typeof release === 'function') this.#release = release;
    } catch (error) {
      this.retire();
      // What it opened is released as soon as it says how.
      void applying.then((release) => release?.()).catch(() => {});
      const code = codeOf(error) === 'EVCC_CONFIG_INVALID' ? 'EVCC_CONFIG_INVALID' : 'EVCC_PLUGIN_FAILED';
      throw new EvccError(code, `plugin ${this.name}: ${messageOf(error)}`, { plugin: this.name, cause: error });
    }
  }

  /** Lets it set itself up: the taps of its own life are called, and its settings known unless a predecessor has them. */
  prepare(): void {
    this.#stage = 'prepared';
    this.#hooks.activate('life');
    this.#addRows();
  }

  /** Runs the plugin's own `setup` taps. Errors: `EVCC_PLUGIN_FAILED`. */
  setup(): Promise<void> {
    return this.#hooks.run('setup');
  }

  /** Puts everything of it into force, at once. */
  join(): void {
    const { state } = this.#shared;
    this.#stage = 'in force';
    for (const { scope, key } of this.#keys) state.define(scope, key);
    this.#addRows();
    this.#withdraw = [
      ...this.#queries.map((query) => this.#shared.queries.add(query)),
      ...this.#pages.map((page) => this.#shared.pages.add(page)),
    ];
    this.#hooks.activate('all');
    for (const run of this.#early.splice(0)) this.#contained(run);
  }

  /** Runs the plugin's own `started` taps, for a plugin that joins a running house. Never rejects. */
  started(): Promise<void> {
    return this.#hooks.run('started');
  }

  /** Takes all of it out of force, at once: taps, settings, what it published. Only the taps of its end are left. */
  leave(): void {
    if (this.#stage === 'left') return;
    if (this.#stage === 'in force') this.#forgetKeys();
    if (this.#stage !== 'applied') this.#hooks.activate('life');
    this.#stage = 'left';
    for (const remove of this.#removeRows.values()) remove();
    this.#removeRows.clear();
    for (const remove of this.#withdraw.splice(0)) remove();
    for (const end of this.#endLogs) end();
    this.#endLogs = [];
  }

  /** Runs the plugin's own `stop` taps and releases what it opened, once; its other taps go on until it leaves. Never rejects. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  /** Leaves, if it did not yet, and ends. Never rejects. */
  async remove(): Promise<void> {
    this.leave();
    await this.end();
    this.#hooks.retire();
  }

  /** Leaves without running its `stop` taps (again). */
  retire(): void {
    this.leave();
    this.#hooks.retire();
  }

  /** Sets why it is missed although it left: a limiter then allows no current. `undefined`: it is not missed any more. */
  refuse(failure: unknown): void {
    this.#hooks.refuse(failure);
  }

  async #end(): Promise<void> {
    const { clock, log } = this.#shared;
    try {
      await this.#hooks.run('stop', new AbortController().signal);
      if (this.#stage === 'left') this.#hooks.retire();
      const release = this.#release;
      if (release) await withDeadline(clock, RELEASE_DEADLINE, 'release', () => attempt(() => this.run(release)));
    } catch (error) {
      log.warn(`plugin ${this.name} could not be released: ${messageOf(error)}`);
    }
  }

  /** Adds its settings whose names are free; those of a predecessor stay until it leaves. */
  #addRows(): void {
    const { settings } = this.#shared;
    for (const row of this.#rows) {
      const taken = settings.rows().some(({ scope, name }) => scope === row.scope && name === row.name);
      if (!taken) this.#removeRows.set(row, settings.add(row));
    }
  }

  #evcc(): Evcc {
    const { settings, state, log } = this.#shared;
    const own = {
      hooks: this.#hooks.hooks,
      log: log.child(this.name),
      chargers: this.#registry('charger'),
      meters: this.#registry('meter'),
      vehicles: this.#registry('vehicle'),
      tariffs: this.#registry('tariff'),
      stores: this.#registry('store'),
      settings: {
        define: (row: Setting) => this.#define(row),
        rows: () => settings.rows(),
        get: settings.get.bind(settings),
        execute: settings.execute.bind(settings),
      },
      queries: { define: (query: Query) => void this.#queries.push(query), all: () => this.#shared.queries.all() },
      pages: { define: (page: Page) => void this.#pages.push(page), all: () => this.#shared.pages.all() },
      services: {
        provide: (name: string, service: unknown) =>
          this.#inForce(() => void this.#withdraw.push(this.#shared.services.provide(name, service))),
        use: (name: string, use: (service: unknown) => (() => void) | undefined) =>
          this.#inForce(() => void this.#withdraw.push(this.#use(name, use))),
      },
      state: Object.create(state, {
        define: { value: (scope: StateScope, key: StateKey) => this.#defineKey(scope, key) },
      }) as State,
      onLog: (listener: (entry: LogEntry) => void) => this.#onLog(listener),
      publish: (scope: StateScope, id: number, key: string, value: unknown) => this.#publish(scope, id, key, value),
      publishAll: <View>(scope: StateScope, id: number, values: Makers<View>, view: View) =>
        this.#publishAll(scope, id, values, view),
      claim: (resource: string) => void this.claims.push(resource),
    };
    // Getters stay getters: the store, for one, is only there from `setup` on.
    return Object.defineProperties(own, {
      ...Object.getOwnPropertyDescriptors(this.#shared),
      ...Object.getOwnPropertyDescriptors(own),
    }) as unknown as Evcc;
  }

  #registry<Device>(kind: DeviceKind): TypeRegistry<Device> {
    return {
      define: <S extends TSchema>(type: string, definition: TypeDefinition<S, Device>) => {
        this.types.push({ kind, type, definition: definition as unknown as AnyDefinition });
      },
    };
  }

  #define(row: Setting): void {
    const { scope, name, schema } = row;
    if (!Object.hasOwn(KEYS, scope) || !/^[a-z]\w*$/i.test(name) || typeof schema !== 'object') {
      const scopes = Object.keys(KEYS).join(', ');
      fail('EVCC_PLUGIN_FAILED', `setting ${String(name)} needs a scope (${scopes}), a name and a schema`);
    }
    if (this.#rows.some((other) => other.scope === scope && other.name === name)) {
      fail('EVCC_PLUGIN_FAILED', `there is already a ${scope} setting named "${name}"`);
    }
    if (this.#stage === 'in force') this.#removeRows.set(row, this.#shared.settings.add(row));
    this.#rows.push(row);
    if (this.#stage === 'prepared') this.#addRows();
  }

  #defineKey(scope: StateScope, key: StateKey): void {
    if (!Object.hasOwn(KEYS, scope) || !/^[a-z]\w*$/i.test(key.name)) {
      fail('EVCC_PLUGIN_FAILED', `key ${String(key.name)} needs a scope (${Object.keys(KEYS).join(', ')}) and a name`);
    }
    if (KEYS[scope].some((other) => other.name === key.name)) {
      fail('EVCC_PLUGIN_FAILED', `there is already a ${scope} key named "${key.name}"`);
    }
    if (this.#stage === 'in force') this.#shared.state.define(scope, key);
    this.#keys.push({ scope, key });
  }

  #publish(scope: StateScope, id: number, key: string, value: unknown): void {
    // Plugins publish in every cycle: nothing is made for it.
    if (this.#stage === 'in force') this.#shared.publish(scope, id, key, value);
    else this.#inForce(() => this.#shared.publish(scope, id, key, value));
  }

  #publishAll<View>(scope: StateScope, id: number, values: Makers<View>, view: View): void {
    const table = this.#tables.of(values);
    if (this.#stage === 'in force') this.#shared.state.update(scope, id, table, view);
    else this.#inForce(() => this.#shared.state.update(scope, id, table, view));
  }

  /** Runs what is seen from outside while it is in force; before, it waits for that. */
  #inForce(run: () => void): void {
    if (this.#stage === 'in force') run();
    else if (this.#stage !== 'left') this.#early.push(run);
  }

  /** Uses what another plugin offers; a failure must not reach that one. */
  #use(name: string, use: (service: unknown) => (() => void) | undefined): () => void {
    return this.#shared.services.use(name, (service) => {
      const end = this.#contained(() => use(service));
      return end && (() => void this.#contained(end));
    });
  }

  #contained<T>(run: () => T): T | undefined {
    try {
      return this.run(run);
    } catch (error) {
      this.#shared.log.error(`plugin ${this.name}: ${messageOf(error)}`);
      return undefined;
    }
  }

  #forgetKeys(): void {
    const { state } = this.#shared;
    for (const { scope, key } of this.#keys) {
      if (scope === 'site') state.set(scope, 0, key.name, undefined);
      const count = scope === 'loadpoint' ? state.loadpoints.length : scope === 'vehicle' ? state.vehicles.size : 0;
      for (let id = 1; id <= count; id += 1) state.set(scope, id, key.name, undefined);
      state.forget(scope, key.name);
    }
  }

  /** A listener that fails, or that logs itself, must not keep others from logging. */
  #onLog(listener: (entry: LogEntry) => void): () => void {
    let busy = false;
    const end = this.#shared.onLog((entry) => {
      if (busy) return;
      busy = true;
      try {
        listener(entry);
      } catch {
        // There is nowhere to report it.
      } finally {
        busy = false;
      }
    });
    this.#endLogs.push(end);
    return end;
  }
}
