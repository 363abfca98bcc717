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
  /** Another one as soon as a value is another one than when it was last asked for. */
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
   * Sets all values of a table, as `set` does each, once somebody reads values of the same scope and id, or wants to know the
   * changes: then the newest view counts, which therefore must not change. For what is published every cycle.
   */
  update<View>(scope: StateScope, id: number, table: StateTable<View>, view: View): void;
  /** Takes a key of a plugin out of the list of keys; its values must be null. What is built in stays. */
  forget(scope: StateScope, key: string): void;
  /** Whether there may be changes to hand out */
  readonly isChanged: boolean;
  /** Hands out and forgets the changes since the last call, or since they were skipped. */
  flush(): readonly StateChange[];
  /** Forgets the changes so far: nobody wants to know them. */
  skip(): void;
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
  key: StateKey;
  readonly number: number;
  /** Its plugin is gone; it is kept for its number only */
  isForgotten: boolean;
  /** It is in a table of updates */
  isTabled: boolean;
}

/** Values of the site, of one loadpoint or vehicle. */
interface Values {
  readonly scope: StateScope;
  /** As in `StateChange` */
  id: number;
  readonly published: PublishedValues;
  /** What updates made of the tables that they used */
  updates: Update<unknown>[];
  /** Whether some of them have a view that was not used yet */
  waiting: boolean;
}

interface Update<View> {
  readonly table: StateTable<View>;
  /** Rows of the keys of the table */
  readonly rows: readonly Row[];
  /** What the values are to be made of as soon as somebody reads them */
  view: { readonly of: View } | undefined;
  /** How often changes had been skipped when the view came: who wants them is told of later ones alone */
  skips: number;
  source: unknown;
  /** Internal values in the order of the table; absent: none, or what was published since may be another value */
  values: unknown[] | undefined;
  /** Places in the table of values that were never known */
  unknown: readonly number[];
}

const BUILT_IN: Readonly<Record<StateScope, readonly StateKey[]>> = {
  site: SITE_KEYS,
  loadpoint: LOADPOINT_KEYS,
  vehicle: VEHICLE_KEYS,
};

