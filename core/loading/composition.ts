import { resolve } from 'node:path';
import type { TSchema } from 'typebox';
import { checkCore } from '../config/check.ts';
import type { CheckedConfig, CheckedEntry, StoredEntry } from '../config/checked.ts';
import { resolveEnvironment } from '../config/environment.ts';
import { findLocal } from '../config/local.ts';
import { checkOptions } from '../config/options.ts';
import { formatProblem, type Problem, problemWith } from '../config/problem.ts';
import { collectSecrets } from '../config/secrets.ts';
import { isTemplate, readTemplate } from '../config/template.ts';
import { EvccError, fail, messageOf } from '../errors.ts';
import type { LoadedPlugin } from '../plugin.ts';
import { SETTINGS } from '../runtime/settings-table.ts';
import type { RunAs } from './culprit.ts';
import { BUILT_IN, type Found, isPlugin, type Loader, unknownType } from './loader.ts';
import { PluginScope, type SharedEvcc } from './plugin-scope.ts';
import { type AnyDefinition, createRegistries, type DeviceKind, isTypeName, type Registries } from './registry.ts';

/** Makes of a configuration what can be run: checks everything, loads and applies the plugins, but starts nothing. */

/** What a composition is made of. */
export interface Written {
  /** The configuration as users write it */
  readonly config: unknown;
  /** What stands in the database beside it; `unknown`: that is not open yet, and may hold whatever is named */
  readonly stored: readonly StoredEntry[] | 'unknown';
  /** Name of the stored device that has to fit, since it is being changed; others that do not are left out */
  readonly changed?: string;
}

/** An entry whose type is known and whose options fit. */
export interface ReadyEntry {
  readonly entry: CheckedEntry;
  /** With defaults */
  readonly options: unknown;
  readonly definition: AnyDefinition;
  /** Equal texts make equal devices */
  readonly signature: string;
  /** The plugin that defined the type; another one makes another device */
  readonly owner: PluginScope;
  /** It only stands for a stored device that does not fit, and is never available */
  readonly misfit?: true;
}

export interface Composition {
  readonly config: CheckedConfig;
  /** In the order in which they were applied */
  readonly scopes: readonly PluginScope[];
  /** By path, e.g. `chargers.garage` */
  readonly entries: ReadonlyMap<string, ReadyEntry>;
  /** Texts that must not be shown anywhere */
  readonly secrets: ReadonlySet<string>;
  /** Why stored devices are not available: they fit no more */
  readonly misfits: readonly Problem[];
}

export type Composed =
  | { readonly ok: true; readonly composition: Composition }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Why a configuration cannot be used. */
