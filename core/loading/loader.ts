import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { systemClock } from '../clock.ts';
import { EvccError, messageOf } from '../errors.ts';
import type { LoadedPlugin } from '../plugin.ts';
import { withDeadline } from '../runtime/deadline.ts';
import { IMPORT_TIMEOUT, importFile, indexOf, isFile, isFolder, resolvePackage } from './import.ts';
import { nearest } from './nearest.ts';
import { findPackage, misfitOf, scanPackages, type TypePackage } from './packages.ts';
import { type DeviceKind, isTypeName, KIND_FOLDERS } from './registry.ts';

/** What was looked for, or why it is not there: `EVCC_CONFIG_INVALID` (no such thing) or `EVCC_PLUGIN_FAILED` (broken). */
export type Found<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Where it came from: `built in`, a package name or a path */
      readonly source: string;
    }
  | { readonly ok: false; readonly error: EvccError };

/** Finds plugins by the names that a configuration uses. Imports what is named, and nothing else. */
export interface Loader {
  /**
   * The plugin that should define a type: built-in, installed and declared, or named by package or path. `defined` are
   * the types of that kind that exist already, which are suggested too when there is no such type.
   */
  forType(kind: DeviceKind, type: string, defined?: readonly string[]): Promise<Found<LoadedPlugin>>;
  /** The built-in plugin of a top-level key. */
  forSection(key: string): Promise<Found<LoadedPlugin>>;
  /** A plugin by package name or by path, relative to the configuration. */
  forSpecifier(specifier: string): Promise<Found<LoadedPlugin>>;
  /** Names of the built-in types of a kind, sorted. */
  builtinTypes(kind: DeviceKind): Promise<string[]>;
  /** Names of the types of a kind that installed packages declare, sorted. */
  installedTypes(kind: DeviceKind): Promise<string[]>;
  /** Top-level keys that built-in plugins may have, sorted. */
  sections(): Promise<string[]>;
  /** Plugins that every house has. Errors: `EVCC_PLUGIN_FAILED`. */
  defaults(): Promise<LoadedPlugin[]>;
}

export interface LoaderOptions {
  /** Folder of the configuration file */
  readonly directory: string;
  /** Folder of the built-in plugins; absent: those of this program */
  readonly builtins?: URL;
  /** ms that importing a plugin may take; absent: 10 s */
  readonly importTimeout?: number;
}

/** Folders below `plugins/` that hold something else than one plugin. */
const NO_SECTIONS: ReadonlySet<string> = new Set([
  ...Object.values(KIND_FOLDERS),
  'commands',
  'control',
  'planner',
  'shared',
]);

export function createLoader({ directory, builtins, importTimeout = IMPORT_TIMEOUT }: LoaderOptions): Loader {
  const root = fileURLToPath(builtins ?? new URL('../../plugins/', import.meta.url)).replace(/[/\\]$/, '');
  let scanned: readonly TypePackage[] | undefined;

  const packages = (): readonly TypePackage[] => {
    scanned ??= scanPackages(directory);
    return scanned;
  };
  const declaring = (kind: DeviceKind, type: string): TypePackage | undefined =>
    packages().find((entry) => entry.types[kind].includes(type));

  /** Looks again before it gives up: a package may have been installed since. */
  const installed = (kind: DeviceKind, type: string): TypePackage | undefined => {
    const known = declaring(kind, type);
    if (known) return known;
    scanned = undefined;
    return declaring(kind, type);
  };

  const fromPackage = async (name: string, parent: string): Promise<Found<LoadedPlugin>> => {
    const misfit = await misfitOf(join(parent, 'node_modules', packageOf(name)));
    if (misfit !== undefined) return broken(name, misfit);
    try {
      return await load(resolvePackage(name, parent), name, importTimeout);
    } catch (error) {
      return broken(name, messageOf(error), error);
    }
  };

  const fromPath = async (specifier: string): Promise<Found<LoadedPlugin>> => {
    const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(directory, specifier);
    const file = isFile(path) ? path : indexOf(path);
    if (file) return await load(pathToFileURL(file).href, specifier, importTimeout);
    return unknown(isFolder(path) ? `${path} has no index file` : `there is no file ${path}`);
  };

  const forSpecifier = async (specifier: string): Promise<Found<LoadedPlugin>> => {
    if (isPath(specifier)) return await fromPath(specifier);
    if (!PACKAGE_NAME.test(specifier)) return unknown(`${JSON.stringify(specifier)} is neither a package nor a path`);
    const parent = findPackage(packageOf(specifier), directory);
    if (parent !== undefined) return await fromPackage(specifier, parent);
    return unknown(`package "${specifier}" is not installed: npm install ${packageOf(specifier)}`);
  };

  const builtinTypes = async (kind: DeviceKind): Promise<string[]> => {
    const own = folders(join(root, KIND_FOLDERS[kind]));
    const shared = folders(root).filter((name) => !NO_SECTIONS.has(name) && definesTypes(join(root, name), kind));
    return [...new Set([...own, ...shared])].sort();
  };
  const installedTypes = async (kind: DeviceKind): Promise<string[]> =>
    [...new Set(packages().flatMap((entry) => entry.types[kind]))].sort();

  return {
    forSpecifier,
    builtinTypes,
    installedTypes,
    async forType(kind, type, defined = []) {
      if (isPath(type) || type.startsWith('@')) return await forSpecifier(type);
      if (!isTypeName(type)) return unknown(`${JSON.stringify(type)} is no name of a type: use lower case and hyphens`);
      const own = indexOf(join(root, KIND_FOLDERS[kind], type));
      const shared = NO_SECTIONS.has(type) ? undefined : indexOf(join(root, type));
      const file = own ?? shared;
      if (file) return await load(pathToFileURL(file).href, BUILT_IN, importTimeout);
      const entry = installed(kind, type);
      if (entry) return await fromPackage(entry.name, entry.parent);
      const parent = findPackage(type, directory);
      if (parent !== undefined) return await fromPackage(type, parent);
      const known = new Set([...(await builtinTypes(kind)), ...(await installedTypes(kind)), ...defined]);
      return unknown(unknownType(kind, type, [...known]));
    },
    async forSection(key) {
      const file = isTypeName(key) && !NO_SECTIONS.has(key) ? indexOf(join(root, key)) : undefined;
      if (!file) return unknown(`there is no plugin of the name ${JSON.stringify(key)}`);
      const found = await load(pathToFileURL(file).href, BUILT_IN, importTimeout);
      if (!found.ok || found.value.section?.key === key) return found;
      return unknown(`plugin "${key}" has no options of its own`);
    },
    async sections() {
      return folders(root).filter((name) => !NO_SECTIONS.has(name));
    },
    async defaults() {
      const file = indexOf(root);
      if (!file) return [];
      const { default: plugins } = await importFile(pathToFileURL(file).href);
      if (Array.isArray(plugins) && plugins.every(isPlugin)) return plugins;
      throw new EvccError('EVCC_PLUGIN_FAILED', `${file} has no default export that is a list of plugins`);
    },
  };
}

