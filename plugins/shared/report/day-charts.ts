import type { Slots } from '../simulation/ledger.ts';
import { type Day, dayLabel, type Group, monthsOf, total } from './days.ts';
import { escaped, number, picture, px } from './markup.ts';

/** Every day as a small chart: PV, household, charging by source, content of the battery. */

const WIDTH = 240;
const HEIGHT = 96;
const TOP = 4;
const BOTTOM = 10;
/** As many days that nothing needs to be folded away */
const FEW_DAYS = 14;

/** `top` is the power at the top of every chart, kW, for several that are to be compared; absent: the highest one. */
export function dayCharts(slots: Slots, days: readonly Day[], top: number = topOfDays(slots)): string {
  const perDay = Math.max(1, ...days.map(({ from, to }) => to - from));
  const highest = (top * 1_000 * slots.slot) / 3_600_000;
  const chart = (day: Day): string => dayChart(slots, day, perDay, highest);
  if (days.length <= FEW_DAYS) return `<div class="days large">${days.map(chart).join('')}</div>`;
  return monthsOf(days)
    .map(
      (month) =>
        `<details><summary>${summary(slots, month)}</summary><div class="days">${month.days.map(chart).join('')}</div></details>`,
    )
    .join('');
}

/** Wh, the most in any slot */
function highestOf({ pv, charging, load }: Slots): number {
  let highest = 1;
  for (const values of [pv, charging, load]) for (const energy of values) highest = Math.max(highest, energy);
  return highest;
}

/** kW, the highest power in any slot */
export function topOfDays(slots: Slots): number {
  return (highestOf(slots) * 3_600_000) / slots.slot / 1_000;
}

function summary(slots: Slots, month: Group): string {
  const charged = total(slots, 'charging', month);
  const own = total(slots, 'chargingPv', month) + total(slots, 'chargingBattery', month);
  const share = charged > 0 ? `, ${number((own / charged) * 100)} % of it from PV and battery` : '';
  return `<b>${escaped(month.label)}</b> <span>${number(charged / 1_000)} kWh charged${share}</span>`;
}

function dayChart(slots: Slots, day: Day, perDay: number, highest: number): string {
  const column = WIDTH / perDay;
  const y = (energy: number): number => TOP + (1 - energy / highest) * (HEIGHT - TOP - BOTTOM);
  const charged = total(slots, 'charging', { days: [day] });
  const cost = total(slots, 'cost', { days: [day] });
  const content = [
    area('light', slots.pv, day, column, y),
    ...bars(slots, day, column, y),
    line('load', slots.load, day, column, y),
    soc(slots, day, column),
    `<line class="zero" x1="0" x2="${WIDTH}" y1="${px(y(0))}" y2="${px(y(0))}"/>`,
    ...[6, 12, 18].map((hour) => {
      const at = px((hour / 24) * WIDTH);
      return `<line class="hour" x1="${at}" x2="${at}" y1="${px(y(0))}" y2="${px(y(0) + 4)}"/>`;
    }),
  ].join('');
  const facts = charged > 0 ? `${number(charged / 1_000, 1)} kWh` : '';
  const money = Number.isNaN(cost) ? '' : ` (${number(cost, 2)})`;
  const label = `${day.date}: ${number(charged / 1_000, 1)} kWh charged`;
  return `<figure>${picture(WIDTH, HEIGHT, label, content, 'day')}<figcaption><b>${dayLabel(day.date)}</b> <span>${facts}${money}</span></figcaption></figure>`;
}

function bars(slots: Slots, { from, to }: Day, column: number, y: (energy: number) => number): string[] {
  const sources = [
    ['pv', slots.chargingPv],
    ['battery', slots.chargingBattery],
    ['grid', slots.chargingGrid],
  ] as const;
  const paths = new Map<string, string>();
  for (let slot = from; slot < to; slot += 1) {
    let below = 0;
    for (const [name, values] of sources) {
      const energy = values[slot] ?? 0;
      if (energy < 1) continue;
      const left = px((slot - from) * column);
      const shape = `M${left} ${px(y(below))}V${px(y(below + energy))}h${px(column)}V${px(y(below))}z`;
      paths.set(name, `${paths.get(name) ?? ''}${shape}`);
      below += energy;
    }
  }
  return [...paths].map(([name, shape]) => `<path class="${name}" d="${shape}"/>`);
}

function area(name: string, values: Float64Array, day: Day, column: number, y: (energy: number) => number): string {
  const points = steps(values, day, column, y);
  const width = px((day.to - day.from) * column);
  return points === '' ? '' : `<path class="${name}" d="M0 ${px(y(0))}${points}H${width}V${px(y(0))}z"/>`;
}

function line(name: string, values: Float64Array, day: Day, column: number, y: (energy: number) => number): string {
  const points = steps(values, day, column, y).replace('V', 'M0 ');
  return points === '' ? '' : `<path class="${name}" d="${points}H${px((day.to - day.from) * column)}"/>`;
}

/** The means as steps; empty: all are zero. */
function steps(values: Float64Array, { from, to }: Day, column: number, y: (energy: number) => number): string {
  let path = '';
  let last = '';
  let some = false;
  for (let slot = from; slot < to; slot += 1) {
    const energy = values[slot] ?? 0;
    const at = px(y(energy));
    if (energy > 0) some = true;
    if (at !== last) path += slot === from ? `V${at}` : `H${px((slot - from) * column)}V${at}`;
    last = at;
  }
  return some ? path : '';
}

/** Content of the battery, from the bottom (0 %) to the top (100 %). */
function soc(slots: Slots, { from, to }: Day, column: number): string {
  if (Number.isNaN(slots.soc[from])) return '';
  let path = '';
  for (let slot = from; slot < to; slot += 1) {
    const at = TOP + (1 - (slots.soc[slot] ?? 0) / 100) * (HEIGHT - TOP - BOTTOM);
    path += `${slot === from ? 'M' : 'L'}${px((slot - from + 1) * column)} ${px(at)}`;
  }
  return `<path class="soc" d="${path}"/>`;
}
