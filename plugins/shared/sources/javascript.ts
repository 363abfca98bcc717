import { extname } from 'node:path';
import type { DeviceContext } from '../../../core/index.ts';
import { createThread, ThreadFailure } from '../thread.ts';
import type { Outcome, Task } from './javascript-worker.ts';
import type { CustomValue } from './options.ts';

/** Runs the code of configurations where it can do no harm: `javascript-worker.ts`. */
export interface Sandbox {
  /**
   * The value of the last statement; `undefined`: none. Errors: `EVCC_DEVICE_PROTOCOL`, which say what is wrong with the code,
   * `EVCC_DEVICE_UNAVAILABLE` when there is no time left.
   */
  evaluate(code: string, values: Task['values'], signal: AbortSignal): Promise<CustomValue | undefined>;
  /** Ends the thread. */
  close(): void;
}

/** ms after which the thread is ended: code that loops in one step of the interpreter */
const LIMIT = 2_000;
/** MB of the thread besides the interpreter */
const MEMORY = 32;

export function createSandbox({ clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>): Sandbox {
  const module = new URL(`./javascript-worker${extname(import.meta.url)}`, import.meta.url);
  const thread = createThread<Task, Outcome>(module, clock, { limit: LIMIT, memory: MEMORY });
  return {
    async evaluate(code, values, signal) {
      if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', 'there was no time left to run the code');
      const outcome = await thread.run({ code, values }, signal).catch((error: unknown): Outcome => {
        if (error instanceof ThreadFailure) return { error: error.message };
        throw error;
      });
      if (outcome === 'ready') return undefined;
      if ('error' in outcome) return fail('EVCC_DEVICE_PROTOCOL', `the code fails: ${outcome.error}`);
      return outcome.value;
    },
    close: () => thread.close(),
  };
}
