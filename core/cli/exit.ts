import { codeOf, messageOf } from '../errors.ts';

/** What the exit codes of the program mean. */
export const EXIT = {
  /** Done, or stopped in an orderly way. */
  ok: 0,
  /** The configuration is invalid or missing. */
  config: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The house could not be started, e.g. because a port is in use. */
  start: 3,
  /** A bug. */
  bug: 70,
  /** Ended at once by a second SIGINT or SIGTERM. */
  killed: 130,
} as const;

/** Thrown for a command line that was not understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit code of an error that ended a command, and what to print of it. */
export function explain(error: unknown): { readonly code: number; readonly text: string } {
  if (error instanceof UsageError)
    return { code: EXIT.usage, text: `${error.message}\nevcc --help lists what there is.` };
  if (isParseArgsError(error)) return { code: EXIT.usage, text: messageOf(error) };
  const code = codeOf(error);
  if (code === 'EVCC_CONFIG_INVALID') return { code: EXIT.config, text: messageOf(error) };
  if (code !== undefined) return { code: EXIT.start, text: messageOf(error) };
  return { code: EXIT.bug, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function isParseArgsError(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}
