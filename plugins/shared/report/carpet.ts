import type { Slots } from '../simulation/ledger.ts';
import { type Day, monthName } from './days.ts';
import { escaped, number, picture, px } from './markup.ts';

/** When it was charged: days from left to right, the hours of the day from top to bottom. */

const WIDTH = 1_040;
const HEIGHT = 300;
const LEFT = 44;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 24;
/** W of mean power that counts as daylight for the background */
const DAYLIGHT = 0.03;
/** Wh of a slot below which nothing is drawn */
const NOTHING = 1;

export function carpet(slots: Slots, days: readonly Day[], time: (slot: number) => string): string {
  const column = (WIDTH - LEFT - RIGHT) / Math.max(1, days.length);
  const perDay = Math.max(1, ...days.map(({ from, to }) => to - from));
  const row = (HEIGHT - TOP - BOTTOM) / perDay;
  const brightest = largest(slots.pv);
  const strongest = largest(slots.charging);
  const x = (day: number): number => LEFT + day * column;
  const y = (slot: number): number => TOP + slot * row;

  const light = days.map(({ from, to }, day) => {
    const lit = range(from, to).filter((slot) => (slots.pv[slot] ?? 0) > DAYLIGHT * brightest);
    const [first, last] = [lit[0], lit.at(-1)];
    if (first === undefined || last === undefined) return '';
    return rect('daylight', x(day), y(first - from), column, (last - first + 1) * row);
  });
  const marks = days.flatMap(({ from, to, date }, day) =>
    runs(slots, from, to).map(({ first, last, color, energy }) => {
      const power = energy / (last - first + 1) / strongest;
      const strength = (0.55 + 0.45 * power).toFixed(2);
      const title = `${date} ${time(first)} to ${time(last + 1)}: ${number(energy / 1_000, 1)} kWh`;
      return `<rect class="${color}" fill-opacity="${strength}" x="${px(x(day))}" y="${px(y(first - from))}" width="${px(Math.max(0.8, column - (column > 4 ? 1 : 0)))}" height="${px((last - first + 1) * row)}"><title>${escaped(title)}</title></rect>`;
    }),
  );
  const hours = fullHours(perDay, time).map(({ place, label }) => {
    const at = px(y(place));
    return `<line class="rule" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${label}</text>`;
  });
  const dates = dateLabels(days, column).map(
    ({ day, label }) => `<text class="tick" x="${px(x(day))}" y="${HEIGHT - 7}">${escaped(label)}</text>`,
  );
  const label = 'Charging by day and time of the day, coloured by where most of the energy came from';
  return picture(WIDTH, HEIGHT, label, [...light, ...hours, ...marks, ...dates].join(''));
}

function largest(values: Float64Array): number {
  let most = 1;
  for (const value of values) most = Math.max(most, value);
  return most;
}

interface RunOfSlots {
  readonly first: number;
  readonly last: number;
  readonly color: string;
  readonly energy: number;
}

/** Neighbouring slots of similar power from the same source become one mark. */
function runs(slots: Slots, from: number, to: number): RunOfSlots[] {
  const found: RunOfSlots[] = [];
  for (const slot of range(from, to)) {
    const energy = slots.charging[slot] ?? 0;
    if (energy < NOTHING) continue;
    const color = mainSource(slots, slot);
    const before = found.at(-1);
    const mean = before ? before.energy / (before.last - before.first + 1) : 0;
    if (before?.last === slot - 1 && before.color === color && Math.abs(mean - energy) < 0.15 * mean) {
      found[found.length - 1] = { ...before, last: slot, energy: before.energy + energy };
    } else found.push({ first: slot, last: slot, color, energy });
  }
  return found;
}

function mainSource({ chargingPv, chargingBattery, chargingGrid }: Slots, slot: number): string {
  const [pv = 0, battery = 0, grid = 0] = [chargingPv[slot], chargingBattery[slot], chargingGrid[slot]];
  if (pv >= battery && pv >= grid) return 'pv';
  return battery >= grid ? 'battery' : 'grid';
}

/** Every sixth hour of the day, and where it is in a day that begins with the first slot. */
function fullHours(perDay: number, time: (slot: number) => string): { place: number; label: string }[] {
  const labels = ['00:00', '06:00', '12:00', '18:00'];
  return range(0, perDay)
    .map((place) => ({ place, label: time(place) }))
    .filter(({ label }) => labels.includes(label));
}

/** The first of each month, or days at even distances when there are few. */
function dateLabels(days: readonly Day[], column: number): { day: number; label: string }[] {
  const labels: { day: number; label: string }[] = [];
  const months = new Set(days.map(({ date }) => date.slice(0, 7))).size;
  const every = Math.max(1, Math.ceil(54 / column));
  for (const [day, { date }] of days.entries()) {
    if (months > 3) {
      if (date.endsWith('-01')) labels.push({ day, label: monthName(date).slice(0, 3) });
    } else if (day % every === 0) {
      labels.push({ day, label: `${Number(date.slice(8))} ${monthName(date).slice(0, 3)}` });
    }
  }
  return labels;
}

function rect(name: string, x: number, y: number, width: number, height: number): string {
  return `<rect class="${name}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"/>`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
