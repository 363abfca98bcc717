import type { CommandContext, Runtime, Store } from '../../../core/index.ts';
import { circuitsAbove } from '../../shared/circuits.ts';
import { type Kind, type Request, SECTIONS } from './arguments.ts';

/** A house of a single device, whose cycle does not run. */

type Found = NonNullable<ReturnType<Runtime['device']>>;

export interface DeviceHouse {
  readonly handle: Found;
  readonly type: string;
  /** The house itself runs, with its database */
  readonly inUse: boolean;
  /** A per phase that loadpoint and circuits allow; Infinity: no limit */
  readonly allowed: number;
  close(): Promise<void>;
}

/** Errors: `EVCC_CONFIG_INVALID` for problems of the configuration and for a device that is not in it. */
export async function openHouse({ kind, name }: Request, context: CommandContext): Promise<DeviceHouse> {
  const { config, directory, file } = await context.loadConfig();
  const whole = await context.createRuntime({ config, directory });
  const { path, entry, owner, allowed, known } = describe(whole, kind, name);
  await whole.stop();
  if (!entry) {
    const names = known.length > 0 ? `it has ${known.join(', ')}` : `it has no ${SECTIONS[kind]}`;
    return context.fail('EVCC_CONFIG_INVALID', `${file} has no ${kind} "${name}": ${names}`);
  }
  const { store, inUse } = await storeOf(context, config, directory);
  const house = await context.createRuntime({ config: alone(config, kind, name, owner), directory, store });
  try {
    await house.prepare();
    const handle = house.device(path) ?? context.fail('EVCC_PLUGIN_FAILED', `${path} was not made`);
    const limit = kind === 'charger' ? house.evcc.settings.get('loadpoint', 1, 'maxCurrent') : undefined;
    return {
      handle,
      type: entry.type,
      inUse,
      allowed: Math.min(allowed, typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY),
      close: () => house.stop(),
    };
  } catch (error) {
    await house.stop();
    throw error;
  }
}

/** What a valid configuration says of a device. */
function describe({ composition: { config, entries } }: Runtime, kind: Kind, name: string) {
  const path = `${SECTIONS[kind]}.${name}`;
  const ready = entries.get(path);
  const loadpoint = kind === 'charger' ? config.loadpoints.find(({ charger }) => charger === name) : undefined;
  const above = loadpoint ? circuitsAbove(config.circuits, loadpoint.circuit ?? config.circuits[0]?.name) : [];
  const currents = above.flatMap(({ maxCurrent, maxPower }) => [
    maxCurrent ?? Number.POSITIVE_INFINITY,
    (maxPower ?? Number.POSITIVE_INFINITY) / (3 * config.site.voltage),
  ]);
  return {
    path,
    entry: ready?.entry,
    owner: ready?.owner.plugin.section?.key,
    allowed: Math.min(...currents),
    known: [...entries.values()].filter(({ entry }) => entry.kind === kind).map(({ entry }) => entry.name),
  };
}

const NOTHING = 'nothing';

/** The configuration of a house that has this device alone, and the plugins that it needs. */
function alone(config: unknown, kind: Kind, name: string, owner: string | undefined): object {
  const written = config as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const { plugins, log } = written;
  const type = String((written[SECTIONS[kind]]?.[name] as { readonly type?: unknown } | undefined)?.type);
  const meters = { [NOTHING]: { type: 'custom', power: { source: 'constant', value: 0 } } };
  return {
    ...(plugins !== undefined && { plugins }),
    ...(log !== undefined && { log }),
    // A plugin that a device works through has the name of its type.
    ...Object.fromEntries([owner ?? type, type].map((key) => [key, written[key]]).filter(([, value]) => value)),
    rest: false,
    web: false,
    [SECTIONS[kind]]: { [name]: written[SECTIONS[kind]]?.[name] },
    meters: kind === 'meter' ? { ...meters, [name]: written.meters?.[name] } : meters,
    site: { ...(written.site?.voltage !== undefined && { voltage: written.site.voltage }), meters: { grid: NOTHING } },
    ...(kind === 'charger' && { loadpoints: loadpointsOf(written.loadpoints, name) }),
  };
}

/** The loadpoint of a charger, without what else it refers to. */
function loadpointsOf(loadpoints: unknown, charger: string): unknown[] {
  const all = Array.isArray(loadpoints) ? (loadpoints as Readonly<Record<string, unknown>>[]) : [];
  return all
    .filter((each) => each.charger === charger)
    .map(({ meter: _, vehicle: __, circuit: ___, ...loadpoint }) => loadpoint);
}

/**
 * The database as a device needs it: what plugins keep there, such as sign-ins, is read and written; what users set is only
 * read, and what the house remembers stays as it is. While the house uses it, there is none.
 */
async function storeOf(
  context: CommandContext,
  config: unknown,
  directory: string,
): Promise<{ readonly store: Store; readonly inUse: boolean }> {
  const none = context.createMemoryStore();
  try {
    const { settings, memory, close } = await context.openStore({ config, directory });
    const kept: Store['settings'] = { all: settings.all, set: async () => {}, delete: async () => {} };
    return { store: { ...none, settings: kept, memory, close }, inUse: false };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    // The configuration is valid: it has no database.
    if (code === 'EVCC_CONFIG_INVALID') return { store: none, inUse: false };
    if (code !== 'EVCC_STORE_FAILED') throw error;
    context.complain(`${(error as Error).message}\nWhat is stored there, such as sign-ins, is not used.`);
    return { store: none, inUse: true };
  }
}
