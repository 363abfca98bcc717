import type { StateScope, StateValue } from '../../core/index.ts';

/** Values that entities are named or made after, by scope */
const NAMING: Readonly<Record<StateScope, ReadonlySet<string>>> = {
  site: new Set(['siteTitle', 'currency', 'smartCostType', 'vehicles']),
  loadpoint: new Set(['title']),
  vehicle: new Set(['title']),
};

/** What of a value decides which entities it has: for most of them only that they are there, and how many parts they have. */
export function shapeOf(scope: StateScope, key: string, value: StateValue): string {
  return NAMING[scope].has(key) ? JSON.stringify(value) : outline(value);
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
