import type { Time } from '../../../../core/index.ts';
import { local } from '../local.ts';
import type { Comparison, Side } from './result.ts';

export type Row = readonly [label: string, recorded: string, other: string, unit: string];

/** The comparison for people, as lines of text. */
export function toTable(result: Comparison, time: Time): string[] {
  const { input } = result;
  const rows: Row[] = [['', 'recorded', 'other', ''], ...rowsOf(result)];
  const width = (column: 0 | 1 | 2): number => Math.max(...rows.map((row) => row[column].length));
  const [label, recorded, other] = [width(0), width(1), width(2)];
  return [
    `${local(input.from, time)} to ${local(input.to, time)}, ${input.cycles.toLocaleString('en')} cycles`,
    `other: ${input.config}`,
    '',
    ...rows.map((row) =>
      `${row[0].padEnd(label)}  ${row[1].padStart(recorded)}  ${row[2].padStart(other)}  ${row[3]}`.trimEnd(),
    ),
  ];
}

/** One row for each number; a label that begins with spaces is a part of the one before. */
export function rowsOf({ currency, recorded, other, loadpoints }: Comparison): Row[] {
  const row = (label: string, value: (side: Side) => number | null, unit: string, digits = 2): Row => [
    label,
    shown(value(recorded), digits),
    shown(value(other), digits),
    unit,
  ];
  const battery = recorded.chargedKwh + recorded.dischargedKwh + other.chargedKwh + other.dischargedKwh > 0;
  return [
    row('Energy charged', (side) => side.energyKwh, 'kWh'),
    row('  from PV', (side) => side.fromPvKwh, 'kWh'),
    ...(battery ? [row('  from battery', (side) => side.fromBatteryKwh, 'kWh')] : []),
    row('  from grid', (side) => side.fromGridKwh, 'kWh'),
    ...(loadpoints.length > 1
      ? loadpoints.map(
          ({ title, recordedKwh, otherKwh }): Row => [
            `  at ${title}`,
            shown(recordedKwh, 2),
            shown(otherKwh, 2),
            'kWh',
          ],
        )
      : []),
    row('Unmet energy', (side) => side.unmetKwh, 'kWh'),
    row('Cost of charging', (side) => side.chargingCost, currency),
    row('  per kWh', (side) => side.pricePerKwh, `${currency}/kWh`, 3),
    row('Cost of the house', (side) => side.houseCost, currency),
    row('Import', (side) => side.importKwh, 'kWh'),
    row('Export', (side) => side.exportKwh, 'kWh'),
    ...(battery
      ? [
          row('Battery charged', (side) => side.chargedKwh, 'kWh'),
          row('Battery discharged', (side) => side.dischargedKwh, 'kWh'),
        ]
      : []),
    row('Starts', (side) => side.starts, '', 0),
    row('Phase switches', (side) => side.phaseSwitches, '', 0),
  ];
}

function shown(value: number | null, digits: number): string {
  if (value === null) return 'unknown';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
