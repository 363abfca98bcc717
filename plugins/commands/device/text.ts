import type { Rate, Time } from '../../../core/index.ts';
import type { Kind } from './arguments.ts';

/** A reading as lines for people. */

interface Quantity {
  readonly unit: string;
  /** Shown value = internal value × scale; absent: 1 */
  readonly scale?: number;
}

const KILOWATT_HOURS: Quantity = { unit: 'kWh', scale: 0.001 };

/** Fields that are more than a word, a count or a flag */
const QUANTITIES: Readonly<Record<string, Quantity>> = {
  power: { unit: 'W' },
  powers: { unit: 'W' },
  currents: { unit: 'A' },
  voltages: { unit: 'V' },
  maxCurrent: { unit: 'A' },
  energy: KILOWATT_HOURS,
  returnEnergy: KILOWATT_HOURS,
  sessionEnergy: KILOWATT_HOURS,
  soc: { unit: '%' },
  limitSoc: { unit: '%' },
  range: { unit: 'km' },
  odometer: { unit: 'km' },
  connectedFor: { unit: 's', scale: 0.001 },
};

/** What devices of a kind may say, in the order in which it is shown. */
const FIELDS: Readonly<Record<Exclude<Kind, 'tariff'>, readonly string[]>> = {
  charger: [
    'status',
    'enabled',
    'power',
    'currents',
    'voltages',
    'maxCurrent',
    'phases',
    'energy',
    'sessionEnergy',
    'connectedFor',
    'statusReason',
    'identifier',
    'soc',
  ],
  meter: ['power', 'powers', 'currents', 'voltages', 'energy', 'returnEnergy', 'soc'],
  vehicle: ['soc', 'range', 'odometer', 'limitSoc', 'status', 'climater'],
};

export function readingLines(kind: Kind, reading: unknown, time: Time, now: number): readonly string[] {
  if (kind === 'tariff') return rateLines(reading as readonly Rate[], time, now);
  const fields = reading as Readonly<Record<string, unknown>>;
  const said = FIELDS[kind].filter((field) => fields[field] !== undefined);
  const silent = FIELDS[kind].filter((field) => fields[field] === undefined);
  return [
    ...said.map((field) => row(field, shown(field, fields[field]))),
    ...(silent.length > 0 ? [row('not said', silent.join(', '))] : []),
  ];
}

export const row = (label: string, text: string): string => `  ${label.padEnd(14)} ${text}`;

function shown(field: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => shown(field, each)).join(' / ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value === '') return 'none';
  if (typeof value !== 'number') return String(value);
  const { unit = '', scale = 1 } = QUANTITIES[field] ?? {};
  return `${Math.round(value * scale * 1_000) / 1_000} ${unit}`.trim();
}

function rateLines(rates: readonly Rate[], time: Time, now: number): readonly string[] {
  const [first] = rates;
  const last = rates.at(-1);
  if (!first || !last) return [row('rates', 'none')];
  const prices = rates.map(({ price }) => price);
  const present = rates.find(({ start, end }) => start <= now && now < end);
  return [
    row('rates', `${rates.length}, from ${time.formatLocal(first.start)} to ${time.formatLocal(last.end)}`),
    row('now', present ? `${present.price} until ${time.formatLocal(present.end)}` : 'none is valid now'),
    row('smallest', String(Math.min(...prices))),
    row('largest', String(Math.max(...prices))),
  ];
}