export function createState(): State {
  const keys = { site: index(BUILT_IN.site), loadpoint: index(BUILT_IN.loadpoint), vehicle: index(BUILT_IN.vehicle) };
  const lists: Partial<Record<StateScope, readonly StateKey[]>> = {};
  /** Rows of the keys of tables, which may be used for several scopes */
  const rowsOf: Readonly<Record<StateScope, WeakMap<StateTable<unknown>, readonly Row[]>>> = {
    site: new WeakMap(),
    loadpoint: new WeakMap(),
    vehicle: new WeakMap(),
  };
  const empty = (scope: StateScope, id: number): Values => {
    const values: Values = {
      scope,
      id,
      published: new PublishedValues(keys[scope], () => settle(values)),
      updates: [],
      waiting: false,
    };
    return values;
  };
  const site = empty('site', 0);
  const loadpoints: Values[] = [];
  let vehicles: readonly Values[] = [];
  let byName: ReadonlyMap<string, PublishedValues> = new Map();
  let changes: StateChange[] = [];
  /** How often changes were skipped */
  let skips = 0;
  let version = 0;
  let isNew = false;
  /** Whether anything waits to be made */
  let waiting = false;

  const valuesOf = (scope: StateScope, id: number): Values => {
    const values = scope === 'site' ? site : (scope === 'loadpoint' ? loadpoints : vehicles)[id - 1];
    if (!values) throw new RangeError(`no ${scope} ${id}`);
    return values;
  };
  const rowOf = (scope: StateScope, key: string): Row => {
    const row = keys[scope].get(key);
    if (!row) throw new TypeError(`"${key}" is not in the table of ${scope} keys`);
    return row;
  };
  const put = (
    { scope, id, published }: Values,
    { key, number }: Row,
    internal: unknown,
    isUpdate: boolean,
    isSkipped = false,
  ): void => {
    const before = published.at(number);
    if (internal === undefined && before === undefined) return;
    const value = toPublic(key, internal);
    // Whatever has parts was compared by those who update often; converting it does not make it the same again.
    if (typeof value === 'object' && value !== null ? !isUpdate && same(before, value) : before === value) return;
    published.put(number, value);
    if (!isSkipped) changes.push({ scope, id, key: key.name, value });
    isNew = true;
  };
  const apply = <View>(values: Values, update: Update<View>, view: View): void => {
    const { table, rows, values: last = [] } = update;
    const isSkipped = update.skips < skips;
    const isFirst = update.values === undefined;
    const source = table.source?.(view);
    if (!isFirst && table.source && source === update.source) return;
    update.source = source;
    update.values = last;
    // No iterators: this is the most frequent loop of a cycle.
    for (let index = 0; index < rows.length; index += 1) {
      const value = table.values[index]?.(view);
      const known = last[index];
      if (!isFirst && (known === value || (typeof value === 'object' ? same(known, value) : Object.is(known, value)))) {
        continue;
      }
      last[index] = value;
      const row = rows[index];
      if (row) put(values, row, value, !isFirst, isSkipped);
    }
    if (update.unknown.some((index) => last[index] !== undefined)) {
      update.unknown = update.unknown.filter((index) => last[index] === undefined);
    }
  };
  const begin = (values: Values, table: StateTable<unknown>): Update<unknown> => {
    const known = rowsOf[values.scope];
    const rows = known.get(table) ?? table.keys.map((key) => rowOf(values.scope, key));
    known.set(table, rows);
    for (const row of rows) row.isTabled = true;
    const unknown = rows.map((_, index) => index);
    const update = { table, rows, view: undefined, skips, source: undefined, values: undefined, unknown };
    // One with the same keys takes the place of another one: its plugin was exchanged.
    settle(values);
    const others = values.updates.filter((other) => !other.table.keys.some((key) => table.has.has(key)));
    values.updates = [...others, update];
    return update;
  };
  /** Makes what waits to be made. */
  const settle = (values: Values): void => {
    if (!values.waiting) return;
    values.waiting = false;
    for (const update of values.updates) {
      const { view } = update;
      update.view = undefined;
      if (view) apply(values, update, view.of);
    }
  };
  const settleAll = (): void => {
    if (!waiting) return;
    waiting = false;
    settle(site);
    for (const values of loadpoints) settle(values);
    for (const values of vehicles) settle(values);
  };

  return {
    get version() {
      settleAll();
      if (isNew) version += 1;
      isNew = false;
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
      return row?.isForgotten === false ? row.key : undefined;
    },
    keys(scope) {
      lists[scope] ??= [...keys[scope].values()].filter((row) => !row.isForgotten).map(({ key }) => key);
      return lists[scope];
    },
    define(scope, key) {
      define(keys[scope], key);
      delete lists[scope];
    },
    forget(scope, key) {
      const row = keys[scope].get(key);
      if (!row || BUILT_IN[scope].some(({ name }) => name === key)) return;
      row.isForgotten = true;
      delete lists[scope];
    },
    set(scope, id, key, value) {
      const values = valuesOf(scope, id);
      const row = rowOf(scope, key);
      for (const update of row.isTabled ? values.updates : []) {
        if (!update.table.has.has(key)) continue;
        settle(values);
        update.values = undefined;
      }
      put(values, row, value, false);
    },
    update(scope, id, table, view) {
      const values = valuesOf(scope, id);
      const update = values.updates.find((each) => each.table === table) ?? begin(values, table as StateTable<unknown>);
      update.view = { of: view };
      update.skips = skips;
      values.waiting = true;
      waiting = true;
      // What is known for the first time is not missing any more, also if nobody reads it before it is unknown again.
      if (isRevealing(table, view, update.unknown)) settle(values);
    },
    get isChanged() {
      return waiting || changes.length > 0;
    },
    flush() {
      settleAll();
      const flushed = changes;
      changes = [];
      return flushed;
    },
    skip() {
      changes = [];
      skips += 1;
    },
    resize(count) {
      if (count === loadpoints.length) return;
      while (loadpoints.length < count) loadpoints.push(empty('loadpoint', loadpoints.length + 1));
      // Whoever still holds them brings about no changes.
      for (const gone of loadpoints.splice(count)) gone.waiting = false;
      changes = changes.filter(({ scope, id }) => scope !== 'loadpoint' || id <= count);
      isNew = true;
    },
    useVehicles(names) {
      const known = new Map([...byName.keys()].map((name, position) => [name, vehicles[position]]));
      if (known.size === names.length && names.every((name, position) => known.get(name) === vehicles[position]))
        return;
      const before = vehicles;
      vehicles = names.map((name, position) => {
        const values = known.get(name) ?? empty('vehicle', 0);
        values.id = position + 1;
        return values;
      });
      byName = new Map(names.map((name, position) => [name, vehicles[position]?.published ?? site.published]));
      for (const gone of before) if (!vehicles.includes(gone)) gone.waiting = false;
      // Their positions are other ones now.
      changes = changes.flatMap((change) => {
        if (change.scope !== 'vehicle') return [change];
        const values = before[change.id - 1];
        return values && vehicles.includes(values) ? [{ ...change, id: values.id }] : [];
      });
      isNew = true;
    },
  };
}

function index(keys: readonly StateKey[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const key of keys) define(rows, key);
  return rows;
}

function define(rows: Map<string, Row>, key: StateKey): void {
  const known = rows.get(key.name);
  if (known) Object.assign(known, { key, isForgotten: false });
  else rows.set(key.name, { key, number: rows.size, isForgotten: false, isTabled: false });
}

/** Whether something is known that never was before. No closures: it is asked for every view. */
function isRevealing<View>({ values }: StateTable<View>, view: View, unknown: readonly number[]): boolean {
  for (const index of unknown) if (values[index]?.(view) !== undefined) return true;
  return false;
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
