import type { DecidedCycle, RecordedSettings, Setting } from '../../../../core/index.ts';

/** The settings that users had made before the recording began, or before a car came that they made them for. */

/** The values that were in force when a loadpoint was first seen with a vehicle, or the site at all. */
export interface Beginning {
  /** What was configured then */
  readonly configured: RecordedSettings;
  readonly values: Readonly<Record<string, unknown>>;
  /** Name; absent: the site */
  readonly loadpoint?: string;
  /** Name; absent: none was there, or it was unknown */
  readonly vehicle?: string;
}

/** The beginnings in a cycle; `seen` are those before it, and grows. */
export function beginningsIn(
  { settings, loadpoints }: DecidedCycle,
  configured: RecordedSettings,
  seen: Set<string>,
): Beginning[] {
  const isNew = (place: string): boolean => seen.size < seen.add(place).size;
  const beginnings: Beginning[] = isNew('') ? [{ configured, values: { ...settings } }] : [];
  for (const { inputs } of loadpoints) {
    const { name, vehicle } = inputs;
    if (!isNew(JSON.stringify([name, vehicle?.name]))) continue;
    const values = { ...inputs.settings };
    beginnings.push({ configured, values, loadpoint: name, ...(vehicle && { vehicle: vehicle.name }) });
  }
  return beginnings;
}

/**
 * Texts of a settings store that holds what was not as configured, with what was configured then: where the other
 * configuration says something else, its value goes before the stored one.
 */
export function storedTexts(beginnings: readonly Beginning[], rows: readonly Setting[]): Map<string, string> {
  /** By key; `undefined`: it was as configured */
  const texts = new Map<string, string | undefined>();
  for (const { configured, values, loadpoint, vehicle } of beginnings) {
    const at = loadpoint === undefined ? 'site' : `loadpoint.${loadpoint}`;
    const ofPlace = loadpoint === undefined ? configured.site : configured.loadpoints[loadpoint];
    for (const { scope, name, perVehicle, stored, schema } of rows) {
      const value = values[name];
      if (scope !== (loadpoint === undefined ? 'site' : 'loadpoint') || stored === false || value === undefined)
        continue;
      const car = perVehicle ? vehicle : undefined;
      const key = `${car === undefined ? at : `vehicle.${car}`}.${name}`;
      if (texts.has(key)) continue;
      const ofCar = car === undefined ? undefined : configured.vehicles[car]?.[name];
      const base = ofCar ?? ofPlace?.[name] ?? (schema as { default?: unknown }).default ?? null;
      const changed = JSON.stringify(value) !== JSON.stringify(base);
      texts.set(key, changed ? JSON.stringify({ value, base, at }) : undefined);
    }
  }
  return new Map([...texts].flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])));
}
