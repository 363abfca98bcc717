import type { StateShape } from '../../core/index.ts';

/** Names and base units as Prometheus asks for them (prometheus.io/docs/practices/naming). */

export interface Measure {
  /** With unit, and `_total` for counters */
  readonly name: string;
  /** Published value × scale = value in the base unit */
  readonly scale: number;
  readonly isCounter: boolean;
  /** The value is in the currency of the house, which is a label */
  readonly isMoney: boolean;
}

/** Suffix and factor by public unit; durations and times are published in ms. */
const UNITS: Readonly<Record<string, readonly [suffix: string, scale: number]>> = {
  W: ['watts', 1],
  Wh: ['joules', 3_600],
  kWh: ['joules', 3_600_000],
  A: ['amperes', 1],
  V: ['volts', 1],
  '%': ['ratio', 0.01],
  '0..1': ['ratio', 1],
  km: ['meters', 1_000],
  '°C': ['celsius', 1],
  s: ['seconds', 1],
  'currency/kWh': ['per_kilowatt_hour', 1],
  'currency/kWh or g/kWh': ['per_kilowatt_hour', 1],
  'g/kWh': ['grams_per_kilowatt_hour', 1],
};
const MILLISECOND = 0.001;

/** How a number of a shape is exposed; `words` are those that its name is made of. */
export function measureOf(words: readonly string[], { kind, unit, counter }: StateShape): Measure {
  const [suffix, scale] = UNITS[unit ?? ''] ?? [undefined, 1];
  const isTime = kind === 'time';
  const parts = [
    'evcc',
    ...words.map((word) => snake(unit === undefined ? word : word.replace(/(Per)?KWh$/, ''))),
    isTime ? 'timestamp_seconds' : suffix,
    counter ? 'total' : undefined,
  ];
  return {
    name: parts.filter((part) => part !== undefined).join('_'),
    scale: isTime || kind === 'duration' ? MILLISECOND : scale,
    isCounter: counter === true,
    // What is in either is a number of its own.
    isMoney: unit === 'currency' || unit === 'currency/kWh',
  };
}

/** `chargePower` becomes `charge_power`, `chargedKWh` becomes `charged_kwh`. */
export function snake(name: string): string {
  return name
    .replace(/KWh/g, 'Kwh')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
