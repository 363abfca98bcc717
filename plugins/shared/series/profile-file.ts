import { type Problem, parseNumber, parseTable, type Read, type Row, shortened } from './csv.ts';

/** Measured series of a house: one mean for each slot, slots of equal length without gap. */
export interface Profile {
  /** ms since the epoch of the first slot */
  readonly start: number;
  /** ms, length of every slot */
  readonly slot: number;
  /** W ≥ 0, household without charging */
  readonly load: readonly number[];
  /** W ≥ 0, solar production */
  readonly pv: readonly number[];
  /** Currency per kWh, negative is possible */
  readonly price: readonly number[];
}

export const PROFILE_COLUMNS = ['start', 'load_w', 'pv_w', 'price_eur_per_kwh'] as const;

const MINUTE = 60_000;
/** ms; shorter slots are no means of anything that is controlled every few seconds */
const SHORTEST_SLOT: number = MINUTE;
/** ms; longer ones lose the course of a day */
const LONGEST_SLOT: number = 120 * MINUTE;
/** W, beyond which a value is no power of a house but another unit */
const MOST_POWER = 1_000_000;
/** Currency per kWh, beyond which a value is a price of a MWh */
const MOST_PRICE = 10;

/** Reads a profile; `parseTime` gives ms since the epoch of an RFC 3339 text. */
export function parseProfile(text: string, parseTime: (text: string) => number | undefined): Read<Profile> {
  const table = parseTable(text, PROFILE_COLUMNS);
  if ('problems' in table) return table;
  const { rows } = table.value;
  const problems: Problem[] = [];
  const times = rows.map((row) => readTime(row, 0, 'start', parseTime, problems));
  const load = rows.map((row) => readWithin(row, 1, 'load_w', 0, MOST_POWER, 'W', problems));
  const pv = rows.map((row) => readWithin(row, 2, 'pv_w', 0, MOST_POWER, 'W', problems));
  const price = rows.map((row) =>
    readWithin(row, 3, 'price_eur_per_kwh', -MOST_PRICE, MOST_PRICE, 'per kWh', problems),
  );
  if (problems.length > 0) return { problems: shortened(byLine(problems)) };

  const slot = slotOf(times, rows, problems);
  if (problems.length > 0) return { problems: shortened(problems) };
  return { value: { start: times[0] ?? 0, slot, load, pv, price } };
}

/** ms between two rows: all the same, or `problems` says where not. */
function slotOf(times: readonly number[], rows: readonly Row[], problems: Problem[]): number {
  const [first = 0, second] = times;
  if (second === undefined) {
    problems.push({ message: 'one row is not enough: the length of a slot is the time between two' });
    return 0;
  }
  const slot = second - first;
  if (slot < SHORTEST_SLOT || slot > LONGEST_SLOT || slot % MINUTE !== 0) {
    const message =
      slot <= 0
        ? 'not later than the row before: rows must be in the order of time'
        : `${slot / MINUTE} min after the row before: slots may have 1 to 120 whole minutes`;
    problems.push({ line: rows[1]?.line ?? 0, column: 'start', message });
    return slot;
  }
  for (const [index, time] of times.entries()) {
    const before = times[index - 1];
    if (before === undefined || time - before === slot) continue;
    const gap = (time - before) / MINUTE;
    const message =
      gap <= 0
        ? 'not later than the row before: rows must be in the order of time'
        : `${gap} min after the row before instead of ${slot / MINUTE}: all slots must have the same length, without gaps; times are in UTC or with offset`;
    problems.push({ line: rows[index]?.line ?? 0, column: 'start', message });
  }
  return slot;
}

/** ms since the epoch of a cell; adds a problem when it is none. */
export function readTime(
  { line, cells }: Row,
  place: number,
  column: string,
  parseTime: (text: string) => number | undefined,
  problems: Problem[],
): number {
  const text = cells[place] ?? '';
  const time = parseTime(text);
  if (time !== undefined) return time;
  problems.push({
    line,
    column,
    message: `"${text}" is no time: write 2023-01-31T22:30:00Z, or with an offset as +01:00`,
  });
  return 0;
}

/** The number of a cell; adds a problem when it is none or out of range. */
export function readWithin(
  { line, cells }: Row,
  place: number,
  column: string,
  from: number,
  to: number,
  unit: string,
  problems: Problem[],
): number {
  const text = cells[place] ?? '';
  const value = parseNumber(text);
  if (value !== undefined && value >= from && value <= to) return value;
  const what = value === undefined ? 'is no number' : 'is out of range';
  problems.push({ line, column, message: `"${text}" ${what}: allowed are ${from} to ${to} ${unit}` });
  return 0;
}

/** In the order in which one reads the file. */
export function byLine(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
