import type { TObject, TSchema } from 'typebox';
import { isStoredName } from '../configuration.ts';
import { isPlugin } from '../loading/loader.ts';
import { nearest } from '../loading/nearest.ts';
import type { DeviceKind } from '../loading/registry.ts';
import { LOG_LEVELS, type LogLevel } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import { type MeterList, TARIFF_ROLES } from '../site.ts';
import type {
  CheckedConfig,
  CheckedDevice,
  CheckedEntry,
  CheckedLoadpoint,
  CheckedLog,
  CheckedMeter,
  CheckedSite,
  CheckedTariff,
  CheckedVehicle,
  StoredEntry,
} from './checked.ts';
import { toCircuits, toPhaseOrder } from './circuits.ts';
import { checkOptions, isPlainObject } from './options.ts';
import { at, type Problem, problemWith } from './problem.ts';
import { checkReferences } from './references.ts';
import {
  CHARGER_ENTRY,
  CORE_KEYS,
  DATABASE_ENTRY,
  INTERVAL,
  LOADPOINT,
  LOG,
  METER_ENTRY,
  SITE,
  TARIFF_ENTRY,
  TARIFFS,
  VEHICLE_ENTRY,
} from './schema.ts';
import type { VehicleOptions } from './types.ts';

export interface CheckedCore {
  readonly problems: readonly Problem[];
  readonly config: CheckedConfig;
}

type Fields = Readonly<Record<string, unknown>>;

/** ms */
const LEAST_STALE = 60_000;
/** ms; cars and tariffs are asked now and then only */
const SELDOM_STALE = 3_600_000;

/**
 * Checks everything in a configuration that core understands: shape, unknown keys, ranges, references between entries.
 * What belongs to types and plugins is handed on as it is. `sections` are the top-level keys of plugins that exist, `stored` the
 * devices that stand in the database as if in the file; as long as they are unknown, they may have any name of theirs.
 */
export function checkCore(
  config: unknown,
  sections: readonly string[],
  stored: readonly StoredEntry[] | 'unknown' = [],
): CheckedCore {
  const problems: Problem[] = [];
  const root: Fields = isPlainObject(config) ? config : {};
  if (!isPlainObject(config))
    problems.push(problemWith('', config, 'must be an object, as defineConfig({ … }) makes it'));
  const value = (schema: TSchema, path: string, given: unknown): unknown => {
    const checked = checkOptions(path, schema, given);
    problems.push(...checked.problems);
    return checked.problems.length === 0 ? checked.value : undefined;
  };

  const interval = ((value(INTERVAL, 'interval', root.interval ?? 10) as number | undefined) ?? 10) * 1000;
  const entries = new Entries(problems, interval, stored === 'unknown' ? [] : stored);
  const meters = entries.named(root.meters, 'meters', 'meter', METER_ENTRY, toMeter);
  const chargers = entries.named(root.chargers, 'chargers', 'charger', CHARGER_ENTRY, (device) => device);
  const vehicles = entries.named(root.vehicles, 'vehicles', 'vehicle', VEHICLE_ENTRY, toVehicle);
  const tariffs = entries.tariffs(root.tariffs, stored === 'unknown');

  const checked: CheckedConfig = {
    interval,
    log: toLog(value(LOG, 'log', root.log ?? {})),
    database: entries.database(root.database ?? { type: 'sqlite' }),
    meters,
    chargers,
    vehicles,
    ...tariffs,
    spare: entries.spare(),
    site: toSite(root.site, problems),
    circuits: toCircuits(root.circuits, problems),
    loadpoints: toLoadpoints(root.loadpoints, problems),
    plugins: toPlugins(root.plugins, problems),
    sections: toSections(root, sections, problems),
  };
  problems.push(...checkReferences(root, stored));
  return { problems, config: checked };
}

/** Reads entries of devices: `type`, the keys of core, and the options of the type. */
class Entries {
  readonly #problems: Problem[];
  readonly #interval: number;
  readonly #stored: readonly StoredEntry[];

