import type { StateScope, StateValue } from '../../core/index.ts';

/** What Home Assistant knows of a device (MQTT discovery, device registry). */
export interface DeviceInfo {
  readonly identifiers: readonly string[];
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly sw_version: string;
  readonly via_device?: string;
  readonly configuration_url?: string;
}

/** The site, a loadpoint or a vehicle. */
export interface Part {
  readonly scope: StateScope;
  /** 0 for the site */
  readonly id: number;
  /** What the identifiers of its entities begin with, such as `lp1` */
  readonly object: string;
  /** Topic above its values */
  readonly base: string;
  readonly values: ReadonlyMap<string, StateValue>;
}

/** What is the same for all parts. */
export interface Terms {
  /** ISO 4217 */
  readonly currency: string;
  /** Unit of limits that apply to prices or to CO2, whichever the tariff has */
  readonly costUnit: string;
  /** Titles of the vehicles in the order of their positions */
  readonly vehicles: readonly string[];
}

/** One entity: what is published at `<prefix>/<component>/<node>/<object>/config`, but for what all have in common. */
export interface Entity {
  readonly component: 'sensor' | 'binary_sensor' | 'number' | 'select' | 'switch' | 'button' | 'text' | 'datetime';
  readonly object: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** An empty payload, or none, means that a value is unknown; without this Home Assistant would keep the old one. */
export const KNOWN = '{{ value or None }}';
/** Unix seconds as Home Assistant reads times */
export const MOMENT = '{{ (value | int | as_datetime).isoformat() if value else None }}';

/** An identifier of the characters that discovery topics may have. */
export function objectId(...parts: readonly string[]): string {
  return parts.join('_').replace(/[^\w-]+/g, '_');
}

/** Words that are not written as they are in names of keys */
const SPELLED: Readonly<Record<string, string>> = {
  soc: 'SoC',
  co2: 'CO₂',
  pv: 'PV',
  kwh: 'kWh',
  l1: 'L1',
  l2: 'L2',
  l3: 'L3',
  id: 'ID',
};

/** A name for people: `chargePower` becomes `Charge power`, `pv/1/power` becomes `PV 1 power`. */
export function words(name: string): string {
  const text = name
    .replace(/kWh/i, '/kwh')
    .replace(/[/_]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ')
    .map((word) => SPELLED[word] ?? word)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
