import { basename } from 'node:path';
import type { CommandContext } from '../../../../core/index.ts';
import { barChart, type Part } from '../../../shared/report/bars.ts';
import { carpet } from '../../../shared/report/carpet.ts';
import { dayCharts, topOfDays } from '../../../shared/report/day-charts.ts';
import { dayLabel, daysOf, type Group, groupsOf, type SeriesName, total } from '../../../shared/report/days.ts';
import { escaped, number } from '../../../shared/report/markup.ts';
import { page, section, type Tile, tilesOf } from '../../../shared/report/shell.ts';
import type { Slots } from '../../../shared/simulation/ledger.ts';
import { local } from '../local.ts';
import type { Comparison } from './result.ts';
import type { Run } from './run.ts';
import { rowsOf } from './table.ts';

/** The comparison as one HTML page: what was recorded, then what the other configuration would have done. */
export function toPage(result: Comparison, run: Run, { time, version }: CommandContext): string {
  const { recorded } = run;
  const other = run.model.slots;
  const days = daysOf(recorded, { format: time.formatLocal });
  const groups = groupsOf(days);
  const battery = result.recorded.dischargedKwh + result.other.dischargedKwh > 0;
  const each = groups.length === days.length ? 'day' : 'month';
  const clock = (slot: number): string => time.formatLocal(recorded.start + slot * recorded.slot).slice(11, 16);
  const named = [
    ['as recorded', recorded],
    ['with the other configuration', other],
  ] as const;
  const top = Math.max(topOfDays(recorded), topOfDays(other));
  const content = [
    tilesOf(tiles(result)),
    `<h2>Recorded and other</h2>${table(result)}`,
    ...named.map(([name, slots]) =>
      section(
        `Every day, ${name}`,
        `Power over the day (local time), up to ${number(top, 1)} kW at the top of each; energy charged, and cost of the house (${result.currency}) in brackets.`,
        [
          ['PV', 'light'],
          ...sources(battery).map(([source, color]) => [`charged from ${source}`, color] as const),
          ['household', 'thin load'],
          ...(battery ? [['content of the battery, 0 to 100 %', 'thin soc'] as const] : []),
        ],
        dayCharts(slots, days, top),
      ),
    ),
    ...(days.length > 1 ? named : []).map(([name, slots]) =>
      section(
        `When it was charged, ${name}`,
        'Days from left to right, times (local) from top to bottom; strong colour is high power.',
        [...sources(battery), ['daylight on the panels', 'daylight']],
        carpet(slots, days, clock),
      ),
    ),
    section(
      `Where the energy came from, by ${each}`,
      'The left bar is what was recorded, the right one what the other configuration would have done.',
      sources(battery),
      barChart({
        ...sideBySide(groups),
        label: 'Energy charged by source, kWh',
        unit: 'kWh',
        digits: 2,
        parts: sources(battery).map(([name, color, series]) =>
          part(name, color, both(recorded, other, groups, series, 1_000)),
        ),
      }),
    ),
    section(
      `What the house cost, by ${each}`,
      `Import less export, ${result.currency}; the left bar is what was recorded, the right one the other configuration.`,
      [['balance', 'grid']],
      barChart({
        ...sideBySide(groups),
        label: `Cost of the house, ${result.currency}`,
        unit: result.currency,
        digits: 2,
        parts: [part('balance', 'grid', both(recorded, other, groups, 'cost', 1))],
      }),
    ),
    ...(result.notes.length > 0
      ? [`<h2>Notes</h2>${result.notes.map((note) => `<p>${escaped(note)}</p>`).join('')}`]
      : []),
  ];
  const first = days[0]?.date ?? '';
  const last = days.at(-1)?.date ?? '';
  const span = first === last ? dayLabel(first) : `${dayLabel(first)} to ${dayLabel(last)}`;
  const subtitle = [
    `${local(result.input.from, time)} to ${local(result.input.to, time)}`,
    `${number(result.input.cycles)} cycles`,
    `other: ${basename(result.input.config)}`,
    `evcc ${version}`,
  ];
  return page(`Replay with another configuration, ${span} ${last.slice(0, 4)}`, subtitle.join(' · '), content);
}

function tiles({ recorded, other, currency }: Comparison): Tile[] {
  const money = (value: number | null): string => (value === null ? 'unknown' : number(value, 2));
  const own = (side: Comparison['other']): string =>
    side.energyKwh === 0 ? 'none' : `${number(((side.energyKwh - side.fromGridKwh) / side.energyKwh) * 100)} %`;
  return [
    ['Cost of the house', money(other.houseCost), currency, `recorded ${money(recorded.houseCost)}`],
    ['Energy charged', number(other.energyKwh, 1), 'kWh', `recorded ${number(recorded.energyKwh, 1)}`],
    ['From PV and battery', own(other), '', `recorded ${own(recorded)}`],
    ['Cost of charging', money(other.chargingCost), currency, `recorded ${money(recorded.chargingCost)}`],
    ['Unmet energy', number(other.unmetKwh, 1), 'kWh', 'cars took it in the recording'],
    ['Starts', number(other.starts), '', `recorded ${number(recorded.starts)}`],
  ];
}

function table(result: Comparison): string {
  const rows = rowsOf(result).map(([label, recorded, other, unit]) => {
    const name = label.startsWith(' ') ? ' class="part"' : '';
    const cells = [`${recorded} ${unit}`, `${other} ${unit}`].map(
      (text) => `<td class="number">${escaped(text.trim())}</td>`,
    );
    return `<tr${name}><td>${escaped(label.trim())}</td>${cells.join('')}</tr>`;
  });
  return `<table><tr><td></td><td class="number">recorded</td><td class="number">other</td></tr>${rows.join('')}</table>`;
}

function sources(battery: boolean): readonly (readonly [name: string, color: string, series: SeriesName])[] {
  return [
    ['PV', 'pv', 'chargingPv'],
    ...(battery ? [['battery', 'battery', 'chargingBattery'] as const] : []),
    ['grid', 'grid', 'chargingGrid'],
  ];
}

/** Two bars for each group. */
function sideBySide(groups: readonly Group[]): { labels: string[]; titles: string[] } {
  return {
    labels: groups.flatMap(({ label }) => [label, '']),
    titles: groups.flatMap(({ title }) => [`${title}, recorded`, `${title}, other`]),
  };
}

function both(recorded: Slots, other: Slots, groups: readonly Group[], series: SeriesName, divisor: number): number[] {
  return groups.flatMap((group) => [recorded, other].map((slots) => total(slots, series, group) / divisor));
}

function part(name: string, color: string, values: readonly number[]): Part {
  return { name, color, values };
}