  constructor(problems: Problem[], interval: number, stored: readonly StoredEntry[]) {
    this.#problems = problems;
    this.#interval = interval;
    this.#stored = stored;
  }

  named<T>(
    given: unknown,
    path: string,
    kind: DeviceKind,
    schema: TObject,
    make: (device: CheckedDevice, fields: Fields) => T,
  ): Map<string, T> {
    const devices = new Map<string, T>();
    const add = (name: string, entry: unknown, stored: boolean): void => {
      const device = this.#device(entry, at(path, name), kind, name, schema, stored);
      if (device) devices.set(name, make(device.checked, device.fields));
    };
    if (given !== undefined && !isPlainObject(given)) {
      this.#problems.push(problemWith(path, given, `must be an object of ${path} by name`));
    }
    for (const [name, entry] of Object.entries(isPlainObject(given) ? given : {})) {
      if (entry === undefined) continue;
      if (!NAME.test(name)) {
        this.#problems.push({ path: at(path, name), message: 'a name must consist of letters, digits, - and _' });
      }
      add(name, entry, false);
    }
    for (const each of this.#stored) if (each.kind === kind && !isSpare(each)) add(each.name, each.entry, true);
    return devices;
  }

  /** Stored devices that have no part of their own. */
  spare(): CheckedDevice[] {
    return this.#stored.filter(isSpare).flatMap(({ kind, name, entry }) => {
      const { path, schema } = GROUPS[kind];
      return this.#device(entry, at(path, name), kind, name, schema, true)?.checked ?? [];
    });
  }

  /** A role is a tariff, or the name of a stored one; `open`: it is not known which there are. */
  tariffs(given: unknown, open: boolean): Pick<CheckedConfig, 'tariffs' | 'currency'> {
    const tariffs: CheckedTariff[] = [];
    const { value, problems } = checkOptions('tariffs', TARIFFS, given ?? {});
    // What is wrong inside an entry is reported by the entry itself.
    this.#problems.push(
      ...problems.filter((problem) => !TARIFF_ROLES.some((role) => problem.path.startsWith(at('tariffs', role)))),
    );
    const fields: Fields = isPlainObject(value) ? value : {};
    for (const role of TARIFF_ROLES) {
      const entry = isPlainObject(given) ? given[role] : undefined;
      const path = at('tariffs', role);
      const add = (one: unknown, place: string, name: string): void => {
        if (one === undefined) return;
        const named = typeof one === 'string' && isStoredName(one);
        const stored = this.#stored.find((each) => each.kind === 'tariff' && each.name === one);
        if (named && !stored) {
          if (!open) this.#problems.push({ path: place, message: `there is no tariff "${one}"` });
          return;
        }
        const device = this.#device(stored?.entry ?? one, place, 'tariff', name, TARIFF_ENTRY, stored !== undefined);
        if (device) tariffs.push({ ...device.checked, role });
      };
      if (role !== 'solar' || !Array.isArray(entry)) add(entry, path, role);
      else for (const [index, one] of entry.entries()) add(one, at(path, index), `${role}-${index + 1}`);
    }
    return { tariffs, currency: typeof fields.currency === 'string' ? fields.currency : 'EUR' };
  }

  database(given: unknown): CheckedEntry {
    const read = this.#read(given, 'database', DATABASE_ENTRY);
    const { fields, options, common } = read ?? { fields: { type: 'sqlite' }, options: {}, common: {} };
    return { kind: 'store', name: 'database', path: 'database', type: String(fields.type), options, common };
  }

  #device(
    entry: unknown,
    path: string,
    kind: DeviceKind,
    name: string,
    schema: TObject,
    stored: boolean,
  ): { checked: CheckedDevice; fields: Fields } | undefined {
    const read = this.#read(entry, path, schema);
    if (!read) return undefined;
    const { fields, options, common } = read;
    const least = this.#interval * 3;
    const usual = Math.max(kind === 'vehicle' || kind === 'tariff' ? SELDOM_STALE : LEAST_STALE, least);
    const stale = fields.staleAfter === undefined ? usual : (fields.staleAfter as number) * 1000;
    if (stale < least) {
      const message = `must be at least ${least / 1000} s, three intervals`;
      this.#problems.push(problemWith(at(path, 'staleAfter'), fields.staleAfter, message));
    }
    const checked: CheckedDevice = {
      kind,
      name,
      path,
      type: fields.type as string,
      options,
      common,
      timeout: (fields.timeout as number) * 1000,
      staleAfter: stale,
      ...(stored && { stored }),
    };
    return { checked, fields };
  }

  /** Splits an entry; `undefined`: it has problems, and its type is not known. */
  #read(
    entry: unknown,
    path: string,
    schema: TObject,
  ): { fields: Fields; options: Fields; common: Fields } | undefined {
    const { problems, value } = checkOptions(path, schema, entry);
    this.#problems.push(...problems);
    if (!isPlainObject(entry) || typeof entry.type !== 'string' || entry.type === '') return undefined;
    const fields: Fields = problems.length === 0 ? (value as Fields) : { timeout: 10, type: entry.type };
    const given = Object.entries(entry).filter(([key, item]) => key !== 'type' && item !== undefined);
    const common = given.filter(([key]) => Object.hasOwn(schema.properties, key));
    const options = given.filter(([key]) => !Object.hasOwn(schema.properties, key));
    return { fields, options: Object.fromEntries(options), common: Object.fromEntries(common) };
  }
}

