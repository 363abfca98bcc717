import { parseArgs } from 'node:util';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

/** What a command line asks for. */
export interface Request {
  /** In the order of time */
  readonly files: readonly string[];
  readonly json: boolean;
  /** Files to write; only with a configuration to compare with */
  readonly csv?: string;
  readonly report?: string;
}

export const USAGE = `Decides a recording again, or shows what another configuration would have done.

Usage: evcc replay FILE... [--config FILE] [options]

FILE is what --record or the key \`record\` of a configuration wrote, compressed or not; several files come in the
order of time.

Without --config every cycle is decided again from what entered it, and the first decision that is not as recorded is
shown with the reasons of both. Exit code 0: there is none, 1: there is one.

With --config the recorded house (household, PV, prices, when cars came and what they took) is run through with another
configuration, and a table shows both.

  -c, --config FILE   configuration to compare with; loadpoints are matched by name
  --json              the result as JSON instead of text
  --csv FILE          the means of every quarter of an hour, as the other configuration would have had them
  --report FILE       one HTML page with charts
  -l, --log LEVEL     log of the plugins; by default warnings

Examples:
  evcc replay evcc.recording
  evcc replay evcc.recording.2.gz evcc.recording.1.gz evcc.recording --config later.config.ts --report later.html

What is recorded and how the comparison works: docs/recording.md`;

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[], compares: boolean): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      csv: { type: 'string' },
      report: { type: 'string' },
      ...PROGRAM_OPTIONS,
    },
  });
  const { csv, report, json = false } = values;
  if (positionals.length === 0) return 'the recording is missing: evcc replay FILE';
  for (const [name, value] of Object.entries({ csv, report })) {
    if (value === '') return `--${name} needs a value`;
    if (value !== undefined && !compares) return `--${name} shows another configuration, which --config must name`;
  }
  return { files: positionals, json, ...(csv !== undefined && { csv }), ...(report !== undefined && { report }) };
}
