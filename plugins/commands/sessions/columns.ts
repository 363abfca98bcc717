import type { Session, Time } from '../../../core/index.ts';

/** Sessions as plain values with names, the same in every language: times in RFC 3339, kWh, s, km, %. */

/** A value as it stands in a file; null: unknown */
export type Plain = string | number | null;

interface Column {
  readonly name: string;
  readonly field: keyof Session;
  readonly type: 'time' | 'text' | 'number';
  /** Value in the file = internal value × scale; absent: 1 */
  readonly scale?: number;
  /** What stands for a value that is missing; absent: it may be missing */
  readonly required?: true;
  /** The smallest value */
  readonly least?: number;
}

const KWH = 0.001;

/** In the order of the file. */
export const COLUMNS: readonly Column[] = [
  { name: 'created', field: 'created', type: 'time', required: true },
  { name: 'finished', field: 'finished', type: 'time' },
  { name: 'loadpoint', field: 'loadpoint', type: 'text', required: true },
  { name: 'vehicle', field: 'vehicle', type: 'text' },
  { name: 'identifier', field: 'identifier', type: 'text' },
  { name: 'odometer_km', field: 'odometer', type: 'number', least: 0 },
  { name: 'meter_start_kwh', field: 'meterStart', type: 'number', scale: KWH },
  { name: 'meter_stop_kwh', field: 'meterStop', type: 'number', scale: KWH },
  { name: 'charged_kwh', field: 'energy', type: 'number', scale: KWH, required: true, least: 0 },
  { name: 'charge_duration_s', field: 'duration', type: 'number', scale: 0.001, least: 0 },
  { name: 'solar_percentage', field: 'solarPercentage', type: 'number', least: 0 },
  { name: 'price', field: 'price', type: 'number' },
  { name: 'price_per_kwh', field: 'pricePerKwh', type: 'number' },
  { name: 'co2_per_kwh', field: 'co2PerKwh', type: 'number' },
  { name: 'soc_start', field: 'socStart', type: 'number', least: 0 },
  { name: 'soc_end', field: 'socEnd', type: 'number', least: 0 },
  { name: 'added_range_km', field: 'addedRange', type: 'number' },
  { name: 'reference_price_per_kwh', field: 'referencePricePerKwh', type: 'number' },
  { name: 'reference_co2_per_kwh', field: 'referenceCo2PerKwh', type: 'number' },
];

/** Characters of a text; longer ones are no titles */
const LONGEST_TEXT = 1_000;

export function toPlain(session: Session, { format }: Pick<Time, 'format'>): Record<string, Plain> {
  return Object.fromEntries(
    COLUMNS.map(({ name, field, type, scale }) => {
      const value = session[field];
      if (value === undefined || typeof value === 'string') return [name, value ?? null];
      return [name, type === 'time' ? format(value) : scaled(value, scale)];
    }),
  );
}

/** The session of a record; a text says what is wrong with it. */
export function fromPlain(record: Readonly<Record<string, unknown>>, { parse }: Pick<Time, 'parse'>): Session | string {
  const session: Record<string, unknown> = { vehicle: '', identifier: '', duration: 0 };
  for (const { name, field, type, scale = 1, required, least } of COLUMNS) {
    const given = record[name];
    if (given === undefined || given === null || (given === '' && type !== 'text')) {
      if (required) return `${name} is missing`;
      continue;
    }
    const shown = JSON.stringify(given).slice(0, 60);
    if (type === 'text') {
      if (typeof given !== 'string' || given.length > LONGEST_TEXT) return `${name} is no text: ${shown}`;
      session[field] = given;
    } else if (type === 'time') {
      const at = typeof given === 'string' ? parse(given) : undefined;
      if (at === undefined) return `${name} is no time such as 2025-06-15T12:00:00Z: ${shown}`;
      session[field] = at;
    } else {
      const value = typeof given === 'string' && DECIMAL.test(given) ? Number(given) : given;
      if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} is no number: ${shown}`;
      if (least !== undefined && value < least) return `${name} must not be below ${least}: ${shown}`;
      session[field] = field === 'duration' ? Math.round(value / scale) : scaled(value, 1 / scale);
    }
  }
  return session as unknown as Session;
}

const DECIMAL = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** Without the noise of the change of unit: 1 µWh. */
function scaled(value: number, scale = 1): number {
  if (scale === 1) return value;
  const places = scale < 1 ? 1e9 : 1e6;
  return Math.round(value * scale * places) / places;
}