/** Where devices of a kind stand, and what of them core understands. */
const GROUPS = {
  charger: { path: 'chargers', schema: CHARGER_ENTRY },
  meter: { path: 'meters', schema: METER_ENTRY },
  vehicle: { path: 'vehicles', schema: VEHICLE_ENTRY },
  tariff: { path: 'tariffs', schema: TARIFF_ENTRY },
} as const;

/** Where a stored device stands in a configuration, e.g. `meters["db:3"]` */
export function placeOf({ kind, name }: Pick<StoredEntry, 'kind' | 'name'>): string {
  return at(GROUPS[kind].path, name);
}

/** Options of devices of a kind that core understands, whatever their type: nothing is sent to where they say. */
export function commonKeys(kind: StoredEntry['kind']): string[] {
  return Object.keys(GROUPS[kind].schema.properties).filter((key) => key !== 'type');
}

/** Tariffs are used by their role only, and what is tried out has none. */
function isSpare({ kind, trial }: StoredEntry): boolean {
  return trial === true || kind === 'tariff';
}

/** Names of devices are part of topics, paths and storage keys. */
const NAME = /^[A-Za-z0-9_-]+$/;

function toMeter(device: CheckedDevice, fields: Fields): CheckedMeter {
  const { title, maxACPower, maxSoc } = fields as Partial<Record<string, number>>;
  return {
    ...device,
    title: (title as string | undefined) ?? device.name,
    ...(maxACPower !== undefined && { maxACPower }),
    maxSoc: maxSoc ?? 100,
  };
}

function toVehicle(device: CheckedDevice, fields: Fields): CheckedVehicle {
  const { title, icon, capacity, phases, features = [], identifiers = [], onIdentify = {} } = fields as VehicleOptions;
  const { mode, priority, maxPower, minSoc, targetSoc } = onIdentify;
  // Of two limits the stricter one counts.
  const least = Math.max(Number(fields.minCurrent ?? 0), onIdentify.minCurrent ?? 0);
  const most = Math.min(
    Number(fields.maxCurrent ?? Number.POSITIVE_INFINITY),
    onIdentify.maxCurrent ?? Number.POSITIVE_INFINITY,
  );
  return {
    ...device,
    title: title ?? device.name,
    icon: icon ?? '',
    features,
    identifiers,
    settings: { ...(minSoc !== undefined && { minSoc }), ...(targetSoc !== undefined && { targetSoc }) },
    ...(capacity !== undefined && { capacity: capacity * 1000 }),
    ...(phases !== undefined && { phases }),
    ...(least > 0 && { minCurrent: least }),
    ...(Number.isFinite(most) && { maxCurrent: most }),
    ...(maxPower !== undefined && { maxPower: maxPower * 1000 }),
    ...(priority && { priority }),
    ...(mode !== undefined && { mode }),
  };
}

