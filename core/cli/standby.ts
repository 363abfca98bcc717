import { dirname } from 'node:path';
import { ALWAYS_ON } from '../config/check.ts';
import { findConfig } from '../config/load.ts';
import { isPlainObject } from '../config/options.ts';
import type { Problem } from '../config/problem.ts';
import { watchConfig } from '../config/watch.ts';
import { codeOf, messageOf } from '../errors.ts';
import { ConfigError } from '../loading/composition.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createMemoryStore } from '../store.ts';
import type { StartOptions } from './start.ts';

/**
 * A house whose configuration cannot be used: instead of being absent, its web page and API say what is wrong and where. Only
 * the surfaces run that every house has, with the options that they have in it; nothing is measured, switched or stored.
 */

/**
 * Resolves when the configuration was saved, or when the process is told to stop; `undefined`: there is nothing to wait for,
 * since the failure is another one, there is no file, or the surfaces are switched off or broken themselves.
 */
export async function standBy(error: unknown, options: StartOptions): Promise<'changed' | 'stopped' | undefined> {
  const { context } = options;
  const file = codeOf(error) === 'EVCC_CONFIG_INVALID' ? findConfig(whereOf(options)) : undefined;
  if (file === undefined || context.signal.aborted) return undefined;
  const ended = Promise.withResolvers<'changed' | 'stopped'>();
  const endWatch = watchConfig(
    file,
    () => ended.resolve('changed'),
    () => {},
    { clock: context.clock },
  );
  const stop = (): void => ended.resolve('stopped');
  context.signal.addEventListener('abort', stop, { once: true });
  const runtime = await surfaces(file, error, options);
  try {
    if (!runtime) return undefined;
    context.complain(messageOf(error));
    context.print('The house does not run. What is wrong is shown here, too:');
    for (const line of runtime.announcements) context.print(`  ${line}`);
    context.print(`It starts as soon as ${file} is repaired. Stop with Ctrl+C.`);
    return await ended.promise;
  } finally {
    endWatch();
    context.signal.removeEventListener('abort', stop);
    await runtime?.stop();
  }
}

/** Keys of what a house is reached by, and of who may */
const SURFACES: readonly string[] = [...ALWAYS_ON, 'access'];

/** Starts what every house is reached by; `undefined`: it is off, or cannot be started either. */
async function surfaces(
  file: string,
  error: unknown,
  { context, createRuntime, createLog }: StartOptions,
): Promise<Runtime | undefined> {
  // What could not be loaded is not tried again: it may have taken its time.
  const loaded = error instanceof ConfigError ? await context.loadConfig(file).catch(() => undefined) : undefined;
  const written = isPlainObject(loaded?.config) ? loaded.config : {};
  const log = createLog({ level: 'warn' });
  const directory = dirname(file);
  let runtime: Runtime | undefined;
  try {
    const config = Object.fromEntries(SURFACES.flatMap((key) => (key in written ? [[key, written[key]]] : [])));
    if (ALWAYS_ON.some((key) => config[key] === false)) return undefined;
    runtime = await createRuntime(
      { file, directory, config },
      { log, standby: problemsOf(error), store: createMemoryStore() },
    );
    await runtime.prepare();
    return runtime;
  } catch {
    // The configuration is what has to be told of.
    await runtime?.stop();
    return undefined;
  }
}

function whereOf({ context: { directory, options } }: StartOptions): { directory: string; file?: string } {
  return { directory, ...(options.config !== undefined && { file: options.config }) };
}

function problemsOf(error: unknown): readonly Problem[] {
  return error instanceof ConfigError ? error.problems : [{ path: '', message: messageOf(error) }];
}
