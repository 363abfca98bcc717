import type { Session, Time } from '../../../core/index.ts';
import { COLUMNS, fromPlain, toPlain } from './columns.ts';
import { csvLine, parseCsv } from './csv.ts';

/** Files of sessions. */

export const FORMATS = ['csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** The pieces of a file. */
export function* written(sessions: Iterable<Session>, format: Format, time: Time): Iterable<string> {
  const names = COLUMNS.map(({ name }) => name);
  if (format === 'csv') yield csvLine(names);
  let before = '[\n';
  for (const session of sessions) {
    const plain = toPlain(session, time);
    if (format === 'csv') yield csvLine(names.map((name) => String(plain[name] ?? '')));
    else yield `${before}${JSON.stringify(plain)}`;
    before = ',\n';
  }
  if (format === 'json') yield before === '[\n' ? '[]\n' : '\n]\n';
}

/** As many problems as one wants to see at once */
const MOST_PROBLEMS = 20;

/** The sessions of a file, or what is wrong with it. */
export function read(text: string, time: Time): readonly Session[] | { readonly problems: readonly string[] } {
  const found = /^\uFEFF?\s*[[{]/.test(text) ? jsonRecords(text) : csvRecords(text);
  if (typeof found === 'string') return { problems: [found] };
  const sessions: Session[] = [];
  const problems: string[] = [];
  for (const { place, record } of found) {
    const session = fromPlain(record, time);
    if (typeof session === 'string') problems.push(`${place}: ${session}`);
    else sessions.push(session);
  }
  if (problems.length === 0) return sessions;
  const rest = problems.length - MOST_PROBLEMS;
  return { problems: rest > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${rest} more`] : problems };
}

interface Found {
  /** Where in the file */
  readonly place: string;
  readonly record: Readonly<Record<string, unknown>>;
}

function jsonRecords(text: string): Found[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return `this is no JSON, or it was cut off: ${(error as Error).message}`;
  }
  if (!Array.isArray(value)) return 'this is no list of sessions';
  const known = COLUMNS.map(({ name }) => name);
  const found: Found[] = [];
  for (const [index, record] of value.entries()) {
    const place = `session ${index + 1}`;
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return `${place} is no object`;
    const unknown = Object.keys(record).find((name) => !known.includes(name));
    if (unknown !== undefined) return `${place}: ${unknownColumn(unknown)}`;
    found.push({ place, record: record as Found['record'] });
  }
  return found;
}

function csvRecords(text: string): Found[] | string {
  const rows = parseCsv(text);
  if (typeof rows === 'string') return rows;
  const [header, ...others] = rows;
  if (!header) return 'the file is empty';
  const names = header.cells.map((name) => name.trim());
  const unknown = names.find((name) => !COLUMNS.some((column) => column.name === name));
  if (unknown !== undefined) return `line 1: ${unknownColumn(unknown)}`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `line 1: the column ${twice} is there twice`;
  const missing = COLUMNS.find(({ name, required }) => required && !names.includes(name));
  if (missing) return `line 1: the column ${missing.name} is missing`;
  const odd = others.find(({ cells }) => cells.length !== names.length);
  if (odd) return `line ${odd.line}: ${odd.cells.length} values instead of ${names.length}`;
  return others.map(({ line, cells }) => ({
    place: `line ${line}`,
    record: Object.fromEntries(names.map((name, index) => [name, cells[index]])),
  }));
}

function unknownColumn(name: string): string {
  const known = COLUMNS.map((column) => column.name).join(', ');
  return `there is no column "${name.slice(0, 60)}"; there are ${known}`;
}
