import type { Rate, StoredKind, Time, Trial } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';
import { type Reading, valuesOf } from './house-parts.ts';

/** Names of readings in the document dialect; in the current one they are those of the state */
const NAMES: Readonly<Record<string, string>> = {
  power: 'CurrentPower',
  energy: 'TotalEnergy',
  soc: 'Soc',
  currents: 'Currents',
  voltages: 'Voltages',
  chargeStatus: 'Status',
  enabled: 'Enabled',
  range: 'Range',
  odometer: 'Odometer',
  limitSoc: 'TargetSoc',
  rates: 'Rates',
};

/** What a device is there for: errors stand there */
const MAIN: Readonly<Record<StoredKind, string>> = {
  charger: 'chargeStatus',
  meter: 'power',
  vehicle: 'soc',
  tariff: 'rates',
};

/** What a device said when it was tried out, by the names of a dialect. */
export function shownTrial(
  of: StoredKind,
  { reading, error }: Trial,
  dialect: Dialect['name'],
  time: Pick<Time, 'format'>,
): Readonly<Record<string, Reading>> {
  const named = (name: string): string => (dialect === 'document' ? (NAMES[name] ?? name) : name);
  if (error !== '') return { [named(MAIN[of])]: { value: null, error } };
  const values =
    of === 'tariff' ? { rates: ratesOf(reading as readonly Rate[], dialect, time) } : valuesOf(of, reading);
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [named(name), { value, error: '' }]));
}

function ratesOf(
  rates: readonly Rate[],
  dialect: Dialect['name'],
  { format }: Pick<Time, 'format'>,
): readonly object[] {
  return rates.map(({ start, end, price }) => ({
    start: format(start),
    end: format(end),
    price,
    ...(dialect === 'current' && { value: price }),
  }));
}
