import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../clock.ts';
import { asJson } from '../config/json-schema.ts';
import { listOptions } from '../config/option-list.ts';
import { checkOptions } from '../config/options.ts';
import { EvccError, messageOf } from '../errors.ts';
import { createHooks } from '../hooks.ts';
import type { Logger } from '../log.ts';
import { withDeadline } from '../runtime/deadline.ts';
import { idleEvcc } from '../runtime/idle-evcc.ts';
import { IMPORT_TIMEOUT, importFile, isFolder, resolvePackage } from './import.ts';
import { isPlugin } from './loader.ts';
import { findPackage, misfitOf } from './packages.ts';
import { PluginScope } from './plugin-scope.ts';
import { DEVICE_KINDS, KIND_FOLDERS } from './registry.ts';
import { timersLeftBy } from './timers.ts';

/** Looks at a plugin package as its author and its users would: what it declares, what it defines, what it leaves behind. */

export interface PackageReport {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** What it defines, as `charger acme` */
  readonly types: readonly string[];
  /** What is wrong with it, each a sentence */
  readonly problems: readonly string[];
  /** The contracts of its types against simulated hardware, which it brings as `./contract`; empty: it brings none */
  readonly contract: readonly PackageCase[];
}

/** A case of `evcc/testing`. */
export interface PackageCase {
  readonly title: string;
  run(): Promise<void>;
}

/** Names of options that are secrets in all likelihood */
const SECRETIVE = /passw|token|secret|pin$|apikey|api_key/i;

/** Errors: `EVCC_NOT_FOUND` (no such package), `EVCC_PLUGIN_FAILED` (its manifest cannot be read). */
export async function inspectPackage(
  specifier: string,
  context: { readonly directory: string; readonly log: Logger; readonly version: string },
): Promise<PackageReport> {
  const folder = folderOf(specifier, context.directory);
  const manifest = readManifest(folder);
  const { name = '', version = '' } = manifest;
  const misfit = await misfitOf(folder);
  const problems: string[] = misfit === undefined ? [] : [misfit];
  const types: string[] = [];
  const timers = await timersLeftBy(async () => {
    const scope = await appliedScope(name, folder, context, problems);
    if (!scope) return;
    const defined = scope.types.toSorted((a, b) => DEVICE_KINDS.indexOf(a.kind) - DEVICE_KINDS.indexOf(b.kind));
    types.push(...defined.map(({ kind, type }) => `${kind} ${type}`));
    problems.push(...differences(manifest, types), ...scope.types.flatMap(complaints));
    await scope.remove();
  });
  if (timers > 0) problems.push(`${timers} timers go on after it was released`);
  const contract = await contractOf(name, folder, problems);
  return { name, version, folder, types, problems, contract };
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly peerDependencies?: { readonly evcc?: unknown };
  readonly evcc?: Readonly<Record<string, unknown>>;
}

function folderOf(specifier: string, directory: string): string {
  const path = resolve(directory, specifier);
  if (/^\.{0,2}[/\\]|^\.{1,2}$/.test(specifier) && isFolder(path)) return path;
  const parent = findPackage(specifier, directory);
  if (parent !== undefined) return join(parent, 'node_modules', specifier);
  throw new EvccError('EVCC_NOT_FOUND', `there is no package "${specifier}" here: npm install it, or name its folder`);
}

function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch (error) {
    throw new EvccError('EVCC_PLUGIN_FAILED', `${folder} has no package.json that can be read: ${messageOf(error)}`);
  }
}

/** A module of the package, by its own name. */
function imported(specifier: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  const url = resolvePackage(specifier, folder);
  return withDeadline(systemClock, IMPORT_TIMEOUT, `importing ${specifier}`, () => importFile(url));
}

async function appliedScope(
  name: string,
  folder: string,
  context: Parameters<typeof inspectPackage>[1],
  problems: string[],
): Promise<PluginScope | undefined> {
  try {
    const { default: plugin } = await imported(name, folder);
    if (!isPlugin(plugin)) {
      problems.push('its default export is no plugin { name, apply }');
      return undefined;
    }
    const { section } = plugin;
    const options = section && checkOptions(section.key, section.schema, {}).value;
    // Time goes on, so that what never ends is noticed.
    const shared = { ...idleEvcc(context, createHooks()), clock: systemClock };
    const scope = new PluginScope(plugin, options, shared);
    await scope.apply();
    return scope;
  } catch (error) {
    problems.push(messageOf(error));
    return undefined;
  }
}

/** Between what `package.json` says and what is there. */
function differences({ evcc = {}, peerDependencies }: Manifest, defined: readonly string[]): string[] {
  const declared = DEVICE_KINDS.flatMap((kind) => {
    const names = evcc[KIND_FOLDERS[kind]];
    return Array.isArray(names) ? names.map((type) => `${kind} ${String(type)}`) : [];
  });
  return [
    ...declared
      .filter((type) => !defined.includes(type))
      .map((type) => `package.json names ${type}, which it does not define`),
    ...defined
      .filter((type) => !declared.includes(type))
      .map((type) => `${type} is not named in package.json, so nobody finds it`),
    ...(peerDependencies?.evcc === undefined
      ? ['package.json does not say under peerDependencies which evcc it is made for']
      : []),
  ];
}

/** About the options of a type. */
function complaints({ kind, type, definition }: PluginScope['types'][number]): string[] {
  return listOptions(asJson(definition.schema)).flatMap(({ key, description, secret }) => [
    ...(description === '' ? [`${kind} ${type}: option ${key} has no description`] : []),
    ...(SECRETIVE.test(key) && !secret ? [`${kind} ${type}: option ${key} is not marked as secret`] : []),
  ]);
}

async function contractOf(name: string, folder: string, problems: string[]): Promise<readonly PackageCase[]> {
  try {
    const { default: cases } = await imported(`${name}/contract`, folder);
    if (Array.isArray(cases) && cases.every(isCase)) return cases;
    problems.push('the default export of its ./contract is no list of cases: see casesOf of evcc/testing');
  } catch (error) {
    const missing = (error as { readonly code?: unknown }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    if (!missing) problems.push(`its ./contract cannot be loaded: ${messageOf(error)}`);
  }
  return [];
}

function isCase(value: unknown): value is PackageCase {
  const { title, run } = (value ?? {}) as { readonly title?: unknown; readonly run?: unknown };
  return typeof title === 'string' && typeof run === 'function';
}
