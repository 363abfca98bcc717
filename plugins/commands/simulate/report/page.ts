import type { CommandContext } from '../../../../core/index.ts';
import { barChart, type Part } from '../../../shared/report/bars.ts';
import { carpet } from '../../../shared/report/carpet.ts';
import { dayCharts, topOfDays } from '../../../shared/report/day-charts.ts';
import {
  type Day,
  dayLabel,
  daysOf,
  type Group,
  groupsOf,
  type SeriesName,
  total,
} from '../../../shared/report/days.ts';
import { number } from '../../../shared/report/markup.ts';
import { page, section, type Tile, tilesOf } from '../../../shared/report/shell.ts';
import type { Slots } from '../../../shared/simulation/ledger.ts';
import type { Result } from '../result.ts';
import type { Run } from '../run.ts';
import { describe } from '../table.ts';
import { totals } from './totals.ts';

/** The result as one HTML page that needs nothing else: no script, no font, no network. */
export function toPage(result: Result, run: Run, context: CommandContext): string {
  const { slots } = run.recorder;
  const days = daysOf(slots, context.time);
  const groups = groupsOf(days);
  const clock = (slot: number): string => context.time.format(slots.start + slot * slots.slot).slice(11, 16);
  const hasBattery = result.battery !== null;
  const { currency } = result.site;
  const each = groups.length === days.length ? 'day' : 'month';
  const missing = missingPart(run, days, groups);
  const sections = [
    section(
      `Where the energy came from, by ${each}`,
      'Energy that was charged. The household takes PV and battery first; what is left charges the car.',
      [...sources(hasBattery), ...(missing ? [['wanted, but not charged', 'missing'] as const] : [])],
      barChart({
        ...bars(groups),
        label: 'Energy charged by source, kWh',
        unit: 'kWh',
        digits: 1,
        parts: [
          ...sources(hasBattery).map(([name, color, series]) => energyPart(name, color, series, slots, groups)),
          ...(missing ? [missing] : []),
        ],
      }),
    ),
    section(
      'When it was charged',
      'Days from left to right, times (UTC) from top to bottom; strong colour is high power.',
      [...sources(hasBattery), ['daylight on the panels', 'daylight']],
      carpet(slots, days, clock),
    ),
    section(
      `What the house cost, by ${each}`,
      `Import at its price above the line, revenue of export below it; the mark is the balance, ${currency}.`,
      [
        ['import', 'grid'],
        ['export', 'export'],
        ['balance', 'thin mark'],
      ],
      barChart({
        ...bars(groups),
        label: `Cost of the house, ${currency}`,
        unit: currency,
        digits: 2,
        parts: [
          { name: 'import', color: 'grid', values: groups.map((group) => total(slots, 'importCost', group)) },
          { name: 'export', color: 'export', values: groups.map((group) => -total(slots, 'exportRevenue', group)) },
        ],
        marks: { name: 'balance', color: 'mark', values: groups.map((group) => total(slots, 'cost', group)) },
      }),
    ),
    section(
      'Every day',
      `Power over the day, up to ${number(topOfDays(slots), 1)} kW at the top of each; energy charged, and cost of the house (${currency}) in brackets.`,
      [
        ['PV', 'light'],
        ...sources(hasBattery).map(([name, color]) => [`charged from ${name}`, color] as const),
        ['household', 'thin load'],
        ...(hasBattery ? [['content of the battery, 0 to 100 %', 'thin soc'] as const] : []),
      ],
      dayCharts(slots, days),
    ),
    `<h2>All totals</h2>${totals(result)}`,
  ];
  return page(title(days), subtitle(result, context.version), [tiles(result), ...sections]);
}

function title(days: readonly Day[]): string {
  const named = (day: Day | undefined): string => (day ? `${dayLabel(day.date)} ${day.date.slice(0, 4)}` : '');
  const [first, last] = [named(days[0]), named(days.at(-1))];
  return `House simulation, ${first === last ? first : `${first} to ${last}`}`;
}

function subtitle({ input, house, run }: Result, version: string): string {
  return [
    `${number(input.days, input.days % 1 === 0 ? 0 : 1)} days`,
    input.cars.length > 0 ? `${input.cars.length === 1 ? 'car' : 'cars'} ${input.cars.join(', ')}` : '',
    `house: ${describe(house)}`,
    `${number(run.cycles)} cycles, one every ${house.intervalSeconds} s`,
    `evcc ${version}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function tiles({ charging, sessions, site }: Result): string {
  const own = charging.fromPvKwh + charging.fromBatteryKwh;
  const share = charging.energyKwh === 0 ? '' : `${number((own / charging.energyKwh) * 100)} % from PV and battery`;
  const money = (value: number | null): string => (value === null ? 'unknown' : number(value, 2));
  const consumed = site.householdKwh + charging.energyKwh;
  const independence = consumed === 0 ? 0 : Math.max(0, 1 - site.importKwh / consumed);
  const list: readonly Tile[] = [
    [
      'Cost of the house',
      money(site.cost),
      site.currency,
      `import ${money(site.importCost)}, export ${money(site.exportRevenue)}`,
    ],
    ['Energy charged', number(charging.energyKwh), 'kWh', share],
    [
      'Cost of charging',
      money(charging.cost),
      site.currency,
      charging.pricePerKwh === null ? '' : `${charging.pricePerKwh.toFixed(3)} ${site.currency}/kWh`,
    ],
    ...(sessions
      ? [
          [
            'Unmet energy',
            number(sessions.unmetKwh),
            'kWh',
            `in ${sessions.unmetCount} of ${sessions.count} sessions`,
          ] as const,
        ]
      : []),
    ['Own supply', number(independence * 100), '%', 'of all consumption not from the grid'],
    ['Starts', number(charging.starts), '', `${number(charging.phaseSwitches)} phase switches`],
  ];
  return tilesOf(list);
}

function sources(hasBattery: boolean): readonly (readonly [name: string, color: string, series: SeriesName])[] {
  return [
    ['PV', 'pv', 'chargingPv'],
    ...(hasBattery ? [['battery', 'battery', 'chargingBattery'] as const] : []),
    ['grid', 'grid', 'chargingGrid'],
  ];
}

function bars(groups: readonly Group[]): { labels: string[]; titles: string[] } {
  return { labels: groups.map(({ label }) => label), titles: groups.map((group) => group.title) };
}

function energyPart(name: string, color: string, series: SeriesName, slots: Slots, groups: readonly Group[]): Part {
  return { name, color, values: groups.map((group) => total(slots, series, group) / 1_000) };
}

/** What cars that left in each group had wanted besides; absent: nothing, or no sessions were given. */
function missingPart({ visits = [], recorder }: Run, days: readonly Day[], groups: readonly Group[]): Part | undefined {
  const { start, slot } = recorder.slots;
  const byDay = new Map<Day, number>();
  for (const { plugOut, energy, delivered } of visits) {
    const last = Math.floor((plugOut - 1 - start) / slot);
    const day = days.find(({ from, to }) => last >= from && last < to);
    if (day) byDay.set(day, (byDay.get(day) ?? 0) + (energy - delivered) / 1_000);
  }
  const values = groups.map((group) => group.days.reduce((sum, day) => sum + (byDay.get(day) ?? 0), 0));
  return values.some((value) => value > 0.01) ? { name: 'not charged', color: 'missing', values } : undefined;
}
