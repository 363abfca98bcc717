import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { asJson } from '../config/json-schema.ts';
import { type ListedOption, listOptions } from '../config/option-list.ts';
import { checkOptions } from '../config/options.ts';
import { CHARGER_ENTRY, METER_ENTRY, TARIFF_ENTRY, VEHICLE_ENTRY } from '../config/schema.ts';
import { EvccError, messageOf } from '../errors.ts';
import { createHooks } from '../hooks.ts';
import type { Loader } from '../loading/loader.ts';
import { PluginScope } from '../loading/plugin-scope.ts';
import { DEVICE_KINDS, type DeviceKind } from '../loading/registry.ts';
import type { Logger } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import { idleEvcc } from './idle-evcc.ts';

/** A type of device that a configuration may name. */
export interface ListedType {
  readonly kind: DeviceKind;
  readonly type: string;
  /** `built in`, or the package that defines it */
  readonly source: string;
  /** What stands beside `type`; without the keys that every device of the kind has */
  readonly options: readonly ListedOption[];
}

export interface Catalogue {
  /** Sorted by kind, then by name */
  readonly types: readonly ListedType[];
  /** What stands beside `type` in every entry of a kind */
  readonly common: Readonly<Partial<Record<DeviceKind, readonly ListedOption[]>>>;
  /** Plugins that could not be loaded, and why */
  readonly broken: readonly string[];
}

/** Entries of the kinds that have keys of core */
const ENTRIES = { charger: CHARGER_ENTRY, meter: METER_ENTRY, vehicle: VEHICLE_ENTRY, tariff: TARIFF_ENTRY };

/** All types there are: built in, and in installed packages. Their plugins are loaded and applied for it, and nothing is opened. */
export async function listTypes(options: {
  readonly loader: Loader;
  readonly log: Logger;
  readonly directory: string;
  readonly version: string;
}): Promise<Catalogue> {
  const { loader } = options;
  const shared = idleEvcc(options, createHooks());
  const types: ListedType[] = [];
  const broken: string[] = [];
  const scopes = new Map<LoadedPlugin, PluginScope>();
  const scopeOf = async (plugin: LoadedPlugin): Promise<PluginScope> => {
    const known = scopes.get(plugin);
    if (known) return known;
    const { section } = plugin;
    const scope = new PluginScope(plugin, section && checkOptions(section.key, section.schema, {}).value, shared);
    await scope.apply();
    scopes.set(plugin, scope);
    return scope;
  };
  try {
    for (const kind of DEVICE_KINDS) {
      const names = new Set([...(await loader.builtinTypes(kind)), ...(await loader.installedTypes(kind))]);
      for (const type of [...names].sort()) {
        const found = await loader.forType(kind, type);
        try {
          if (!found.ok) throw found.error;
          const defined = (await scopeOf(found.value)).types.find((each) => each.kind === kind && each.type === type);
          if (!defined) throw new Error('its plugin does not define it');
          types.push({ kind, type, source: found.source, options: listOptions(asJson(defined.definition.schema)) });
        } catch (error) {
          broken.push(`${kind} ${type}: ${messageOf(error)}`);
        }
      }
    }
  } finally {
    await Promise.all([...scopes.values()].map((scope) => scope.remove()));
  }
  const common = Object.entries(ENTRIES).map(([kind, schema]) => [kind, listOptions(asJson(schema), ['type'])]);
  return { types, common: Object.fromEntries(common), broken };
}

/** MB of memory that the other process may take */
const MEMORY = 256;
/** ms */
const DEADLINE = 60_000;

/**
 * All types, listed in a process that ends: what more than a hundred types take of memory would stay with this one otherwise,
 * even of a thread. Errors: `EVCC_PLUGIN_FAILED`, where a plugin ends or holds up that process.
 */
export async function listTypesApart(
  { directory, version }: { readonly directory: string; readonly version: string },
  clock: Clock,
): Promise<Catalogue> {
  const script = new URL(`./catalogue-process${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(script), [directory, version], {
    execArgv: [`--max-old-space-size=${MEMORY}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const { promise, resolve, reject } = Promise.withResolvers<Catalogue>();
  const failed = (why: string): void =>
    reject(new EvccError('EVCC_PLUGIN_FAILED', `the types cannot be listed: ${why}`));
  const cancel = clock.after(DEADLINE, () => failed(`that takes longer than ${DEADLINE / 1_000} s`));
  child.on('message', (told) => resolve(told as Catalogue));
  child.on('error', (error) => failed(messageOf(error)));
  child.on('exit', () => failed('the process for it ended'));
  try {
    return await promise;
  } finally {
    cancel();
    child.kill();
  }
}
