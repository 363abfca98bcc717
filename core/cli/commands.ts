import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EvccError, messageOf } from '../errors.ts';
import { importFile, indexOf } from '../loading/import.ts';
import { nearest } from '../loading/nearest.ts';
import { isTypeName } from '../loading/registry.ts';
import type { Command } from './command.ts';
import { EXIT, UsageError } from './exit.ts';

/** Commands of core itself, with a line of help each. */
export const OWN_COMMANDS: Readonly<Record<string, string>> = {
  start: 'runs the house until it is stopped; the default',
  check: 'validates the configuration and prints every problem',
};

/** The further commands, which live in `plugins/commands/`. */
export interface Commands {
  names(): string[];
  /** Errors: `UsageError` for an unknown name, `EVCC_PLUGIN_FAILED` for a broken module */
  load(name: string): Promise<Command>;
}

export function createCommands(builtins: URL = new URL('../../plugins/', import.meta.url)): Commands {
  const root = join(fileURLToPath(builtins), 'commands');
  const names = (): string[] =>
    existsSync(root)
      ? readdirSync(root)
          .filter((name) => isTypeName(name) && indexOf(join(root, name)) !== undefined)
          .sort()
      : [];
  return {
    names,
    async load(name) {
      const file = isTypeName(name) ? indexOf(join(root, name)) : undefined;
      if (!file) {
        throw new UsageError(`unknown command "${name}"${nearest(name, [...Object.keys(OWN_COMMANDS), ...names()])}`);
      }
      const { default: command } = await importFile(pathToFileURL(file).href).catch((error: unknown): never => {
        throw new EvccError('EVCC_PLUGIN_FAILED', `command ${name} cannot be loaded: ${messageOf(error)}`, {
          cause: error,
        });
      });
      if (isCommand(command)) return command;
      throw new EvccError('EVCC_PLUGIN_FAILED', `${file} has no default export that is a command`);
    },
  };
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== 'object' || value === null) return false;
  const { name, summary, usage, run } = value as Partial<Record<keyof Command, unknown>>;
  return [name, summary, usage].every((text) => typeof text === 'string') && typeof run === 'function';
}

/** What `evcc --help` prints. */
export async function mainUsage(commands: Commands, version: string): Promise<string> {
  const others = await Promise.all(commands.names().map((name) => commands.load(name)));
  const rows = [...Object.entries(OWN_COMMANDS), ...others.map(({ name, summary }) => [name, summary] as const)];
  return `evcc ${version}: charges cars from solar surplus and cheap hours

Usage: evcc [command] [options]

Commands:
${rows.map(([name, summary]) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

Options:
  -c, --config FILE           configuration to use; by default evcc.config.ts (.mts, .js, .mjs, .json, .yaml, .yml)
                              of the current folder
  -l, --log LEVEL[,AREA:LEVEL]  debug, info, warn, error or silent; AREA is the name in brackets in the log
      --record FILE           writes down everything that enters the decisions, for evcc replay
  -v, --version               prints the version
  -h, --help                  prints this text, or the help of a command

Exit codes:
  ${EXIT.ok}   done, or stopped by SIGINT, SIGTERM or a shutdown command
  ${EXIT.config}   the configuration is invalid or missing
  ${EXIT.usage}   the command line was not understood
  ${EXIT.start}   could not be started, for example because a port is in use
  ${EXIT.bug}  an error that nobody caught: a bug, please report it with the log
  ${EXIT.killed} ended at once by a second SIGINT or SIGTERM`;
}
