import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../clock.ts';
import { EvccError, messageOf } from '../errors.ts';
import { culpritOf } from '../loading/culprit.ts';
import { isModule } from './load.ts';

/** Tries a changed configuration where it can do no harm, before the running house imports it. */

/** ms that the modules of a configuration may take to load, and to be watched */
const LOADING = 10_000;
/** MB of memory that it may take */
const MEMORY = 256;

/**
 * Imports a configuration in a thread of its own, and watches it for a moment. Files that are only data pass at once.
 * What an import answers with, such as a syntax error, is not judged here: it harms nobody.
 * Errors: `EVCC_CONFIG_INVALID`, when it would have ended or held up the process: by an error that nobody catches, by ending
 * it, or by an endless loop; with file and line where they are known.
 */
export async function probeConfig(file: string, clock: Clock = systemClock, loading: number = LOADING): Promise<void> {
  if (!isModule(file)) return;
  // A file that was saved again meanwhile is another one.
  for (let tried: number | undefined; tried !== savedAt(file); ) {
    tried = savedAt(file);
    await tryOnce(file, clock, loading);
  }
}

/** `undefined`: there is no file, which whoever reads it will find out. */
function savedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

async function tryOnce(file: string, clock: Clock, loading: number): Promise<void> {
  const worker = new Worker(new URL(`./probe-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: file,
    // What it prints is printed again when it is taken over.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let loaded = false;
  const found = (error: unknown, why: string): void => resolve(`${culpritOf(error, file) ?? file}: ${why}`);
  const cancel = clock.after(loading, () =>
    found(undefined, `loading it takes longer than ${loading / 1_000} s; is there an endless loop?`),
  );
  worker.on('message', (message: unknown) => {
    if (message instanceof Error) return found(message, message.message);
    if (message === 'loaded') loaded = true;
    else if (message === 'watched' && loaded) resolve(undefined);
  });
  worker.on('error', (error: unknown) => found(error, `an error that nobody caught: ${messageOf(error)}`));
  worker.on('exit', () => (loaded ? resolve(undefined) : found(undefined, 'loading it ends the process')));
  const problem = await promise;
  cancel();
  await worker.terminate();
  if (problem !== undefined) throw new EvccError('EVCC_CONFIG_INVALID', problem);
}
