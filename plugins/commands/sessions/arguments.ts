import { parseArgs } from 'node:util';
import type { Time } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { FORMATS, type Format } from './file.ts';

/** What a command line asks for. */
export type Request =
  | {
      readonly what: 'export';
      /** Absent: standard output */
      readonly file?: string;
      readonly format: Format;
      /** ms since the epoch, of the beginning of sessions */
      readonly created: { readonly from?: number; readonly until?: number };
    }
  | { readonly what: 'import'; readonly file: string };

export const USAGE = `Charging sessions as files, the same in every language: times in RFC 3339, numbers with a point, kWh, s, km, %.

Usage: evcc sessions export [FILE] [options]
       evcc sessions import FILE [options]

export writes all sessions, oldest first; without FILE to the terminal. The house may be running.
import adds the sessions of such a file. Those that are there already (same beginning, same loadpoint) are left out. The house
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
must not be running. A file with a mistake changes nothing.

      --format FORMAT  csv or json; by default what the name of FILE ends with, else csv
      --from TIME      sessions that began at or after it, e.g. 2025-01-01T00:00:00+01:00
      --to TIME        sessions that began before it
  -c, --config FILE    configuration of the house, which says where its database is

Examples:
  evcc sessions export sessions.csv
  evcc sessions export --format json --from 2025-01-01T00:00:00Z
  evcc sessions import sessions.csv`;

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[], { parse }: Time): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      ...PROGRAM_OPTIONS,
    },
  });
  const [what, file, ...others] = positionals;
  if (what !== 'export' && what !== 'import') return 'say whether to export or to import';
  if (others.length > 0) return `one file at a time: "${others[0]}" is too much`;
  if (what === 'import') {
    const option = (['format', 'from', 'to'] as const).find((name) => values[name] !== undefined);
    if (option) return `--${option} has no meaning for import`;
    return file === undefined ? 'name the file to import' : { what, file };
  }
  const format = FORMATS.find((each) => each === (values.format ?? (file?.endsWith('.json') ? 'json' : 'csv')));
  if (!format) return `--format must be one of ${FORMATS.join(', ')}, not "${values.format}"`;
  const [from, until] = [values.from, values.to].map((text) => (text === undefined ? undefined : parse(text)));
  for (const [name, text, at] of [
    ['from', values.from, from],
    ['to', values.to, until],
  ] as const) {
    if (text !== undefined && at === undefined) return `--${name} must be like 2025-01-31T22:00:00Z, not "${text}"`;
  }
  const created = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
  return { what, format, created, ...(file !== undefined && { file }) };
}
