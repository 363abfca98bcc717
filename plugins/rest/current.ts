import type { StateChange, StateKey, StateReader, StateScope, StateValue, Time } from '../../core/index.ts';
import { createCurrentSchemas } from './current-schemas.ts';
import { type Dialect, encode, type LiveEntries, type Notation } from './dialect.ts';
import { rounded, sessionFields, toJson } from './notation.ts';

/**
 * The dialect of evcc today: results without envelope, durations in s, an unset time is null, vehicles by name, what belongs
 * together in objects. Names and places of values come from the table of keys.
 */

/** The evcc whose interface this is: clients go by its version, ours would be taken for one of long ago. */
const SPOKEN_VERSION = '0.313.2';

/** Modes of home batteries by the numbers that answers name them with */
const BATTERY_MODES = ['unknown', 'normal', 'hold', 'charge', 'holdcharge'];

/** Answers to commands that are not those of the rows, of the value in force */
const ANSWERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  batteryMode: (value) => Math.max(0, BATTERY_MODES.indexOf(String(value))),
  phases: (value) => value,
};

/** Lists that are there without meters, too */
const METERS = { pv: [], aux: [], ext: [], consumers: [] };

/** Keys of which a value follows that has no key of its own, or one that says less */
const DERIVED: Readonly<Record<StateScope, Readonly<Record<string, string>>>> = {
  site: {
    auth: 'authProviders',
    smartCostType: 'smartCostAvailable',
    forecast: 'smartFeedInPriorityAvailable',
  },
  loadpoint: { phasesEnabled: 'phasesConfigured' },
  vehicle: {},
};

export function createCurrentDialect(time: Time): Dialect {
  const notation: Notation = {
    duration: (value) => Math.trunc((value ?? 0) / 1_000) + 0,
    time: (value) =>
      value === null || Math.abs(value) > 8.64e15 ? null : time.format(Math.floor(value / 1_000) * 1_000),
  };
  const written = (key: StateKey | undefined, value: StateValue): unknown => shortened(encode(key, value, notation));

  /** Values of a scope by their names, parts of objects in these; what is never known is left out where `sparse`. */
  const named = (state: StateReader, scope: StateScope, values: ReadonlyMap<string, StateValue>, sparse = false) => {
    const out: Record<string, unknown> = {};
    for (const [key, value] of values) {
      const row = state.describe(scope, key);
      const name = nameOf(row, key);
      if (name === null || (sparse && value === null)) continue;
      const [object = '', part] = name.split('.');
      if (part === undefined) out[object] = written(row, value);
      else out[object] = { ...(out[object] as object | undefined), [part]: written(row, value) };
    }
    return out;
  };
  const siteOf = (state: StateReader): Readonly<Record<string, unknown>> => {
    const type = state.site.get('smartCostType');
    const forecast = state.site.get('forecast');
    return {
      startupCompleted: true,
      apiReady: true,
      setupRequired: false,
      authProviders: providersOf(state.site.get('auth')),
      ...METERS,
      ...named(state, 'site', state.site),
      version: SPOKEN_VERSION,
      ...(state.site.get('batteryConfigured') !== true && { battery: null }),
      smartCostAvailable: typeof type === 'string' && type !== 'pricestatic',
      smartFeedInPriorityAvailable: typeof forecast === 'object' && forecast !== null && 'feedin' in forecast,
      vehicles: Object.fromEntries(
        [...state.vehicles].map(([name, values]) => [name, named(state, 'vehicle', values, true)]),
      ),
    };
  };
  const loadpointOf = (state: StateReader, index: number): Readonly<Record<string, unknown>> => {
    const values = state.loadpoints[index] ?? new Map<string, StateValue>();
    // The limit of the site holds where there is none, and it knows no other word for off than 0.
    const ofSite = Number(state.site.get('smartCostLimit') ?? 0) || null;
    return {
      vehicleClimaterActive: null,
      ...named(state, 'loadpoint', values),
      smartCostLimit: shortened(values.get('smartCostLimit') ?? ofSite),
      // A charger that cannot switch is set to what it has.
      phasesConfigured: values.get('phasesConfigured') ?? values.get('phasesEnabled') ?? null,
    };
  };

  /** Parts of the forecast that anybody may have heard of: those that are gone are null for them. */
  const forecasts = new Set<string>();
  const parts = (entry: readonly [string, unknown]): LiveEntries => {
    const present = inParts(entry);
    if (entry[0] !== 'forecast') return present;
    const gone = [...forecasts].filter((name) => present.every(([other]) => other !== name));
    for (const [name] of present) if (name !== 'forecast') forecasts.add(name);
    return [...present, ...gone.map((name) => [name, null] as const)];
  };

  return {
    name: 'current',
    paths: ({ rest }) => rest?.current ?? rest?.document ?? [],
    success: (result) => `${toJson(result ?? null)}\n`,
    failure: (message) => `${toJson({ error: message })}\n`,
    answer: ({ name }, answer, value) => ANSWERS[name]?.(value) ?? answer,
    cleared: (answer) => answer,
    shutdown: '/api/system/shutdown',
    localPeriods: true,
    schemas: createCurrentSchemas(),
    stateName: nameOf,
    stateValue: written,
    state: (state) => ({
      ...siteOf(state),
      loadpoints: state.loadpoints.map((_, index) => loadpointOf(state, index)),
    }),
    everything: (state) => [
      ...Object.entries(siteOf(state)).flatMap(parts),
      ...state.loadpoints.flatMap((_, index) => prefixed(index, Object.entries(loadpointOf(state, index)))),
    ],
    changed(state, changes) {
      const places = placesOf(state, changes);
      const site = places.has(-1) ? siteOf(state) : {};
      return [...places].flatMap(([index, names]): LiveEntries => {
        const values = index < 0 ? site : loadpointOf(state, index);
        const entries = [...names].map((name) => [name, values[name] ?? null] as const);
        return index < 0 ? entries.flatMap(parts) : prefixed(index, entries);
      });
    },
    session: (session) => ({
      ...sessionFields(session, notation.time),
      socStart: session.socStart ?? null,
      socEnd: session.socEnd ?? null,
      addedRange: session.addedRange ?? null,
      referencePricePerKWh: session.referencePricePerKwh ?? null,
      referenceCo2PerKWh: session.referenceCo2PerKwh ?? null,
    }),
  };
}

