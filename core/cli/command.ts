import type { Clock, Time } from '../clock.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { PackageReport } from '../loading/inspection.ts';
import type { Logger } from '../log.ts';
import type { Catalogue } from '../runtime/catalogue.ts';
import type { Decider, DeciderOptions } from '../runtime/decider.ts';
import type { Runtime, RuntimeOptions } from '../runtime/runtime.ts';
import type { Store } from '../store.ts';

/** A command of the command line besides `start` and `check`: default export of `plugins/commands/<name>/index.ts`. */
export interface Command {
  /** As typed, and as the folder is named */
  readonly name: string;
  /** One line for the list of commands */
  readonly summary: string;
  /** Full help text: usage line, options with units, examples */
  readonly usage: string;
  /**
   * Does the work and resolves with the exit code: 0 done, 1 the configuration is invalid, 2 wrong use, 3 could not be
   * started. `args` is everything behind `evcc` but the command's name; `--config` and `--log` may be among it. Errors of
   * `node:util` parseArgs and errors with a code are printed as one line and give the exit code; other errors are bugs.
   */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

/** Values of the options that all commands share, as typed. */
export interface GlobalOptions {
  /** File to use instead of the `evcc.config.*` of the current folder; absent: not given */
  readonly config?: string;
  /** Log levels, e.g. `info,mqtt:debug`; absent: not given */
  readonly log?: string;
  /** File to record to, relative to the current folder; absent: what the configuration says */
  readonly record?: string;
}

/** What a command gets: everything that it may use of the program, since it imports none of it. */
export interface CommandContext {
  readonly options: GlobalOptions;
  /** Current folder, for relative paths */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly time: Time;
  /** Version of the program */
  readonly version: string;
  /** Aborted by the first SIGINT or SIGTERM */
  readonly signal: AbortSignal;
  /** Characters in a line of the terminal; absent: the output is no terminal */
  readonly columns?: number;
  /** A line on standard output */
  print(line: string): void;
  /** A line on standard error */
  complain(line: string): void;
  /** Text without line break on standard error, for progress; does nothing when that is no terminal. */
  progress(text: string): void;
  /** The log that `--log` asks for, on standard error; by default only warnings and errors. `clock`: of its lines, else the real one. */
  createLog(clock?: Pick<Clock, 'now'>): Logger;
  /** Reads a configuration: `file`, else `--config`, else the one of the current folder. Errors: `EVCC_CONFIG_INVALID`. */
  loadConfig(file?: string): Promise<LoadedConfig>;
  /** Makes a house of a configuration. Errors: `EVCC_CONFIG_INVALID` with every problem. */
  createRuntime(options: CommandRuntimeOptions): Promise<Runtime>;
  /** The types of devices that a configuration may name: built in, and of packages installed for this folder. */
  listTypes(): Promise<Catalogue>;
  /** Looks at a plugin package, by name or folder. Errors: `EVCC_NOT_FOUND`, `EVCC_PLUGIN_FAILED`. */
  inspectPackage(specifier: string): Promise<PackageReport>;
  /** The plugins that took part in recorded decisions, to decide again. `directory` is what their paths are relative to. */
  createDecider(options: Pick<DeciderOptions, 'house' | 'directory'>): Promise<Decider>;
  /**
   * The database of a house, which is not started; `reading`: only to be read, also beside the house. Whoever opened it closes
   * it. Errors: `EVCC_CONFIG_INVALID`, `EVCC_STORE_FAILED`.
   */
  openStore(options: StoreOptions): Promise<Store>;
  /** A database that keeps nothing */
  createMemoryStore(): Store;
  fail(code: ErrorCode, message: string, details?: ErrorDetails): never;
}

export interface StoreOptions extends Pick<RuntimeOptions, 'config' | 'directory'> {
  readonly reading?: true;
}

/** What a command decides of a runtime; the rest is given. */
export type CommandRuntimeOptions = Pick<RuntimeOptions, 'config' | 'directory'> &
  Partial<Pick<RuntimeOptions, 'plugins' | 'clock' | 'log' | 'store'>>;
