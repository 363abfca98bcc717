import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readVersion } from '../version.ts';
import { isFolder } from './import.ts';
import { DEVICE_KINDS, type DeviceKind, KIND_FOLDERS } from './registry.ts';

/** An installed package that declares types of ours in its `package.json`: `"evcc": { "chargers": ["acme"] }`. */
export interface TypePackage {
  readonly name: string;
  /** Folder whose `node_modules` holds it */
  readonly parent: string;
  readonly types: Readonly<Record<DeviceKind, readonly string[]>>;
}

/** Why a package does not fit this evcc, by what its manifest names under `peerDependencies`; `undefined`: it fits, or does not say. */
export async function misfitOf(folder: string): Promise<string | undefined> {
  const needed = neededVersion(folder);
  if (needed === undefined) return undefined;
  const version = readVersion();
  const { default: semver } = await import('semver');
  // A range that is none says nothing.
  if (semver.validRange(needed) === null) return undefined;
  if (semver.satisfies(version, needed, { includePrerelease: true })) return undefined;
  return `it is made for evcc ${needed}, and this is ${version}: install versions that fit each other`;
}

function neededVersion(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { evcc } = (manifest as { readonly peerDependencies?: { readonly evcc?: unknown } }).peerDependencies ?? {};
    return typeof evcc === 'string' ? evcc : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the manifests of all packages that can be imported from a folder, nearest first. A package of the same name
 * further up is hidden, as it is for imports. Nothing is imported; manifests that cannot be read are skipped.
 */
export function scanPackages(directory: string): TypePackage[] {
  const found = new Map<string, TypePackage | undefined>();
  for (const parent of ancestors(directory)) {
    const modules = join(parent, 'node_modules');
    for (const name of packageNames(modules)) {
      if (!found.has(name)) found.set(name, readManifest(join(modules, name), name, parent));
    }
  }
  return [...found.values()].filter((entry) => entry !== undefined);
}

/** Folder whose `node_modules` holds a package, nearest to `directory`; `undefined`: it is not installed. */
export function findPackage(name: string, directory: string): string | undefined {
  return ancestors(directory).find((parent) => isFolder(join(parent, 'node_modules', name)));
}

function ancestors(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...ancestors(parent)];
}

function packageNames(modules: string): string[] {
  return list(modules).flatMap((entry) =>
    entry.startsWith('@') ? list(join(modules, entry)).map((name) => `${entry}/${name}`) : [entry],
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function readManifest(folder: string, name: string, parent: string): TypePackage | undefined {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    if (!text.includes('"evcc"')) return undefined;
    const declared: unknown = JSON.parse(text)?.evcc;
    if (typeof declared !== 'object' || declared === null) return undefined;
    const types = Object.fromEntries(
      DEVICE_KINDS.map((kind) => [kind, names((declared as Record<string, unknown>)[KIND_FOLDERS[kind]])]),
    ) as Record<DeviceKind, string[]>;
    return { name, parent, types };
  } catch {
    return undefined;
  }
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
