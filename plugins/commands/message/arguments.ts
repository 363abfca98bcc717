import { parseArgs } from 'node:util';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

/** What a command line asks for. */
export interface Request {
  /** Event whose message is sent; absent: a test message */
  readonly event?: string;
}

export const USAGE = `Sends a message to everybody that the configuration names under messaging, and says what came of it.

Usage: evcc message test [options]

  --event EVENT       the message of this event, such as connect, instead of a test message; what only the running
                      house knows is shown as ?
  -c, --config FILE   configuration to use

Examples:
  evcc message test
  evcc message test --event planoverrun

The house need not run. Events, texts and services: docs/messaging.md`;

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[]): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      event: { type: 'string' },
      ...PROGRAM_OPTIONS,
    },
  });
  const [what, ...others] = positionals;
  if (what !== 'test' || others.length > 0) return 'what shall be done? There is: evcc message test';
  return values.event === undefined ? {} : { event: values.event };
}
