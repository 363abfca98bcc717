import { PublishedValues } from './published.ts';
import { LOADPOINT_KEYS, SITE_KEYS, type StateKey, VEHICLE_KEYS } from './state-keys.ts';

/**
 * The one store of published values. Core and plugins set internal values; they are converted to public units by the key's
 * row in `state-keys.ts`, and every surface (REST, WebSocket, MQTT, history) reads them here.
 */

export type StateScope = 'site' | 'loadpoint' | 'vehicle';

/** A value as published: public unit; times ms since the epoch, durations ms, encoded by each surface. */
export type StateValue =
  | number
  | string
  | boolean
  | null
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

export interface StateChange {
  readonly scope: StateScope;
  /** Loadpoint id, or position of the vehicle among all, from 1; 0 for the site */
  readonly id: number;
  readonly key: string;
  readonly value: StateValue;
}

/** What surfaces see. */
export interface StateReader {
  /** Grows with every batch of changes. */
  readonly version: number;
  /** Published values of the site, in the order of the table of keys; a key that was never published is missing. */
  readonly site: ReadonlyMap<string, StateValue>;
  /** Published values of the loadpoints, in order of their ids. */
  readonly loadpoints: readonly ReadonlyMap<string, StateValue>[];
  /** Published values of the vehicles by name, connected or not, in the order of their positions. */
  readonly vehicles: ReadonlyMap<string, ReadonlyMap<string, StateValue>>;
  /** Unit, kind and meaning of a key; `undefined`: not in the table. */
  describe(scope: StateScope, key: string): StateKey | undefined;
  /** The table of keys of a scope; another list as soon as one is added or forgotten */
  keys(scope: StateScope): readonly StateKey[];
}

/** What plugins see. */
export interface StatePort extends StateReader {
  /** Adds a key to the table, for values that a plugin publishes; when the plugin goes, they become null. */
  define(scope: StateScope, key: StateKey): void;
}

export interface State extends StatePort {
  /** Sets an internal value; `undefined` means unknown: null if the key was published before, else nothing. */
  set(scope: StateScope, id: number, key: string, value: unknown): void;
  /**
   * Sets all values of a table, as `set` does each, but passes over those that are identical to the last update's: for what
   * is published every cycle, of which most stays as it is.
   */
  update<View>(scope: StateScope, id: number, table: StateTable<View>, view: View): void;
  /** Takes a key of a plugin out of the list of keys; its values must be null. What is built in stays. */
  forget(scope: StateScope, key: string): void;
  /** Hands out and forgets the changes since the last call. */
  flush(): readonly StateChange[];
  /** Sets how many loadpoints there are; values of those beyond are dropped. */
  resize(loadpoints: number): void;
  /** Sets which vehicles there are, by name; values of others are dropped. */
  useVehicles(names: readonly string[]): void;
}

/** How values that belong together are made, by key. */
export interface StateTable<View> {
  /** What all values depend on: they are made anew only when it is another one; absent: always */
  readonly source: ((view: View) => unknown) | undefined;
  readonly has: ReadonlySet<string>;
  readonly keys: readonly string[];
  /** In the order of the keys */
  readonly values: readonly ((view: View) => unknown)[];
}

export function stateTable<View>(
  values: Readonly<Record<string, (view: View) => unknown>>,
  source?: (view: View) => unknown,
): StateTable<View> {
  const keys = Object.keys(values);
  return { source, has: new Set(keys), keys, values: Object.values(values) };
}

/** A key of a scope, with its number in the scope's table. */
interface Row {
  readonly key: StateKey;
  readonly number: number;
}

/** Values of the site, of one loadpoint or vehicle. */
interface Values {
  readonly published: PublishedValues;
  /** The last updates by table; absent: none, or what was published since may be another value */
  readonly updates: Map<StateTable<never>, Update>;
}

interface Update {
  source: unknown;
  /** Internal values in the order of the table */
  readonly values: unknown[];
}

const BUILT_IN: Readonly<Record<StateScope, readonly StateKey[]>> = {
  site: SITE_KEYS,
  loadpoint: LOADPOINT_KEYS,
  vehicle: VEHICLE_KEYS,
};

