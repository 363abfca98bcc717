import type { StateShape } from '../../core/index.ts';
import type { Terms } from './entity.ts';

/** How Home Assistant names quantities: unit, device class and state class, from its published tables. */

export interface Quantity {
  readonly unit_of_measurement?: string;
  readonly device_class?: string;
  readonly state_class?: string;
  readonly suggested_display_precision?: number;
  readonly value_template?: string;
}

/** Device classes by unit, of sensors and numbers alike */
const CLASSES: Readonly<Record<string, string>> = {
  W: 'power',
  Wh: 'energy',
  kWh: 'energy',
  A: 'current',
  V: 'voltage',
  km: 'distance',
  '°C': 'temperature',
  s: 'duration',
};

/** A unit as Home Assistant writes it: with the currency of the house. */
export function unitOf(unit: string | undefined, { currency, costUnit }: Terms): string | undefined {
  if (unit === 'currency/kWh or g/kWh') return costUnit;
  return unit?.replace('currency', currency);
}

/** Unit and class of something that can be set. */
export function settable(unit: string | undefined): Pick<Quantity, 'unit_of_measurement' | 'device_class'> {
  if (unit === undefined) return {};
  const device_class = CLASSES[unit];
  return { unit_of_measurement: unit, ...(device_class !== undefined && { device_class }) };
}

/** Unit and classes of something that is measured. `name` is that of the innermost field. */
export function measured(name: string, { unit, counter, kind }: StateShape, terms: Terms): Quantity {
  const written = unitOf(unit, terms);
  if (written === undefined) return kind === 'number' ? { state_class: 'measurement' } : {};
  if (unit === '0..1') {
    const value_template = '{{ (value | float * 100) | round(1) if value else None }}';
    return { unit_of_measurement: '%', state_class: 'measurement', value_template };
  }
  const quantity = settable(written);
  if (counter) return { ...quantity, state_class: 'total_increasing' };
  // Energy that does not only grow is what is stored, or a plan that has no statistics.
  if (quantity.device_class === 'energy') {
    return /capacity/i.test(name)
      ? { ...quantity, device_class: 'energy_storage', state_class: 'measurement' }
      : quantity;
  }
  if (unit === 'currency') return { ...quantity, device_class: 'monetary', suggested_display_precision: 2 };
  if (unit === '%' && /^(batterySoc|vehicleSoc|soc)$/.test(name)) {
    return { ...quantity, device_class: 'battery', state_class: 'measurement' };
  }
  const isPrice = unit?.endsWith('/kWh') === true;
  return { ...quantity, state_class: 'measurement', ...(isPrice && { suggested_display_precision: 3 }) };
}
