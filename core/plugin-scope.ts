import type { TSchema } from 'typebox';
import { ownHooks, type PluginHooks } from './containment.ts';
import { attempt, withDeadline } from './deadline.ts';
import { codeOf, EvccError, messageOf } from './errors.ts';
import type { Hooks } from './hooks.ts';
import type { Evcc, LoadedPlugin, TypeDefinition, TypeRegistry } from './plugin.ts';
import type { AnyDefinition, DeviceKind } from './registry.ts';
import type { Setting } from './settings.ts';

/** ms that `apply` may take */
const APPLY_DEADLINE = 10_000;
/** ms that releasing a plugin may take */
const RELEASE_DEADLINE = 5_000;

/** What all plugins share; the rest of `evcc` is each plugin's own. */
export interface SharedEvcc
  extends Omit<Evcc, 'hooks' | 'chargers' | 'meters' | 'vehicles' | 'tariffs' | 'stores' | 'settings'> {
  readonly hooks: Hooks;
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
  readonly #hooks: PluginHooks;
  readonly #shared: SharedEvcc;
  readonly #options: unknown;
  #removeRows: (() => void)[] = [];
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

  /** Lets the plugin tap and define; nothing of it is in force before `activate`. Errors: `EVCC_PLUGIN_FAILED`. */
  async apply(): Promise<void> {
    const { clock } = this.#shared;
    try {
      const release = await withDeadline(clock, APPLY_DEADLINE, 'apply', () =>
        attempt(() => this.plugin.apply(this.#evcc(), this.#options as never)),
      );
      if (typeof release === 'function') this.#release = release;
    } catch (error) {
      const code = codeOf(error) ?? 'EVCC_PLUGIN_FAILED';
      throw new EvccError(code, `plugin ${this.name}: ${messageOf(error)}`, { plugin: this.name, cause: error });
    }
  }

  /** Puts taps and settings into force. */
  activate(): void {
    this.#active = true;
    this.#hooks.activate();
    this.#removeRows = this.#rows.map((row) => this.#shared.settings.add(row));
  }

  /** Runs the plugin's own `setup` taps, for a plugin that joins a running house. */
  setup(): Promise<void> {
    return this.#hooks.run('setup');
  }

  /** Runs the plugin's own `stop` taps, takes its taps and settings away and releases what it opened. Never rejects. */
  async remove(): Promise<void> {
    const { clock, log } = this.#shared;
    try {
      if (this.#active) await this.#hooks.run('stop', new AbortController().signal);
      this.retire();
      const release = this.#release;
      if (release) await withDeadline(clock, RELEASE_DEADLINE, 'release', () => attempt(() => release()));
    } catch (error) {
      log.warn(`plugin ${this.name} could not be released: ${messageOf(error)}`);
    }
  }

  /** Takes taps and settings away at once. */
  retire(): void {
    this.#hooks.retire();
    for (const remove of this.#removeRows) remove();
    this.#removeRows = [];
  }

  #evcc(): Evcc {
    const { settings, log } = this.#shared;
    const own = {
      hooks: this.#hooks.hooks,
      log: log.child(this.name),
      chargers: this.#registry('charger'),
      meters: this.#registry('meter'),
      vehicles: this.#registry('vehicle'),
      tariffs: this.#registry('tariff'),
      stores: this.#registry('store'),
      settings: { ...settings, define: (row: Setting) => this.#define(row) },
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
    if (this.#active) this.#removeRows.push(this.#shared.settings.add(row));
    else this.#rows.push(row);
  }
}