export class ConfigError extends EvccError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(
      'EVCC_CONFIG_INVALID',
      `the configuration has ${count}:\n${problems.map((each) => `  ${formatProblem(each)}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

export interface ComposeOptions {
  /** Environment that secrets may come from */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly loader: Loader;
  /** Of the program, besides those that are always there */
  readonly plugins?: readonly LoadedPlugin[] | undefined;
  readonly shared: SharedEvcc;
  /** Is filled before any plugin sees them */
  readonly secrets: Set<string>;
  /** Runs plugins that are no part of the program; absent: they are called directly */
  readonly runAs?: RunAs | undefined;
  /** There need not be what every house has, such as a meter */
  readonly houseless?: boolean;
}

/** `before` is what runs now: its plugins go on being used where nothing about them changed. */
export async function compose(
  { config: written, stored, changed }: Written,
  options: ComposeOptions,
  before: readonly PluginScope[],
): Promise<Composed> {
  const { loader, plugins = [] } = options;
  const builder = new Builder(options, before);
  const { config, problems: unset, secrets: values } = resolveEnvironment(written, options.env);
  builder.problems.push(...unset);
  for (const secret of values) builder.secrets.add(secret);
  const listed = await builder.listedPlugins(config);
  const keys = [...(await loader.sections()), ...listed.flatMap((plugin) => plugin.section?.key ?? [])];
  const { config: checked, problems } = checkCore(config, keys, stored);
  if (!options.houseless) builder.problems.push(...problems);
  await builder.addAll(builder.known([...(await loader.defaults()), ...plugins]), checked);
  await builder.addAll(listed, checked);
  await builder.addSections(checked);
  const entries = await builder.readyEntries(checked, changed);
  const { scopes, secrets, misfits } = builder;
  if (builder.problems.length === 0) {
    return { ok: true, composition: { config: checked, scopes, entries, secrets, misfits: inOrder(misfits) } };
  }
  await builder.discard();
  // What is not set is not wrong, too.
  const missing = new Set(unset.map(({ path }) => path));
  return {
    ok: false,
    problems: inOrder(builder.problems.filter((each) => unset.includes(each) || !missing.has(each.path))),
  };
}

/** Gathers plugins and types, and every problem on the way. */
class Builder {
  readonly problems: Problem[] = [];
  /** Problems of stored devices, without which the house does */
  readonly misfits: Problem[] = [];
  readonly scopes: PluginScope[] = [];
  readonly secrets: Set<string>;
  readonly #loader: Loader;
  readonly #shared: SharedEvcc;
  readonly #runAs: RunAs | undefined;
  readonly #before: readonly PluginScope[];
  /** Plugins that are part of the program */
  readonly #builtIn = new Set<LoadedPlugin>();
  readonly #registries: Registries = createRegistries();
  /** Names of the types that are built in or declared by packages */
  readonly #listed = new Map<DeviceKind, ReadonlySet<string>>();
  /** Why plugins cannot be used; what they should have defined is not reported too. */
  readonly #broken = new Map<LoadedPlugin, readonly Problem[]>();
  /** Applied without their section, for their types */
  readonly #bare = new Set<PluginScope>();

  constructor({ loader, shared, secrets, runAs }: ComposeOptions, before: readonly PluginScope[]) {
    this.secrets = secrets;
    this.#loader = loader;
    this.#shared = shared;
    this.#runAs = runAs;
    this.#before = before;
  }

  /** Takes note that these plugins are part of the program. */
  known(plugins: readonly LoadedPlugin[]): readonly LoadedPlugin[] {
    for (const plugin of plugins) this.#builtIn.add(plugin);
    return plugins;
  }

  /** The plugins that the configuration lists, as far as they can be loaded. */
  async listedPlugins(config: unknown): Promise<LoadedPlugin[]> {
    const listed: unknown = typeof config === 'object' && config !== null && 'plugins' in config ? config.plugins : [];
    const plugins: LoadedPlugin[] = [];
    for (const [index, item] of (Array.isArray(listed) ? listed : []).entries()) {
      const plugin = isPlugin(item) ? item : undefined;
      const found =
        typeof item === 'string'
          ? this.#take(await this.#loader.forSpecifier(item), `plugins[${index}]`, item)
          : plugin;
      if (found) plugins.push(found);
    }
    return plugins;
  }

  async addAll(plugins: readonly LoadedPlugin[], config: CheckedConfig): Promise<void> {
    for (const plugin of plugins) await this.#add(plugin, config);
  }

  /** The plugins of the top-level keys, unless a listed plugin has the key. */
  async addSections(config: CheckedConfig): Promise<void> {
    for (const [key, written] of config.sections) {
      if (written === false || this.scopes.some(({ plugin }) => plugin.section?.key === key)) continue;
      const plugin = this.#take(await this.#loader.forSection(key), key);
      if (plugin) await this.#add(plugin, config);
    }
  }

  /** Everything that types make; in the place of stored devices that do not fit, except for `changed`, what says so. */
  async readyEntries(config: CheckedConfig, changed: string | undefined): Promise<Map<string, ReadyEntry>> {
    const ready = new Map<string, ReadyEntry>();
    for (const written of allEntries(config)) {
      const known = this.problems.length;
      const one = await this.#ready(written, config);
      if (one) ready.set(written.path, one);
      if (!written.stored || written.name === changed) continue;
      const found = [...this.problems.splice(known), ...this.#takeProblemsAt(written.path)];
      const owner = ready.get('database')?.owner;
      if (found.length > 0 && owner) ready.set(written.path, standIn(written, owner, found));
      // A tariff that a role names is told of by its own place.
      if (!('role' in written)) this.misfits.push(...found);
    }
    return ready;
  }

  async #ready(written: CheckedEntry, config: CheckedConfig): Promise<ReadyEntry | undefined> {
    if (written.stored && !(await this.#isOffered(written))) return undefined;
    const entry = isTemplate(written.type) ? this.#expanded(written) : written;
    const known = this.problems.length;
    const found = entry && (this.#defined(entry) ?? (await this.#load(entry, config)));
    let ready: ReadyEntry | undefined;
    if (found) {
      const { definition, owner } = found;
      const given = withCommon(entry, definition);
      const { value, problems } = checkOptions(entry.path, definition.schema, given);
      this.problems.push(...problems);
      if (entry.stored && problems.length === 0) this.problems.push(...findLocal(entry.path, definition.schema, given));
      this.#hide(definition.schema, value);
      const signature = JSON.stringify([entry.type, value, entry.common]);
      ready = { entry, options: value, definition, signature, owner };
    }
    if (entry !== written) this.#blame(written, known);
    return ready;
  }

  /** Stored devices are of types that are there anyway: what they say leads to no file, and to no other package. */
  async #isOffered({ kind, type, path }: CheckedEntry): Promise<boolean> {
    const loader = this.#loader;
    const listed =
      this.#listed.get(kind) ?? new Set([...(await loader.builtinTypes(kind)), ...(await loader.installedTypes(kind))]);
    this.#listed.set(kind, listed);
    const known = [...new Set([...listed, ...this.#registries.names(kind)])];
    if (known.includes(type)) return true;
    const message = isTypeName(type)
      ? unknownType(kind, type, known)
      : 'must be the name of a type: files and packages can only be named in the configuration file';
    this.problems.push(problemWith(`${path}.type`, type, message));
    return false;
  }

  /** Problems with an entry, and with what stands in it, which are none of the whole any more. */
  #takeProblemsAt(path: string): Problem[] {
    const isThere = (problem: Problem): boolean =>
      problem.path === path || [`${path}.`, `${path}[`].some((start) => problem.path.startsWith(start));
    const found = this.problems.filter(isThere);
    if (found.length > 0)
      this.problems.splice(0, this.problems.length, ...this.problems.filter((each) => !isThere(each)));
    return found;
  }

  /** The entry that a description in a file stands for; `undefined`: there is something wrong with it or its parameters. */
  #expanded(entry: CheckedEntry): CheckedEntry | undefined {
    const template = readTemplate(resolve(this.#shared.directory, entry.type));
    const reject = (message: string): void => void this.problems.push({ path: `${entry.path}.type`, message });
    if ('problems' in template) {
      for (const problem of template.problems) reject(`${entry.type}: ${problem}`);
      return undefined;
    }
    if (template.kind !== entry.kind) {
      reject(`${entry.type} describes a ${template.kind}, no ${entry.kind}`);
      return undefined;
    }
    const { schema } = template;
    const { value, problems } = checkOptions(entry.path, schema, withCommon(entry, { schema }));
    this.problems.push(...problems);
    this.#hide(schema, value);
    if (problems.length > 0) return undefined;
    return { ...entry, ...template.expand(value as Readonly<Record<string, unknown>>) };
  }

  /** Says of the problems since `known` that they are in the description of an entry. */
  #blame({ path, type }: CheckedEntry, known: number): void {
    const found = this.problems.splice(known);
    this.problems.push(
      ...found.map((problem) => ({
        ...problem,
        path: problem.path.startsWith(path) ? `${path}.type` : problem.path,
        message: `${type}: device${problem.path.slice(path.length)}: ${problem.message}`,
      })),
    );
  }

  /** Takes back what was applied for nothing. */
  async discard(): Promise<void> {
    await Promise.all(this.scopes.map((scope) => this.#withdraw(scope)));
  }

  /** Takes a plugin back, unless it runs already. */
  async #withdraw(scope: PluginScope): Promise<void> {
    if (!this.#before.includes(scope)) await scope.remove();
  }

  #hide(schema: TSchema, value: unknown): void {
    for (const secret of collectSecrets(schema, value)) this.secrets.add(secret);
  }

  #take(found: Found<LoadedPlugin>, path: string, value?: unknown): LoadedPlugin | undefined {
    if (found.ok && found.source === BUILT_IN) this.known([found.value]);
    if (found.ok) return found.value;
    this.problems.push(problemWith(path, value, found.error.message));
    return undefined;
  }

  /** Applies a plugin, or goes on with the one that runs, and takes note of the types it defines. */
  async #add(plugin: LoadedPlugin, config: CheckedConfig): Promise<void> {
    const { name, section } = plugin;
    const written = section && config.sections.get(section.key);
    if (written === false) return;
    const why = this.#broken.get(plugin);
    // All who need it are told: what is wrong with the first one may be left out.
    if (why) return void this.problems.push(...why);
    const namesake = this.scopes.find((scope) => scope.name === name);
    if (namesake) {
      if (namesake.plugin !== plugin)
        this.problems.push({ path: 'plugins', message: `there are two plugins named "${name}"` });
      return;
    }
    const known = this.problems.length;
    const options = section
      ? checkOptions(section.key, section.schema, written ?? {})
      : { problems: [], value: undefined };
    this.problems.push(...options.problems);
    if (section) this.#hide(section.schema, options.value);
    const wanted = options.problems.length === 0 ? await this.#apply(plugin, options.value) : undefined;
    const scope = wanted ?? (await this.#applyBare(plugin, written));
    const clashes = wanted ? this.#clashes(wanted) : [];
    this.problems.push(...clashes);
    if (!scope || clashes.length > 0) {
      this.#broken.set(plugin, this.problems.slice(known));
      if (scope) await this.#withdraw(scope);
      return;
    }
    this.scopes.push(scope);
    for (const { kind, type, definition } of scope.types) {
      try {
        this.#registries.define(name, kind, type, definition);
      } catch (error) {
        this.problems.push({ path: pathOf(scope), message: messageOf(error) });
      }
    }
  }

  /** What a plugin has that others have already. */
  #clashes(scope: PluginScope): Problem[] {
    const path = pathOf(scope);
    const others = this.scopes.filter((other) => !this.#bare.has(other));
    const rows = [...SETTINGS, ...others.flatMap((other) => other.rows)];
    const taken = scope.rows
      .filter((row) => rows.some((other) => other.scope === row.scope && other.name === row.name))
      .map((row) => `plugin ${scope.name} defines the ${row.scope} setting "${row.name}", which is there already`);
    const published = scope.keys.flatMap(({ scope: of, key: { name } }) => {
      const other = others.find(({ keys }) => keys.some((each) => each.scope === of && each.key.name === name));
      return other ? [`plugin ${scope.name} defines the ${of} value "${name}", as plugin ${other.name} does`] : [];
    });
    const held = scope.claims.flatMap((claim) => {
      const holder = others.find((other) => other.claims.includes(claim));
      return holder ? [`${claim} is used by plugin ${holder.name} already`] : [];
    });
    return [...taken, ...published, ...held].map((message) => ({ path, message }));
  }

  async #apply(plugin: LoadedPlugin, options: unknown): Promise<PluginScope | undefined> {
    const runAs = this.#builtIn.has(plugin) ? undefined : this.#runAs;
    const scope = new PluginScope(plugin, options, this.#shared, runAs);
    const running = this.#before.find((other) => other.plugin === plugin && other.signature === scope.signature);
    if (running) return running;
    try {
      await scope.apply();
      return scope;
    } catch (error) {
      this.problems.push({ path: pathOf(scope), message: messageOf(error) });
      return undefined;
    }
  }

  /**
   * As if nothing stood in its section, where that is possible: what is wrong there does not hide what is wrong with devices of
   * its types. Only these count: what else it defines or claims may depend on the section.
   */
  async #applyBare(plugin: LoadedPlugin, written: unknown): Promise<PluginScope | undefined> {
    const { section } = plugin;
    if (!section || written === undefined) return undefined;
    const { problems, value } = checkOptions(section.key, section.schema, {});
    if (problems.length > 0) return undefined;
    const known = this.problems.length;
    const scope = await this.#apply(plugin, value);
    this.problems.splice(known);
    if (scope) this.#bare.add(scope);
    return scope;
  }

  #defined({ kind, type }: CheckedEntry): DefinedBy | undefined {
    const definition = this.#registries.get(kind, type);
    const owner = this.scopes.find((scope) => scope.name === this.#registries.owner(kind, type));
    return definition && owner && { definition, owner };
  }

  /** Loads the plugin of a type; a package or path as type stands for the one type of that kind which its plugin defines. */
  async #load(entry: CheckedEntry, config: CheckedConfig): Promise<DefinedBy | undefined> {
    const path = `${entry.path}.type`;
    const { kind, type } = entry;
    const plugin = this.#take(await this.#loader.forType(kind, type, this.#registries.names(kind)), path, type);
    if (!plugin) return undefined;
    await this.#add(plugin, config);
    if (this.#broken.has(plugin)) return undefined;
    const owner = this.scopes.find((scope) => scope.plugin === plugin);
    const [only, ...others] = owner?.types.filter((each) => each.kind === entry.kind) ?? [];
    // What could not be registered is a problem already, and no type.
    const single = only && others.length === 0 ? this.#registries.get(kind, only.type) : undefined;
    const found = this.#defined(entry) ?? (owner && single && { definition: single, owner });
    if (!found && !(owner && this.#bare.has(owner)))
      this.problems.push(problemWith(path, entry.type, `plugin ${plugin.name} defines no such ${entry.kind}`));
    return found;
  }
}

/** Where a configuration says something of a plugin. */
export function pathOf({ plugin }: PluginScope): string {
  return plugin.section?.key ?? 'plugins';
}

interface DefinedBy {
  readonly definition: AnyDefinition;
  readonly owner: PluginScope;
}

/** Stands for a stored device that does not fit any more: the house goes on, and says why it is not available. */
function standIn(entry: CheckedEntry, owner: PluginScope, problems: readonly Problem[]): ReadyEntry {
  const why = problems.map(formatProblem).join('; ');
  const definition: AnyDefinition = { schema: {}, create: () => fail('EVCC_CONFIG_INVALID', why) };
  return { entry, options: {}, definition, signature: why, owner, misfit: true };
}

/**
 * The options of the type; keys that core understands too are handed on where the type's schema names them. Stored devices have
 * the name that they are given: one of their own means something only to types that know the key.
 */
function withCommon(entry: CheckedEntry, definition: Pick<AnyDefinition, 'schema'>): Record<string, unknown> {
  const { properties = {} } = definition.schema as { properties?: Record<string, unknown> };
  const shared = Object.entries(entry.common).filter(([key]) => key in properties);
  const own = Object.entries(entry.options).filter(([key]) => !entry.stored || key !== 'name' || key in properties);
  return Object.fromEntries([...own, ...shared]);
}

export function allEntries(config: CheckedConfig): CheckedEntry[] {
  const { meters, chargers, vehicles, tariffs, spare, database } = config;
  return [database, ...meters.values(), ...chargers.values(), ...vehicles.values(), ...tariffs, ...spare];
}

/** Each once, sorted by where it stands. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}
