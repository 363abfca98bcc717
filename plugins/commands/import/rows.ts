import type { Session } from '../../../core/index.ts';

/** Rows of the table of sessions as evcc writes them: kWh, ns, times as texts. */

/** Our field of a column that is a plain number, and how many of our units one of theirs is. */
const NUMBERS: Readonly<Record<string, readonly [field: keyof Session, scale: number]>> = {
  odometer: ['odometer', 1],
  meter_start_kwh: ['meterStart', 1_000],
  meter_end_kwh: ['meterStop', 1_000],
  solar_percentage: ['solarPercentage', 1],
  price: ['price', 1],
  price_per_kwh: ['pricePerKwh', 1],
  co2_per_kwh: ['co2PerKwh', 1],
  soc_start: ['socStart', 1],
  soc_end: ['socEnd', 1],
  added_range: ['addedRange', 1],
  reference_price_per_kwh: ['referencePricePerKwh', 1],
  reference_co2_per_kwh: ['referenceCo2PerKwh', 1],
};

/** Columns without which nothing is known of a session. */
export const REQUIRED = ['created', 'loadpoint', 'charged_kwh'] as const;

/** Columns that are understood. */
export const KNOWN: readonly string[] = [
  'id',
  ...REQUIRED,
  'finished',
  'vehicle',
  'identifier',
  'charge_duration',
  ...Object.keys(NUMBERS),
];

/** The session of a row; a text says why it is none. */
export function sessionOf(
  row: Readonly<Record<string, unknown>>,
  parse: (text: string) => number | undefined,
): Session | string {
  const { id, created, finished, charged_kwh: charged, charge_duration: duration } = row;
  const begun = timeOf(created, parse);
  if (begun === undefined) return `session ${id}: "${String(created).slice(0, 60)}" is no time`;
  const ended = timeOf(finished, parse);
  const session: Record<string, unknown> = {
    created: begun,
    ...(ended !== undefined && { finished: ended }),
    loadpoint: text(row.loadpoint),
    vehicle: text(row.vehicle),
    identifier: text(row.identifier),
    energy: typeof charged === 'number' && charged > 0 ? rounded(charged * 1_000) : 0,
    duration: typeof duration === 'number' && duration > 0 ? Math.round(duration / 1e6) : 0,
  };
  for (const [column, [field, scale]] of Object.entries(NUMBERS)) {
    const value = row[column];
    if (typeof value === 'number' && Number.isFinite(value)) session[field] = rounded(value * scale);
  }
  return session as unknown as Session;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Without the noise of the change of unit. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** `2023-10-29 14:03:02.123456789+01:00`, also with a T, a zone without colon, and what Go adds behind it */
const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?/;

/** ms since the epoch; `undefined`: unset, which is the year 1, or no time. Without offset it is UTC. */
function timeOf(value: unknown, parse: (text: string) => number | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, day, clock, fraction = '', zone = 'Z'] = TIME.exec(value) ?? [];
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const at = parse(`${day}T${clock}${fraction}${offset}`);
  return at === undefined || at < UNSET ? undefined : at;
}

/** ms since the epoch, 1971: earlier times were never set */
const UNSET = 31_536_000_000;