export function createState(): State {
  const keys = { site: index(BUILT_IN.site), loadpoint: index(BUILT_IN.loadpoint), vehicle: index(BUILT_IN.vehicle) };
  const lists: Partial<Record<StateScope, readonly StateKey[]>> = {};
  /** Rows that are kept for their numbers only; defining a key again makes another row of it */
  const forgotten = new WeakSet<Row>();
  const empty = (scope: StateScope): Values => ({ published: new PublishedValues(keys[scope]), updates: new Map() });
  const site = empty('site');
  const loadpoints: Values[] = [];
  let vehicles: readonly Values[] = [];
  let byName: ReadonlyMap<string, PublishedValues> = new Map();
  let changes: StateChange[] = [];
  let version = 0;

  const valuesOf = (scope: StateScope, id: number): Values => {
    const values = scope === 'site' ? site : (scope === 'loadpoint' ? loadpoints : vehicles)[id - 1];
    if (!values) throw new RangeError(`no ${scope} ${id}`);
    return values;
  };
  const put = (
    { published }: Values,
    scope: StateScope,
    id: number,
    key: string,
    internal: unknown,
    isUpdate: boolean,
  ): void => {
    const row = keys[scope].get(key);
    if (!row) throw new TypeError(`"${key}" is not in the table of ${scope} keys`);
    const before = published.at(row.number);
    if (internal === undefined && before === undefined) return;
    const value = toPublic(row.key, internal);
    // Whatever has parts was compared by those who update often; converting it does not make it the same again.
    if (typeof value === 'object' && value !== null ? !isUpdate && same(before, value) : before === value) return;
    published.put(row.number, value);
    changes.push({ scope, id: scope === 'site' ? 0 : id, key, value });
  };

  return {
    get version() {
      return version;
    },
    site: site.published,
    get loadpoints() {
      return loadpoints.map((values) => values.published);
    },
    get vehicles() {
      return byName;
    },
    describe(scope, key) {
      const row = keys[scope].get(key);
      return row && !forgotten.has(row) ? row.key : undefined;
    },
    keys(scope) {
      lists[scope] ??= [...keys[scope].values()].filter((row) => !forgotten.has(row)).map(({ key }) => key);
      return lists[scope];
    },
    define(scope, key) {
      define(keys[scope], key);
      delete lists[scope];
    },
    forget(scope, key) {
      const row = keys[scope].get(key);
      if (!row || BUILT_IN[scope].some(({ name }) => name === key)) return;
      forgotten.add(row);
      delete lists[scope];
    },
    set(scope, id, key, value) {
      const values = valuesOf(scope, id);
      for (const table of values.updates.keys()) if (table.has.has(key)) values.updates.delete(table);
      put(values, scope, id, key, value, false);
    },
    update(scope, id, table, view) {
      const values = valuesOf(scope, id);
      const before = values.updates.get(table);
      const source = table.source?.(view);
      if (before && table.source && source === before.source) return;
      const last = before?.values ?? [];
      // No iterators: this is the most frequent loop of a cycle.
      for (let index = 0; index < table.keys.length; index += 1) {
        const value = table.values[index]?.(view);
        const known = last[index];
        if (before && (known === value || (typeof value === 'object' ? same(known, value) : Object.is(known, value)))) {
          continue;
        }
        put(values, scope, id, table.keys[index] ?? '', value, before !== undefined);
        last[index] = value;
      }
      if (before) before.source = source;
      else values.updates.set(table, { source, values: last });
    },
    flush() {
      if (changes.length === 0) return [];
      const flushed = changes;
      changes = [];
      version += 1;
      return flushed;
    },
    resize(count) {
      while (loadpoints.length < count) loadpoints.push(empty('loadpoint'));
      loadpoints.length = count;
      changes = changes.filter(({ scope, id }) => scope !== 'loadpoint' || id <= count);
    },
    useVehicles(names) {
      const known = new Map([...byName.keys()].map((name, position) => [name, vehicles[position]]));
      if (known.size === names.length && names.every((name, position) => known.get(name) === vehicles[position]))
        return;
      vehicles = names.map((name) => known.get(name) ?? empty('vehicle'));
      byName = new Map(names.map((name, position) => [name, vehicles[position]?.published ?? site.published]));
      // Their positions are other ones now.
      changes = changes.filter(({ scope }) => scope !== 'vehicle');
      version += 1;
    },
  };
}

function index(keys: readonly StateKey[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const key of keys) define(rows, key);
  return rows;
}

function define(rows: Map<string, Row>, key: StateKey): void {
  rows.set(key.name, { key, number: rows.get(key.name)?.number ?? rows.size });
}

/** Converts an internal value to the public unit of its row, at every depth; what cannot be shown becomes null. */
function toPublic(row: Pick<StateKey, 'scale' | 'fields'>, value: unknown): StateValue {
  if (typeof value === 'number') return Number.isFinite(value) ? scaled(value, row.scale) : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => toPublic(row, item));
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Readonly<Record<string, unknown>>;
  const published: Record<string, StateValue> = {};
  for (const name in fields) {
    const field = fields[name];
    if (field !== undefined) published[name] = toPublic(row.fields?.[name] ?? row, field);
  }
  return published;
}

/** Rounds away the noise that a change of unit adds. */
function scaled(value: number, scale = 1): number {
  return scale === 1 ? value : Math.round(value * scale * 1e9) / 1e9;
}

/** No closures and no lists of names: every value with parts passes here in every cycle. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index += 1) if (!same(a[index], b[index])) return false;
    return true;
  }
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  let names = 0;
  for (const name in left) {
    if (!(name in right && same(left[name], right[name]))) return false;
    names += 1;
  }
  for (const _ in right) names -= 1;
  return names === 0;
}
