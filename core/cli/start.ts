import { resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { checkCore } from '../config/check.ts';
import { resolveEnvironment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import { isPlainObject } from '../config/options.ts';
import { probeConfig } from '../config/probe.ts';
import { formatProblem } from '../config/problem.ts';
import { watchConfig } from '../config/watch.ts';
import { codeOf, EvccError, messageOf } from '../errors.ts';
import { ConfigError } from '../loading/composition.ts';
import type { CrashListener } from '../loading/culprit.ts';
import { type LogEntry, type Logger, type LogOptions, parseLogLevels } from '../log.ts';
import type { Runtime, RuntimeOptions } from '../runtime/runtime.ts';
import type { CommandContext } from './command.ts';
import { EXIT, UsageError } from './exit.ts';
import { standBy } from './standby.ts';

/** ms that an orderly end may take */
const STOP_DEADLINE = 20_000;

/** What a house says of its log */
export type HouseLog = Pick<LogOptions, 'level' | 'levels' | 'format' | 'observe'>;

export interface StartOptions {
  readonly context: CommandContext;
  /** Makes the log of a house, without what must not be shown. */
  readonly createLog: (options: HouseLog) => Logger;
  /** Makes the runtime of a configuration. */
  readonly createRuntime: (
    loaded: LoadedConfig,
    more: Pick<RuntimeOptions, 'log' | 'onLog' | 'standby' | 'store'>,
  ) => Promise<Runtime>;
  /** Hands out errors that nobody caught; the returned function ends that. */
  readonly onCrash: (listener: CrashListener) => () => void;
}

/**
 * `evcc start`: runs the house until it is told to stop; starts it anew when that was asked for, and stands by while its
 * configuration cannot be used.
 */
export async function start(options: StartOptions): Promise<number> {
  for (;;) {
    try {
      const code = await runHouse(options);
      if (code !== 'again') return code;
    } catch (error) {
      const ended = await standBy(error, options);
      if (ended === undefined) throw error;
      if (ended === 'stopped') return EXIT.config;
    }
  }
}

async function runHouse({ context, createLog, createRuntime, onCrash }: StartOptions): Promise<number | 'again'> {
  const { clock, signal } = context;
  const load = async (file?: string): Promise<LoadedConfig> => recording(await context.loadConfig(file), context);
  const loaded = await load();
  const listeners = new Set<(entry: LogEntry) => void>();
  const options = logOptions(resolveEnvironment(loaded.config, context.env).config, context.options.log);
  const observe = (entry: LogEntry): void => {
    if (entry.level !== 'warn' && entry.level !== 'error') return;
    for (const listener of listeners) listener(entry);
  };
  const log = createLog({ ...options, observe });
  const onLog = (listener: (entry: LogEntry) => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  // Watched from the beginning, so that no change is missed; it is taken over as soon as the house runs.
  const running = Promise.withResolvers<Runtime>();
  const endWatch = follow(running.promise, load, loaded.file, log, context);
  const runtime = await createRuntime(loaded, { log, onLog }).catch((error: unknown): never => {
    endWatch();
    throw error;
  });

  let code: number = EXIT.ok;
  let isClosed = false;
  const ended = Promise.withResolvers<void>();
  if (signal.aborted) ended.resolve();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  let house: Runtime | undefined;
  const contain = createContainment(log, clock);
  const endCrash = onCrash((error, culprit) => {
    if (culprit !== undefined && house) return contain(culprit, error);
    const text = `an error that nobody caught: ${messageOf(error)}`;
    log.error(culprit === undefined ? text : `${culprit}: ${text}`, error);
    code = culprit === undefined ? EXIT.bug : EXIT.config;
    ended.resolve();
  });
  runtime.done.then(ended.resolve, ended.resolve);
  try {
    const started = await Promise.race([runtime.start().then(() => true), ended.promise.then(() => false)]);
    if (started) {
      tell(
        options.format === 'json' ? (line) => log.info(line.trim()) : context.print,
        runtime,
        loaded,
        context.version,
      );
      house = runtime;
      running.resolve(runtime);
      await ended.promise;
    }
  } catch (error) {
    // What the database holds is only known by now: there may be problems with what the file names of it.
    if (error instanceof ConfigError) throw error;
    // Without a code it is a bug, which is shown with its stack.
    const code = codeOf(error) ?? ((error as { readonly code?: unknown }).code ? 'EVCC_PLUGIN_FAILED' : undefined);
    throw code ? new EvccError(code, `evcc could not be started: ${messageOf(error)}`, { cause: error }) : error;
  } finally {
    endWatch();
    log.info('evcc stops');
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(STOP_DEADLINE, () => {
      log.warn('not everything could be closed in time');
      late.resolve();
    });
    const closed = runtime.stop().then(() => {
      isClosed = true;
    });
    await Promise.race([closed, late.promise]);
    cancel();
    endCrash();
  }
  if (code !== EXIT.ok || !runtime.again || signal.aborted) return code;
  // What could not be closed would be in the way of another house: whoever looks after the process starts it again.
  return isClosed ? 'again' : EXIT.bug;
}

/** The configuration with the recording that the command line asks for. */
function recording(loaded: LoadedConfig, { options, directory }: CommandContext): LoadedConfig {
  const { config } = loaded;
  if (options.record === undefined || !isPlainObject(config)) return loaded;
  const file = resolve(directory, options.record);
  const { record } = config;
  return { ...loaded, config: { ...config, record: isPlainObject(record) ? { ...record, file } : file } };
}

/** The log that the configuration asks for; the command line goes before it. */
function logOptions(config: unknown, levels: string | undefined): HouseLog {
  const { level, areas, format } = checkCore(config, []).config.log;
  const asked = levels === undefined ? { level, levels: areas } : parseLogLevels(levels);
  if (typeof asked === 'string') throw new UsageError(`--log: ${asked}`);
  return { ...asked, format };
}

/** ms after which an error of the same place is logged again */
const LOG_AGAIN = 600_000;

/** Logs errors of configurations and plugins that nobody caught: the house goes on, whatever they do. */
function createContainment(log: Logger, clock: Clock): (culprit: string, error: unknown) => void {
  const loggedAt = new Map<string, number>();
  return (culprit, error) => {
    if (Math.abs(clock.now() - (loggedAt.get(culprit) ?? Number.NEGATIVE_INFINITY)) < LOG_AGAIN) return;
    loggedAt.set(culprit, clock.now());
    log.error(`${culprit}: an error that nobody caught: ${messageOf(error)}; the house goes on`, error);
  };
}

/** Says what runs and where. */
function tell(print: (line: string) => void, runtime: Runtime, { file }: LoadedConfig, version: string): void {
  const { config } = runtime.composition;
  const setting = (id: number, name: string): unknown => runtime.evcc.settings.get('loadpoint', id, name);
  print(`evcc ${version} runs ${config.site.title}`);
  for (const [index, { title, charger, vehicle }] of config.loadpoints.entries()) {
    const type = config.chargers.get(charger)?.type ?? '';
    const car = vehicle === undefined ? '' : `, car ${config.vehicles.get(vehicle)?.title ?? vehicle}`;
    print(`  ${index + 1} ${title}: charger ${charger} (${type})${car}, mode ${String(setting(index + 1, 'mode'))}`);
  }
  for (const line of runtime.announcements) print(`  ${line}`);
  print(`  Data: ${runtime.evcc.store.location ?? 'kept in memory, lost at the end'}`);
  print(`  Configuration: ${file}, changes take effect at once`);
  print('Stop with Ctrl+C.');
}

/** Takes over changes of the configuration, one at a time. */
function follow(
  running: Promise<Runtime>,
  load: (file: string) => Promise<LoadedConfig>,
  file: string,
  log: Logger,
  context: CommandContext,
): () => void {
  let queue: Promise<unknown> = running;
  const takeOver = async (): Promise<void> => {
    try {
      const runtime = await running;
      await probeConfig(file);
      const { config } = await load(file);
      const problems = await runtime.reconfigure(config);
      if (problems.length === 0) log.info('the changed configuration is in force');
      else complain(problems.map(formatProblem));
    } catch (error) {
      complain([messageOf(error)]);
    }
  };
  const complain = (lines: readonly string[]): void => {
    log.error(`the changed configuration cannot be used, the house runs on without it:\n  ${lines.join('\n  ')}`);
  };
  return watchConfig(
    file,
    () => {
      queue = queue.then(takeOver);
    },
    (error) => log.warn(`changes of the configuration need a restart: ${messageOf(error)}`),
    { clock: context.clock },
  );
}
