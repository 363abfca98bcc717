import { type Clock, time } from '../clock.ts';
import { resolveEnvironment } from '../config/environment.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { hide } from '../config/secrets.ts';
import { fail } from '../errors.ts';
import type { CrashListener, RunAs } from '../loading/culprit.ts';
import { createLoader } from '../loading/loader.ts';
import { createLogger, parseLogLevels } from '../log.ts';
import type { Runtime, RuntimeOptions } from '../runtime/runtime.ts';
import { createMemoryStore } from '../store.ts';
import { readVersion } from '../version.ts';
import { type Invocation, readArguments } from './arguments.ts';
import { check } from './check.ts';
import type { CommandContext } from './command.ts';
import { createCommands, mainUsage, OWN_COMMANDS } from './commands.ts';
import { EXIT, explain, UsageError } from './exit.ts';
import { start } from './start.ts';

/** What the process gives: tests give something else. */
export interface Host {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by the first SIGINT or SIGTERM */
  readonly signal: AbortSignal;
  /** Characters in a line of the terminal; absent: the output is no terminal */
  readonly columns?: number;
  /** Folder of the built-in plugins; absent: those of this program */
  readonly builtins?: URL;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** A line of the log of a house, which may be dropped where nobody takes it; absent: as `out` */
  readonly log?: (text: string) => void;
  /** The log may be coloured */
  readonly colors?: boolean;
  /** Resolves when everything was taken, or cannot be: with why; absent: it is at once */
  readonly written?: () => Promise<Error | undefined>;
  /** Hands out errors that nobody caught; the returned function ends that. */
  readonly onCrash: (listener: CrashListener) => () => void;
  /** Runs configurations and plugins that are no part of the program; absent: they are called directly */
  readonly runAs?: RunAs;
  /** Runs what may never give the process back, so that signals end it at once meanwhile; absent: directly */
  readonly risking?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Runs a command line; resolves with the exit code as soon as what it says was taken. Never rejects. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const secrets = new Set<string>();
  const code = await runLine(argv, host, secrets).catch((error: unknown) => {
    const { code, text } = explain(error);
    host.err(`${hide(text, secrets)}\n`);
    return code;
  });
  const failure = await host.written?.();
  if (failure === undefined || code !== EXIT.ok) return code;
  host.err(`the output could not be written: ${failure.message}\n`);
  return EXIT.start;
}

async function runLine(argv: readonly string[], host: Host, secrets: Set<string>): Promise<number> {
  const { command = 'start', options, help, version, args, mistake } = readArguments(argv);
  const commands = createCommands(host.builtins);
  const context = createContext(options, host, secrets);
  if (version) {
    context.print(context.version);
    return EXIT.ok;
  }
  if (Object.hasOwn(OWN_COMMANDS, command)) {
    if (help) {
      context.print(await mainUsage(commands, context.version));
      return EXIT.ok;
    }
    if (mistake !== undefined) throw new UsageError(mistake);
    levelsOf(options.log);
    return command === 'check' ? await check(context) : await startHouse(context, host, secrets);
  }
  const module = await commands.load(command);
  if (!help) return await module.run(args, context);
  context.print(module.usage);
  return EXIT.ok;
}

function startHouse(context: CommandContext, host: Host, secrets: Set<string>): Promise<number> {
  const { out, log = out, colors = false } = host;
  return start({
    context,
    createLog: (options) => createLogger({ ...options, secrets, destination: { write: log }, colors }),
    onCrash: host.onCrash,
    createRuntime: ({ config, directory, file }: LoadedConfig, more) =>
      createHouse({ ...given(directory, context, host, secrets), config, file, ...more }),
  });
}

function createContext(options: Invocation['options'], host: Host, secrets: Set<string>): CommandContext {
  const { directory, env, clock, signal, columns } = host;
  const createLog: CommandContext['createLog'] = (linesBy) =>
    createLogger({
      ...levelsOf(options.log ?? 'warn'),
      ...(linesBy && { clock: linesBy }),
      secrets,
      destination: { write: (line: string) => host.err(line) },
    });
  const context: CommandContext = {
    options,
    directory,
    env,
    clock,
    time,
    version: readVersion(),
    signal,
    ...(columns !== undefined && { columns }),
    print: (line) => host.out(`${line}\n`),
    complain: (line) => host.err(`${line}\n`),
    progress: (text) => {
      if (columns !== undefined) host.err(text);
    },
    createLog,
    async loadConfig(file = options.config) {
      const { runAs, risking = (work) => work() } = host;
      const loaded = await risking(() => loadConfig({ directory, runAs, ...(file !== undefined && { file }) }));
      // Whatever is said of the configuration from here on, these are not shown.
      for (const secret of resolveEnvironment(loaded.config, env).secrets) secrets.add(secret);
      return loaded;
    },
    createRuntime: (asked): Promise<Runtime> =>
      createHouse({ ...given(asked.directory, context, host, secrets), log: createLog(), ...asked }),
    async listTypes() {
      const { listTypes } = await import('../runtime/catalogue.ts');
      const { loader, version } = given(directory, context, host, secrets);
      return await listTypes({ loader, directory, version, log: createLog() });
    },
    async inspectPackage(specifier) {
      const { inspectPackage } = await import('../loading/inspection.ts');
      return await inspectPackage(specifier, { directory, version: context.version, log: createLog() });
    },
    async createDecider(asked) {
      const { createDecider } = await import('../runtime/decider.ts');
      const { loader, version } = given(asked.directory, context, host, secrets);
      return await createDecider({ ...asked, loader, version, log: createLog() });
    },
    async openStore({ reading, ...asked }) {
      const { openStore } = await import('../runtime/open-store.ts');
      const log = createLog();
      const house = await createHouse({ ...given(asked.directory, context, host, secrets), log, ...asked });
      try {
        const { directory } = asked;
        const store = await openStore(house.composition, { clock, log, directory, ...(reading && { reading }) });
        return store ?? fail('EVCC_CONFIG_INVALID', 'no database is configured');
      } finally {
        await house.stop();
      }
    },
    createMemoryStore,
    fail,
  };
  return context;
}

/** The runtime is only loaded where there is something to run. */
async function createHouse(options: RuntimeOptions): Promise<Runtime> {
  const { createRuntime } = await import('../runtime/runtime.ts');
  return await createRuntime(options);
}

type Given = Omit<RuntimeOptions, 'config' | 'log' | 'onLog' | 'store'>;

/** What every runtime of this process gets. */
function given(directory: string, { clock, env, version }: CommandContext, host: Host, secrets: Set<string>): Given {
  const loader = createLoader({ directory, ...(host.builtins && { builtins: host.builtins }) });
  return { directory, loader, clock, env, version, secrets, ...(host.runAs && { runAs: host.runAs }) };
}

function levelsOf(text: string | undefined): Exclude<ReturnType<typeof parseLogLevels>, string> {
  const levels = parseLogLevels(text ?? 'info');
  if (typeof levels === 'string') throw new UsageError(`--log: ${levels}`);
  return levels;
}
