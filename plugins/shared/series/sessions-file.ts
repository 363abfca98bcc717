import { type Problem, parseTable, type Read, shortened } from './csv.ts';
import { byLine, readTime, readWithin } from './profile-file.ts';

/** A car that was plugged in, and the energy that it took. */
export interface ChargingSession {
  readonly car: string;
  /** ms since the epoch */
  readonly plugIn: number;
  /** ms since the epoch, > `plugIn` */
  readonly plugOut: number;
  /** Wh at the charger, > 0 */
  readonly energy: number;
}

export const SESSION_COLUMNS = ['car', 'plug_in', 'plug_out', 'energy_kwh'] as const;

/** kWh, beyond which a value is in another unit */
const MOST_ENERGY = 1_000;

/** Reads sessions, sorted by the time of plugging in; `parseTime` gives ms since the epoch of an RFC 3339 text. */
export function parseSessions(
  text: string,
  parseTime: (text: string) => number | undefined,
): Read<readonly ChargingSession[]> {
  const table = parseTable(text, SESSION_COLUMNS);
  if ('problems' in table) return table;
  const problems: Problem[] = [];
  const found = table.value.rows.map((row) => {
    const car = row.cells[0] ?? '';
    if (car === '') problems.push({ line: row.line, column: 'car', message: 'the name of the car is missing' });
    const plugIn = readTime(row, 1, 'plug_in', parseTime, problems);
    const plugOut = readTime(row, 2, 'plug_out', parseTime, problems);
    const energy = readWithin(row, 3, 'energy_kwh', 0, MOST_ENERGY, 'kWh', problems);
    return { line: row.line, session: { car, plugIn, plugOut, energy: energy * 1_000 } };
  });
  if (problems.length > 0) return { problems: shortened(byLine(problems)) };

  const sorted = found.toSorted((a, b) => a.session.plugIn - b.session.plugIn);
  const last = new Map<string, (typeof sorted)[number]>();
  for (const entry of sorted) {
    const { line, session } = entry;
    const before = last.get(session.car);
    if (session.plugOut <= session.plugIn) {
      problems.push({ line, column: 'plug_out', message: 'not later than plug_in' });
    } else if (before && session.plugIn < before.session.plugOut) {
      const message = `${session.car} is still plugged in: its session of line ${before.line} ends later`;
      problems.push({ line, column: 'plug_in', message });
    }
    if (!before || session.plugOut > before.session.plugOut) last.set(session.car, entry);
  }
  if (problems.length > 0) return { problems: shortened(byLine(problems)) };
  return { value: sorted.map(({ session }) => session) };
}
