import type { TSchema } from 'typebox';
import { codeOf, EvccError, fail, messageOf } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { LogEntry } from '../log.ts';
import type { Evcc, LoadedPlugin, TypeDefinition, TypeRegistry } from '../plugin.ts';
import { attempt, withDeadline } from '../runtime/deadline.ts';
import type { Setting } from '../settings.ts';
import type { State, StateScope } from '../state.ts';
import { LOADPOINT_KEYS, SITE_KEYS, type StateKey } from '../state-keys.ts';
import { ownHooks, type PluginHooks } from './containment.ts';
import type { AnyDefinition, DeviceKind } from './registry.ts';

/** ms that `apply` may take */
const APPLY_DEADLINE = 10_000;
/** ms that releasing a plugin may take */
const RELEASE_DEADLINE = 5_000;

/** What all plugins share; the rest of `evcc` is each plugin's own. */
export interface SharedEvcc
  extends Omit<Evcc, 'hooks' | 'chargers' | 'meters' | 'vehicles' | 'tariffs' | 'stores' | 'settings' | 'state'> {
  readonly hooks: Hooks;
  readonly state: State;
  readonly settings: Evcc['settings'] & { add(row: Setting): () => void };
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
  readonly #rows: Setting[] = [];
  readonly #keys: { readonly scope: StateScope; readonly key: StateKey }[] = [];
  readonly #hooks: PluginHooks;
  readonly #shared: SharedEvcc;
  readonly #options: unknown;
  #removeRows: (() => void)[] = [];
  #endLogs: (() => void)[] = [];
  #release: (() => void | Promise<void>) | undefined;
  #active = false;

  constructor(plugin: LoadedPlugin, options: unknown, shared: SharedEvcc) {
    this.plugin = plugin;
    this.signature = JSON.stringify(options) ?? '';
    this.#options = options;
    this.#shared = shared;
    this.#hooks = ownHooks(shared.hooks, plugin.name, shared.clock, shared.log.child(plugin.name));
  }

  get name(): string {
    return this.plugin.name;
  }

  /** Settings that it defined */
  get rows(): readonly Setting[] {
    return this.#rows;
  }

  /** Lets the plugin tap and define; nothing of it is in force before `activate`. Errors: `EVCC_PLUGIN_FAILED`. */
  async apply(): Promise<void> {
    const { clock } = this.#shared;
    const applying = attempt(() => this.plugin.apply(this.#evcc(), this.#options as never));
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

  /** Whether it takes part in control, or has devices: then no cycle may run while it is exchanged. */
  get controls(): boolean {
    return this.#hooks.controls || this.types.length > 0;
  }

  /** Puts the taps of its own life and its settings into force. */
  activate(): void {
    this.#active = true;
    this.#hooks.activate('life');
    for (const { scope, key } of this.#keys) this.#shared.state.define(scope, key);
    this.#removeRows = this.#rows.map((row) => this.#shared.settings.add(row));
  }

  /** Puts all taps into force. */
  join(): void {
    this.#hooks.activate('all');
  }

  /** Runs the plugin's own `setup` taps. Errors: `EVCC_PLUGIN_FAILED`. */
  setup(): Promise<void> {
    return this.#hooks.run('setup');
  }

  /** Runs the plugin's own `started` taps, for a plugin that joins a running house. Never rejects. */
  started(): Promise<void> {
    return this.#hooks.run('started');
  }

  /**
   * Runs the plugin's own `stop` taps, takes its taps and settings away and releases what it opened. Never rejects.
   * `failure` says why it is missed: a limiter then allows no current, until `forget`.
   */
  async remove(failure?: unknown): Promise<void> {
    const { clock, log } = this.#shared;
    this.#hooks.refuse(failure);
    try {
      if (this.#active) {
        // What it looks on at is over for it.
        this.#hooks.activate('life');
        await this.#hooks.run('stop', new AbortController().signal);
      }
      this.retire();
      const release = this.#release;
      if (release) await withDeadline(clock, RELEASE_DEADLINE, 'release', () => attempt(() => release()));
    } catch (error) {
      log.warn(`plugin ${this.name} could not be released: ${messageOf(error)}`);
    }
  }

  /** It is not missed any more. */
  forget(): void {
    this.#hooks.refuse(undefined);
  }

  /** Takes taps and settings away at once; what it published is not known any more. */
  retire(): void {
    if (this.#active) this.#forgetKeys();
    this.#active = false;
    this.#hooks.retire();
    for (const remove of this.#removeRows) remove();
    this.#removeRows = [];
    for (const end of this.#endLogs) end();
    this.#endLogs = [];
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
      state: Object.create(state, {
        define: { value: (scope: StateScope, key: StateKey) => this.#defineKey(scope, key) },
      }) as State,
      onLog: (listener: (entry: LogEntry) => void) => this.#onLog(listener),
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
    if ((scope !== 'site' && scope !== 'loadpoint') || !/^[a-z]\w*$/i.test(name) || typeof schema !== 'object') {
      fail('EVCC_PLUGIN_FAILED', `setting ${String(name)} needs a scope (site or loadpoint), a name and a schema`);
    }
    if (this.#rows.some((other) => other.scope === scope && other.name === name)) {
      fail('EVCC_PLUGIN_FAILED', `there is already a ${scope} setting named "${name}"`);
    }
    if (this.#active) this.#removeRows.push(this.#shared.settings.add(row));
    this.#rows.push(row);
  }

  #defineKey(scope: StateScope, key: StateKey): void {
    if ((scope !== 'site' && scope !== 'loadpoint') || !/^[a-z]\w*$/i.test(key.name)) {
      fail('EVCC_PLUGIN_FAILED', `key ${String(key.name)} needs a scope (site or loadpoint) and a name`);
    }
    const own = scope === 'site' ? SITE_KEYS : LOADPOINT_KEYS;
    if (own.some((other) => other.name === key.name)) {
      fail('EVCC_PLUGIN_FAILED', `there is already a ${scope} key named "${key.name}"`);
    }
    if (this.#active) this.#shared.state.define(scope, key);
    this.#keys.push({ scope, key });
  }

  #forgetKeys(): void {
    const { state } = this.#shared;
    for (const { scope, key } of this.#keys) {
      if (scope === 'site') state.set(scope, 0, key.name, undefined);
      else for (const index of state.loadpoints.keys()) state.set(scope, index + 1, key.name, undefined);
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
