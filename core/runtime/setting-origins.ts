import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Setting, SettingTarget } from '../settings.ts';
import type { Place, Places } from './setting-places.ts';
import type { StoredSettings } from './stored-settings.ts';

/** What values are before anybody changes them: stored, configured, or what serves without configuration. */
export interface SettingOrigins {
  /** The configured value */
  configured(place: Place, row: Setting): unknown;
  /** The stored value where there is a usable one, else the configured one */
  initial(place: Place, row: Setting): unknown;
  /** Stores the present value; resolves when it would survive a kill. */
  remember(place: Place, row: Setting): Promise<void>;
}

export function createOrigins(
  places: Places,
  stored: StoredSettings,
  isValid: ValueCheck,
  targetOf: (place: Place) => SettingTarget | undefined,
): SettingOrigins {
  const configured = (place: Place, row: Setting): unknown =>
    (row.perVehicle ? places.vehicleAt(place)?.configured[row.name] : undefined) ??
    place.configured[row.shares ?? row.name] ??
    (row.schema as { default?: unknown }).default ??
    null;

  return {
    configured,
    initial(place, row) {
      const base = configured(place, row);
      if (row.stored === false) return base;
      const key = storageKey(place, row);
      const kept = stored.get(key);
      if (!kept || !isValid(row.schema, kept.value)) return base;
      if ((kept.at ?? place.key) === place.key && JSON.stringify(kept.base) !== JSON.stringify(base)) {
        // The configuration was edited since: it would be confusing if the value came back when it is edited again.
        stored.delete(key);
        return base;
      }
      const target = targetOf(place);
      const mayLapse = (row.perVehicle || row.shares) && !row.input && kept.value !== null;
      const outdated = mayLapse && target && row.check?.(kept.value, target) !== undefined;
      return outdated ? base : kept.value;
    },
    remember(place, row) {
      if (row.stored === false) return Promise.resolve();
      const record = { value: place.values[row.name], base: configured(place, row), at: place.key };
      return stored.set(storageKey(place, row), record);
    },
  };
}

function storageKey(place: Place, row: Setting): string {
  return `${(row.perVehicle ? place.vehicle : null) ?? place.key}.${row.shares ?? row.name}`;
}

/** Whether a value fits a schema. */
export type ValueCheck = (schema: TSchema, value: unknown) => boolean;

export function createValueCheck(): ValueCheck {
  // Schemas of plugins come and go.
  const validators = new WeakMap<TSchema, Validator>();
  return (schema, value) => {
    const validator = validators.get(schema) ?? Compile(schema);
    validators.set(schema, validator);
    return validator.Check(value);
  };
}
