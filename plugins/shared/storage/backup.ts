import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { StoreCopy, StoredRows, StoredValue } from '../../../core/index.ts';
import { columnsProblem, rowProblem } from './columns.ts';

/**
 * Backups: compressed lines of JSON, the same for every database. A header, for each table a line with its columns, rows as
 * lists of values, and a last line that counts the rows, so that a file that was cut off is found out.
 */

/** Version of the format itself */
const FORMAT = 1;
/** Rows that are handed on at once */
const PORTION = 1_000;
/** Characters of a line; longer ones are no rows */
const LONGEST_LINE = 16 * 1024 * 1024;

export interface BackupHeader {
  /** Version of the tables */
  readonly version: number;
  /** Version of the program that wrote it */
  readonly release: string;
  /** RFC 3339 */
  readonly created: string;
}

/** Why a file cannot be restored: a sentence without the name of the file. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The bytes of a backup. Emits an error where the database fails. */
export function writeBackup(copy: StoreCopy, about: Omit<BackupHeader, 'version'>): Readable {
  const lines = Readable.from(linesOf(copy, about));
  const packed = createGzip();
  lines.once('error', (error) => packed.destroy(error));
  packed.once('close', () => lines.destroy());
  return lines.pipe(packed);
}

async function* linesOf(copy: StoreCopy, about: Omit<BackupHeader, 'version'>): AsyncIterable<string> {
  const header: BackupHeader & { evcc: string; format: number } = {
    evcc: 'backup',
    format: FORMAT,
    version: copy.version,
    ...about,
  };
  yield `${JSON.stringify(header)}\n`;
  const counts = new Map<string, number>();
  for await (const { table, columns, rows } of copy.read()) {
    const count = counts.get(table);
    const begin = count === undefined ? `${JSON.stringify({ table, columns })}\n` : '';
    counts.set(table, (count ?? 0) + rows.length);
    yield begin + rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
  yield `${JSON.stringify({ rows: Object.fromEntries(counts) })}\n`;
}

/** A backup that is being read: its header, then its rows. Every row is checked. */
export interface Backup {
  readonly header: BackupHeader;
  /** Rejects with `BackupError` at the first line that is wrong, and at the end of a file that was cut off. */
  readonly rows: AsyncIterable<StoredRows>;
}

/** Begins to read a backup. `version` is that of the tables here. Errors: `BackupError`. */
export async function readBackup(file: Readable, version: number): Promise<Backup> {
  const lines = unpacked(file)[Symbol.asyncIterator]();
  const first = await lines.next();
  const header = first.done ? undefined : headerOf(first.value.text);
  const refusal = header ? tooNew(header, version) : 'this is no backup of evcc; nothing was changed';
  if (header && refusal === undefined) return { header, rows: rowsOf({ [Symbol.asyncIterator]: () => lines }) };
  await lines.return?.();
  throw new BackupError(refusal ?? '');
}

function tooNew(header: BackupHeader & { readonly format: number }, version: number): string | undefined {
  if (header.version <= version && header.format <= FORMAT) return undefined;
  return `it was written by a newer release (${header.release}): install that release first; nothing was changed`;
}

interface Line {
  /** From 1 */
  readonly number: number;
  readonly text: string;
}

async function* unpacked(file: Readable): AsyncIterable<Line> {
  const gunzip = createGunzip();
  file.once('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  try {
    for await (const chunk of gunzip) {
      // What is there of a line is not looked at again with each chunk: that would take ages of a long one.
      const [more = '', ...begun] = decoder.decode(chunk as Uint8Array, { stream: true }).split('\n');
      rest += more;
      for (const next of begun) {
        number += 1;
        yield { number, text: rest };
        rest = next;
      }
      if (rest.length > LONGEST_LINE) throw new BackupError(`line ${number + 1} is too long`);
    }
  } catch (error) {
    throw explained(error);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
  if (rest !== '') throw new BackupError('it was cut off; nothing was changed');
}

/** What unpacking says of files that are no backups, or not whole. Source: zlib manual, return codes */
function explained(error: unknown): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'Z_BUF_ERROR') return new BackupError('it was cut off; nothing was changed');
  if (code === 'Z_DATA_ERROR')
    return new BackupError('this is no backup of evcc, or a damaged one; nothing was changed');
  return error;
}

function headerOf(text: string): (BackupHeader & { readonly format: number }) | undefined {
  const { evcc, format, version, release, created } = object(text) ?? {};
  if (evcc !== 'backup' || typeof format !== 'number' || typeof version !== 'number') return undefined;
  return { format, version, release: String(release), created: String(created) };
}

async function* rowsOf(lines: AsyncIterable<Line>): AsyncIterable<StoredRows> {
  const counts: Record<string, number> = {};
  let current: { readonly table: string; readonly columns: readonly string[] } | undefined;
  let rows: StoredValue[][] = [];
  const portion = (): StoredRows[] => {
    const full = current && rows.length > 0 ? [{ ...current, rows }] : [];
    rows = [];
    return full;
  };
  let ended = false;
  for await (const { number, text } of lines) {
    const wrong = (why: string): never => {
      throw new BackupError(`line ${number}: ${why}; nothing was changed`);
    };
    if (ended) wrong('there is something behind the end');
    const value = json(text);
    if (Array.isArray(value)) {
      if (!current) return wrong('a row without a table');
      const problem = rowProblem(current, value);
      if (problem !== undefined) wrong(problem);
      rows.push(value as StoredValue[]);
      counts[current.table] = (counts[current.table] ?? 0) + 1;
      if (rows.length >= PORTION) yield* portion();
      continue;
    }
    yield* portion();
    const { table, columns, rows: expected } = object(text) ?? wrong('this is no line of a backup');
    if (typeof table === 'string' && Array.isArray(columns)) {
      current = { table, columns: columns.map(String) };
      const problem = columnsProblem(current);
      if (problem !== undefined) wrong(problem);
    } else {
      const counted = JSON.stringify(Object.entries(counts).sort());
      const told = Object.entries(object(JSON.stringify(expected)) ?? {}).filter(([, count]) => count !== 0);
      if (JSON.stringify(told.sort()) !== counted) wrong('it does not have the rows that it should have');
      ended = true;
    }
  }
  if (!ended) throw new BackupError('it was cut off; nothing was changed');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function object(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = json(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