/** What a message says of a type that nobody defines. */
export function unknownType(kind: DeviceKind, type: string, known: readonly string[]): string {
  const hint = nearest(type, known);
  const stop = hint.endsWith('?') ? '' : '.';
  return `unknown ${kind} type "${type}"${hint}${stop} If a package defines it: npm install evcc-${kind}-${type}`;
}

/** Whether a value has the shape of a plugin. */
export function isPlugin(value: unknown): value is LoadedPlugin {
  if (typeof value !== 'object' || value === null) return false;
  const { name, apply } = value as { readonly name?: unknown; readonly apply?: unknown };
  return typeof name === 'string' && name !== '' && typeof apply === 'function';
}

/** Where the plugins come from that are part of the program. */
export const BUILT_IN = 'built in';

/** A package, perhaps with a path inside. */
const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*(\/[\w.-]+)*$/i;

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function isPath(text: string): boolean {
  return /^\.{1,2}([/\\]|$)/.test(text) || isAbsolute(text) || text.startsWith('file:');
}

async function load(url: string, source: string, timeout: number): Promise<Found<LoadedPlugin>> {
  let module: Readonly<Record<string, unknown>>;
  try {
    // A module may wait for something before it is there.
    module = await withDeadline(systemClock, timeout, 'importing it', () => importFile(url));
  } catch (error) {
    return broken(source === BUILT_IN ? fileURLToPath(url) : source, reasonOf(error), error);
  }
  if (isPlugin(module.default)) return { ok: true, value: module.default, source };
  return broken(source === BUILT_IN ? fileURLToPath(url) : source, 'its default export is no plugin { name, apply }');
}

function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'installed packages must ship JavaScript, this one ships TypeScript';
  }
  return messageOf(error);
}

function unknown(message: string): Found<never> {
  return { ok: false, error: new EvccError('EVCC_CONFIG_INVALID', message) };
}

function broken(what: string, why: string, cause?: unknown): Found<never> {
  return {
    ok: false,
    error: new EvccError('EVCC_PLUGIN_FAILED', `plugin ${what} cannot be loaded: ${why}`, { cause }),
  };
}

/** Folders with an index file, sorted. */
function folders(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder)
    .filter((name) => isTypeName(name) && indexOf(join(folder, name)) !== undefined)
    .sort();
}

/** Whether the plugin in a folder defines types of a kind, as its text says; it is not imported for that. */
function definesTypes(folder: string, kind: DeviceKind): boolean {
  const file = indexOf(folder);
  const registry = kind === 'store' ? 'stores' : KIND_FOLDERS[kind];
  return file !== undefined && readFileSync(file, 'utf8').includes(`${registry}.define(`);
}
