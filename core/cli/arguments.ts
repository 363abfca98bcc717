import { parseArgs } from 'node:util';
import { nearest } from '../loading/nearest.ts';
import type { GlobalOptions } from './command.ts';
import { UsageError } from './exit.ts';

/** The options that all commands share. */
const OPTIONS = {
  config: { type: 'string', short: 'c' },
  log: { type: 'string', short: 'l' },
  record: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const KNOWN: readonly string[] = Object.keys(OPTIONS).map((name) => `--${name}`);

export interface Invocation {
  /** Absent: none was named */
  readonly command?: string;
  readonly options: GlobalOptions;
  readonly help: boolean;
  readonly version: boolean;
  /** Everything but the command's name, as typed */
  readonly args: readonly string[];
  /** Why the line is no use of the shared options alone; commands with options of their own ignore it */
  readonly mistake?: string;
}

/** Reads a command line; options that are not shared are left to the command. */
export function readArguments(argv: readonly string[]): Invocation {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const options: { config?: string; log?: string; record?: string } = {};
  const flags = new Set<string>();
  const mistakes: string[] = [];
  let command: { readonly index: number; readonly value: string } | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (command) mistakes.push(`unexpected argument "${token.value}"`);
      else command = token;
    } else if (token.kind === 'option') {
      const { name, value, rawName } = token;
      if (name === 'config' || name === 'log' || name === 'record') {
        // `-c` at the end, or followed by another option.
        if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('-'))) {
          throw new UsageError(`${rawName} needs a value`);
        }
        options[name] = value;
      } else if (name === 'help' || name === 'version') flags.add(name);
      else mistakes.push(`unknown option "${rawName}"${nearest(`--${name}`, KNOWN)}`);
    }
  }
  const named = command;
  return {
    ...(named && { command: named.value }),
    options,
    help: flags.has('help'),
    version: flags.has('version'),
    args: named ? argv.filter((_, index) => index !== named.index) : argv,
    ...(mistakes[0] !== undefined && { mistake: mistakes[0] }),
  };
}