/** Logins of devices by title, of whatever kind these are. */
function providersOf(auth: unknown): Readonly<Record<string, object>> {
  const kinds = Object.values((auth ?? {}) as Readonly<Record<string, Readonly<Record<string, LoginState>>>>);
  const entries = kinds.flatMap((logins) => Object.entries(logins));
  return Object.fromEntries(
    entries.map(([title, { uri, authenticated }]) => [title, { id: uri.replace(/^oauth\//, ''), authenticated }]),
  );
}

interface LoginState {
  readonly uri: string;
  readonly authenticated: boolean;
}

function nameOf(row: StateKey | undefined, key: string): string | null {
  return row?.current === undefined ? key : row.current;
}

/** Names that changed, by index of their loadpoint; -1: the site. */
function placesOf(state: StateReader, changes: readonly StateChange[]): ReadonlyMap<number, ReadonlySet<string>> {
  const places = new Map<number, Set<string>>();
  const add = (index: number, name: string): void => {
    const names = places.get(index) ?? new Set();
    places.set(index, names.add(name));
  };
  for (const { scope, id, key } of changes) {
    // Also when there are others than before, or fewer.
    if (scope === 'vehicle' || (scope === 'site' && key === 'vehicles')) add(-1, 'vehicles');
    if (scope === 'site' && key === 'smartCostLimit') {
      for (const index of state.loadpoints.keys()) add(index, 'smartCostLimit');
    }
    const name = scope === 'vehicle' ? null : nameOf(state.describe(scope, key), key);
    if (name !== null) add(scope === 'site' ? -1 : id - 1, name.split('.')[0] ?? name);
    const derived = DERIVED[scope][key];
    if (derived !== undefined) add(scope === 'site' ? -1 : id - 1, derived);
  }
  return places;
}

/** The forecast is large: each part of it is an entry of its own. */
function inParts([name, value]: readonly [string, unknown]): LiveEntries {
  if (name !== 'forecast' || typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).map(([part, list]) => [`${name}.${part}`, list] as const);
}

const prefixed = (index: number, entries: LiveEntries): LiveEntries =>
  entries.map(([name, value]) => [`loadpoints.${index}.${name}`, value] as const);

/** Numbers with three decimals at most, also in lists; what is inside of records stays as it is. */
function shortened(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value, 1_000);
  return Array.isArray(value) ? value.map((item) => (typeof item === 'number' ? rounded(item, 1_000) : item)) : value;
}
