import type { StateScope, StateValue } from '../../core/index.ts';

/** Values that entities are named or made after, by scope */
const NAMING: Readonly<Record<StateScope, ReadonlySet<string>>> = {
  site: new Set(['siteTitle', 'currency', 'smartCostType', 'vehicles']),
  loadpoint: new Set(['title']),
  vehicle: new Set(['title']),
};

/** Keys that say nothing as a single value: lists whose elements come and go, and records that only make sense as a whole */
export const SKIPPED: ReadonlySet<string> = new Set([
  'auth',
  'devices',
  'effectivePlanStrategy',
  'features',
  'forecast',
  'hems',
  'plan',
  'planStrategy',
  'reasons',
  'repeatingPlans',
  // The same as statistics, for older clients
  'stats',
  'vehicles',
]);

/** What of a value decides which entities it has: for most of them only that they are there, and how many parts they have. */
export function shapeOf(scope: StateScope, key: string, value: StateValue): string {
  if (NAMING[scope].has(key)) return JSON.stringify(value);
  // Whatever they hold, their entities are the same.
  return SKIPPED.has(key) || key === 'decision' ? '.' : outline(value);
}

function outline(value: StateValue): string {
  if (typeof value !== 'object' || value === null) return '.';
  if (isList(value)) return `[${value.map(outline).join('')}]`;
  return `{${Object.entries(value)
    .map(([name, field]) => name + outline(field))
    .join(',')}}`;
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}
