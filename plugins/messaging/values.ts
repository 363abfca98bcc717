import type { Evcc, StateKind, StateScope, StateValue } from '../../core/index.ts';

/** What placeholders stand for: the published values of the house at one moment, and what is known of the event. */

export interface Value {
  /** In the public unit; durations in ms, times in ms since the epoch */
  readonly value: StateValue;
  readonly kind: StateKind;
  /** Absent: none */
  readonly unit?: string;
}

/** Values by name; those that are not known now are absent. */
export type Values = ReadonlyMap<string, Value>;

/** What an event brings along, besides the published values. */
export const EVENT_VALUES: Readonly<Record<string, Omit<Value, 'value'> & { readonly description: string }>> = {
  event: { kind: 'text', description: 'What happened, such as `connect`' },
  loadpoint: { kind: 'integer', description: 'Number of the loadpoint, from 1' },
  soc: { kind: 'number', unit: '%', description: 'The full ten that was reached, of `soc`' },
  action: { kind: 'text', description: 'What would be better, of `suggestion`: such as `hold` or `charge`' },
  title: { kind: 'text', description: 'Title of the loadpoint, or of the battery of `suggestion`' },
  device: { kind: 'text', description: 'Name of the device in the configuration' },
  deviceKind: { kind: 'text', description: '`charger`, `meter`, `vehicle` or `tariff`' },
  reason: { kind: 'text', description: 'Why the device is not available, of `devicelost`' },
};

/** What happened, with what is known of it under the names of `EVENT_VALUES`. */
export interface Facts {
  readonly kind: string;
  /** Absent: at none */
  readonly loadpoint?: number;
}

/** Values of the loadpoint go before values of the site that have the same name. */
export function valuesOf(event: Facts, { state }: Pick<Evcc, 'state'>): Values {
  const values = new Map<string, Value>();
  const currency = state.site.get('currency');
  const take = (scope: StateScope, published: ReadonlyMap<string, StateValue>): void => {
    for (const [name, value] of published) {
      const key = state.describe(scope, name);
      if (!key || value === null) continue;
      const unit = typeof currency === 'string' ? key.unit?.replace('currency', currency) : key.unit;
      values.set(name, { value, kind: key.kind, ...(unit !== undefined && { unit }) });
    }
  };
  take('site', state.site);
  if (event.loadpoint !== undefined) take('loadpoint', state.loadpoints[event.loadpoint - 1] ?? new Map());
  const facts: Readonly<Record<string, unknown>> = { ...event, event: event.kind };
  for (const [name, { kind, unit }] of Object.entries(EVENT_VALUES)) {
    const value = facts[name] as StateValue | undefined;
    if (value !== undefined) values.set(name, { value, kind, ...(unit !== undefined && { unit }) });
  }
  return values;
}

/** A value by its name, in which capitals do not matter; `undefined`: it is not known. */
export function find(values: Values, name: string): Value | undefined {
  const exact = values.get(name);
  if (exact) return exact;
  const wanted = name.toLowerCase();
  for (const [other, value] of values) if (other.toLowerCase() === wanted) return value;
  return undefined;
}
