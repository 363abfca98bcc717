import { parseArgs } from 'node:util';

/** What a command line asks for. */
export interface Request {
  /** The YAML file */
  readonly file: string;
  /** Absent: standard output */
  readonly output?: string;
  /** File for the values of the variables; absent: they are written nowhere */
  readonly secrets?: string;
  readonly force: boolean;
}

export const USAGE = `Writes the configuration of this program for the evcc.yaml of an existing evcc.

Usage: evcc migrate FILE [options]

Devices, tariffs, plugins and sections become those of this program; where something was decided, a comment says so. What has no
counterpart is listed, and stands as comment at its place. The result is checked as evcc check does. FILE is only read.

Passwords, tokens and keys are not written to the configuration: it takes them from environment variables, whose names are listed.

      --output FILE   what to write, by default evcc.config.ts in the current folder
      --stdout        writes it to the terminal
      --secrets FILE  writes the values of the variables to FILE, readable by nobody else, for node --env-file or systemd
      --force         replaces files that are there already

Examples:
  evcc migrate /etc/evcc.yaml --stdout
  evcc migrate /etc/evcc.yaml --secrets evcc.env

Sessions and settings follow with evcc import, see docs/migrating.md.`;

/** The file that is written unless another one is named */
const DEFAULT = 'evcc.config.ts';

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[]): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      stdout: { type: 'boolean' },
      secrets: { type: 'string' },
      force: { type: 'boolean', short: 'f' },
      // Read by the program already.
      config: { type: 'string', short: 'c' },
      log: { type: 'string', short: 'l' },
    },
  });
  const [file, ...others] = positionals;
  if (file === undefined) return 'name the file to migrate: evcc migrate evcc.yaml';
  if (others.length > 0) return `one file at a time: "${others[0]}" is too much`;
  if (values.stdout && values.output !== undefined) return 'either --stdout or --output';
  const output = values.stdout ? undefined : (values.output ?? DEFAULT);
  if (output !== undefined && !/\.m?ts$/.test(output)) return 'the output is TypeScript: its name must end with .ts';
  return {
    file,
    ...(output !== undefined && { output }),
    ...(values.secrets !== undefined && { secrets: values.secrets }),
    force: values.force ?? false,
  };
}
