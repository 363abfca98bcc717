import { parseArgs } from 'node:util';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { wrongAddress } from '../../shared/own-house.ts';

/** What a command line asks for. */
export interface Request {
  /** Number, name or title; absent: all loadpoints */
  readonly loadpoint?: string;
  /** Address of the house; absent: that of the configuration */
  readonly url?: string;
  /** Changes to show besides the present decision; 0: none */
  readonly history: number;
  readonly json: boolean;
}

export const USAGE = `Asks the running house why its loadpoints charge as they do.

Usage: evcc why [loadpoint] [options]

LOADPOINT is a number from 1, a name or a title; without it all loadpoints explain themselves.

  --history N         the last N decisions that changed something, newest first; 1 to 1000
  --url URL           address of the house, e.g. http://192.168.1.10:7070; by default this machine at the port of the
                      configuration
  --json              the decisions as JSON instead of text
  -c, --config FILE   configuration of the house

A house that asks for a token takes one of its configuration, or that of the variable EVCC_TOKEN.

Examples:
  evcc why
  evcc why garage --history 20
  evcc why 2 --url http://evcc.local:7070 --json

What a decision consists of, and all codes: docs/reasons.md`;

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[]): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      history: { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean' },
      ...PROGRAM_OPTIONS,
    },
  });
  const [loadpoint, ...others] = positionals;
  if (others.length > 0) return `one loadpoint at a time, or all: "${others[0]}" is too much`;
  const { url, history = '0', json = false } = values;
  if (values.history !== undefined && !(/^[1-9]\d{0,3}$/.test(history) && Number(history) <= 1_000)) {
    return `--history must be a whole number from 1 to 1000, not "${history}"`;
  }
  const wrong = wrongAddress(url);
  if (wrong !== undefined) return wrong;
  return {
    history: Number(history),
    json,
    ...(loadpoint !== undefined && { loadpoint }),
    ...(url !== undefined && { url }),
  };
}