function toLog(value: unknown): CheckedLog {
  if (typeof value === 'string') return { level: value as LogLevel, areas: {}, format: 'text' };
  return { level: LOG_LEVELS[1], areas: {}, format: 'text', ...(value as Partial<CheckedLog> | undefined) };
}

function toSite(given: unknown, problems: Problem[]): CheckedSite {
  const checked = checkOptions('site', SITE, given);
  problems.push(...(given === undefined ? [{ path: 'site', message: MISSING_SITE }] : checked.problems));
  const usable = checked.problems.length === 0 ? checked.value : checkOptions('site', SITE, { meters: {} }).value;
  const { meters, ...site } = usable as Omit<CheckedSite, 'meters'> & { meters: Record<string, string | string[]> };
  const names = (list: MeterList): string[] => [meters[list] ?? []].flat();
  return {
    ...site,
    meters: {
      ...(typeof meters.grid === 'string' && { grid: meters.grid }),
      pv: names('pv'),
      battery: names('battery'),
      aux: names('aux'),
      ext: names('ext'),
      consumers: names('consumers'),
    },
  };
}

const MISSING_SITE = 'is missing: must be an object with meters, e.g. { title: "Home", meters: { grid: "…" } }';

function toLoadpoints(given: unknown, problems: Problem[]): CheckedLoadpoint[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    problems.push(problemWith('loadpoints', given, 'must be a list of objects, each with a charger'));
    return [];
  }
  return given.flatMap((entry: unknown, index) => {
    const checked = checkOptions(at('loadpoints', index), LOADPOINT, entry);
    problems.push(...checked.problems);
    if (checked.problems.length > 0) return [];
    const fields = checked.value as Fields;
    // Stored settings go by the name: the charger is the loadpoint's own, its place in the list is not.
    const name = typeof fields.name === 'string' ? fields.name : String(fields.charger);
    const title = fields.title ?? fields.name ?? `Loadpoint ${index + 1}`;
    return [toLoadpoint({ ...fields, name, title })];
  });
}

function toLoadpoint(fields: Fields): CheckedLoadpoint {
  const { enable, disable, guardDuration, soc, ...rest } = fields as unknown as CheckedLoadpoint;
  return {
    ...rest,
    enable: { ...enable, delay: enable.delay * 1000 },
    disable: { ...disable, delay: disable.delay * 1000 },
    guardDuration: guardDuration * 1000,
    phaseOrder: toPhaseOrder(fields.phaseOrder),
    soc: { ...soc, poll: { ...soc.poll, interval: soc.poll.interval * 60_000 } },
  };
}

function toPlugins(given: unknown, problems: Problem[]): (string | LoadedPlugin)[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    problems.push(problemWith('plugins', given, 'must be a list of packages, files and plugin objects'));
    return [];
  }
  return given.filter((entry: unknown, index): entry is string | LoadedPlugin => {
    if ((typeof entry === 'string' && entry !== '') || isPlugin(entry)) return true;
    problems.push(
      problemWith(at('plugins', index), entry, 'must be a package, a file, or a plugin object { name, apply }'),
    );
    return false;
  });
}

/** A key that is `true` or has no value stands for the defaults; what is `false` is switched off. */
function toSections(root: Fields, sections: readonly string[], problems: Problem[]): Map<string, unknown> {
  const known: readonly string[] = [...CORE_KEYS, ...sections];
  const found = new Map<string, unknown>(ALWAYS_ON.filter((key) => sections.includes(key)).map((key) => [key, {}]));
  for (const [key, value] of Object.entries(root)) {
    if (value === undefined || CORE_KEYS.some((own) => own === key)) continue;
    if (sections.includes(key)) found.set(key, value === true || value === null ? {} : value);
    else problems.push({ path: at('', key), message: `unknown key${nearest(key, known)}` });
  }
  return found;
}

/** Plugins that need not be named to be used. */
export const ALWAYS_ON: readonly string[] = ['rest', 'web'];
