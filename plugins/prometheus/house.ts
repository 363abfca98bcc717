import type { Registry } from 'prom-client';
import type { StateKey, StateReader, StateScope, StateShape, StateValue } from '../../core/index.ts';
import { measureOf, snake } from './names.ts';

/** Published values as metrics. */

type Labels = Readonly<Record<string, string>>;
type Library = typeof import('prom-client');

/** Values of the site, of a loadpoint or of a vehicle. */
interface Part {
  readonly scope: StateScope;
  readonly values: ReadonlyMap<string, StateValue>;
  readonly labels: Labels;
  /** The vehicle that is connected; empty: none */
  readonly vehicle?: string;
}

/** Keys without figures of their own: plans and decisions are no series, limits of settings lists are shown elsewhere */
const SKIPPED: ReadonlySet<string> = new Set([
  'auth',
  'decision',
  'devices',
  'forecast',
  'plan',
  'reasons',
  'repeatingPlans',
  // The same as statistics, for older clients
  'stats',
]);

/** One value of a metric. */
interface Sample {
  readonly words: readonly string[];
  readonly shape: StateShape;
  readonly labels: Labels;
  readonly value: number;
}

/** Adds every number and flag that is published now to a registry; what is unknown is left out. */
export function addHouse(state: StateReader, registry: Registry, { Counter, Gauge }: Library): void {
  const currency = String(state.site.get('currency') ?? 'EUR');
  const metrics = new Map<string, { readonly set: (labels: Labels, value: number) => void; readonly labels: string }>();
  for (const part of partsOf(state)) {
    for (const key of state.keys(part.scope)) {
      const value = part.values.get(key.name);
      if (value === undefined || value === null || SKIPPED.has(key.name)) continue;
      for (const { words, shape, labels, value: number } of samplesOf(part, key, value)) {
        const measure = measureOf(words, shape);
        const all = measure.isMoney ? { ...labels, currency } : labels;
        const labelNames = Object.keys(all);
        const metric = metrics.get(measure.name) ?? define(measure, key.description, labelNames);
        metrics.set(measure.name, metric);
        // One name has one set of labels; a plugin's key may happen to be called like another one.
        if (metric.labels === labelNames.join()) metric.set(all, number * measure.scale);
      }
    }
  }

  function define(measure: ReturnType<typeof measureOf>, help: string, labelNames: string[]) {
    const options = { name: measure.name, help, labelNames, registers: [registry] };
    const labels = labelNames.join();
    if (!measure.isCounter) {
      const gauge = new Gauge(options);
      return { labels, set: (of: Labels, value: number) => gauge.set(of, value) };
    }
    const counter = new Counter(options);
    return { labels, set: (of: Labels, value: number) => value >= 0 && counter.inc(of, value) };
  }
}

function partsOf(state: StateReader): readonly Part[] {
  const text = (values: Part['values'], key: string): string => String(values.get(key) ?? '');
  return [
    { scope: 'site', values: state.site, labels: {} },
    ...state.loadpoints.map((values, index): Part => {
      const labels = { loadpoint: String(index + 1), title: text(values, 'title') };
      return { scope: 'loadpoint', values, labels, vehicle: text(values, 'vehicleTitle') };
    }),
    ...[...state.vehicles].map(([name, values]): Part => {
      return { scope: 'vehicle', values, labels: { vehicle: name, title: text(values, 'title') } };
    }),
  ];
}

function* samplesOf({ scope, values: _, labels, vehicle }: Part, key: StateKey, value: StateValue): Generator<Sample> {
  const words = [scope, key.name];
  // Only what depends on the vehicle begins anew with another one.
  const own = vehicle !== undefined && /^(vehicle|session)/.test(key.name) ? { ...labels, vehicle } : labels;
  if (scope === 'loadpoint' && key.name === 'mode') {
    yield { words, shape: { kind: 'integer' }, labels: { ...own, mode: String(value) }, value: 1 };
  } else if (!isParts(value)) {
    yield* scalar(words, key, own, value);
  } else if (isList(value)) {
    for (const [index, item] of value.entries()) {
      if (!isParts(item)) yield* perPhase(words, key, own, value, index);
      else if (!isList(item))
        yield* fields([...words, 'meter'], key, { ...own, id: String(index + 1), name: nameOf(item) }, item);
    }
  } else if (key.byName) {
    for (const [name, item] of Object.entries(value)) {
      if (isParts(item) && !isList(item)) yield* fields(words, key, { ...own, name }, item);
    }
  } else {
    yield* fields(words, key, own, value);
  }
}

/** Title of an element of a list; empty: it has none. */
function nameOf(item: Readonly<Record<string, StateValue>>): string {
  return typeof item.title === 'string' ? item.title : '';
}

function* perPhase(
  words: readonly string[],
  shape: StateShape,
  labels: Labels,
  list: readonly StateValue[],
  index: number,
): Generator<Sample> {
  const item = list[index];
  if (list.length !== 3 || typeof item !== 'number') return;
  yield { words, shape: { ...shape, kind: 'number' }, labels: { ...labels, phase: `l${index + 1}` }, value: item };
}

function* fields(
  words: readonly string[],
  shape: StateShape,
  labels: Labels,
  record: Readonly<Record<string, StateValue>>,
): Generator<Sample> {
  for (const [name, value] of Object.entries(record)) {
    const field = shape.fields?.[name];
    if (field && snake(name) !== '' && !isParts(value)) yield* scalar([...words, name], field, labels, value);
  }
}

function* scalar(
  words: readonly string[],
  shape: StateShape,
  labels: Labels,
  value: string | number | boolean | null,
): Generator<Sample> {
  if (typeof value === 'boolean') yield { words, shape, labels, value: value ? 1 : 0 };
  else if (typeof value === 'number' && Number.isFinite(value)) yield { words, shape, labels, value };
}

type Parts = readonly StateValue[] | Readonly<Record<string, StateValue>>;

function isParts(value: StateValue): value is Parts {
  return typeof value === 'object' && value !== null;
}

function isList(value: Parts): value is readonly StateValue[] {
  return Array.isArray(value);
}
