import { LOADPOINT_KEYS, SITE_KEYS, type StateKey } from './state-keys.ts';

/**
 * The one store of published values. Core and plugins set internal values; they are converted to public units by the key's
 * row in `state-keys.ts`, and every surface (REST, WebSocket, MQTT, history) reads them here.
 */

export type StateScope = 'site' | 'loadpoint';

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
  /** Loadpoint id, from 1; 0 for the site */
  readonly id: number;
  readonly key: string;
  readonly value: StateValue;
}

/** What surfaces see. */
export interface StateReader {
  /** Grows with every batch of changes. */
  readonly version: number;
  /** Published values of the site, in order of first publication; a key that was never published is missing. */
  readonly site: ReadonlyMap<string, StateValue>;
  /** Published values of the loadpoints, in order of their ids. */
  readonly loadpoints: readonly ReadonlyMap<string, StateValue>[];
  /** Unit, kind and meaning of a key; `undefined`: not in the table. */
  describe(scope: StateScope, key: string): StateKey | undefined;
}

/** What plugins see. */
export interface StatePort extends StateReader {
  /** Adds a key to the table, for values that a plugin publishes; when the plugin goes, they become null. */
  define(scope: StateScope, key: StateKey): void;
}

export interface State extends StatePort {
  /** Sets an internal value; `undefined` means unknown: null if the key was published before, else nothing. */
  set(scope: StateScope, id: number, key: string, value: unknown): void;
  /** Hands out and forgets the changes since the last call. */
  flush(): readonly StateChange[];
  /** Sets how many loadpoints there are; values of those beyond are dropped. */
  resize(loadpoints: number): void;
}

/** Values of one scope: raw as set and by number of the key, to notice changes cheaply, and as published. */
interface Values {
  readonly raw: unknown[];
  readonly published: Map<string, StateValue>;
}

interface Row {
  readonly key: StateKey;
  readonly number: number;
}

export function createState(): State {
  const keys = { site: index(SITE_KEYS), loadpoint: index(LOADPOINT_KEYS) };
  const site: Values = { raw: [], published: new Map() };
  const loadpoints: Values[] = [];
  let changes: StateChange[] = [];
  let version = 0;

  return {
    get version() {
      return version;
    },
    site: site.published,
    get loadpoints() {
      return loadpoints.map((values) => values.published);
    },
    describe: (scope, key) => keys[scope].get(key)?.key,
    define(scope, key) {
      const rows = keys[scope];
      rows.set(key.name, { key, number: rows.get(key.name)?.number ?? rows.size });
    },
    set(scope, id, key, value) {
      const values = scope === 'site' ? site : loadpoints[id - 1];
      if (!values) throw new RangeError(`no loadpoint ${id}`);
      const row = keys[scope].get(key);
      if (!row) throw new TypeError(`"${key}" is not in the table of ${scope} keys`);
      const before = values.raw[row.number];
      if (value === undefined ? before === undefined : same(before, value)) return;
      values.raw[row.number] = value;
      const published = toPublic(row.key, value);
      values.published.set(key, published);
      changes.push({ scope, id: scope === 'site' ? 0 : id, key, value: published });
    },
    flush() {
      if (changes.length === 0) return [];
      const flushed = changes;
      changes = [];
      version += 1;
      return flushed;
    },
    resize(count) {
      while (loadpoints.length < count) loadpoints.push({ raw: [], published: new Map() });
      loadpoints.length = count;
      changes = changes.filter((change) => change.id <= count);
    },
  };
}

function index(rows: readonly StateKey[]): Map<string, Row> {
  return new Map(rows.map((key, number) => [key.name, { key, number }]));
}

/** Converts an internal value to the public unit of its row, at every depth; what cannot be shown becomes null. */
function toPublic(row: Pick<StateKey, 'scale' | 'fields'>, value: unknown): StateValue {
  if (typeof value === 'number') return Number.isFinite(value) ? scaled(value, row.scale) : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => toPublic(row, item));
  if (typeof value !== 'object' || value === null) return null;
  const published: Record<string, StateValue> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field !== undefined) published[name] = toPublic(row.fields?.[name] ?? row, field);
  }
  return published;
}

/** Rounds away the noise that a change of unit adds. */
function scaled(value: number, scale = 1): number {
  return scale === 1 ? value : Math.round(value * scale * 1e9) / 1e9;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  for (const name of names) if (!(name in right) || !same(left[name], right[name])) return false;
  return true;
}
