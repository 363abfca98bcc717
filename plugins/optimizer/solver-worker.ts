import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Highs, InitOptions } from 'highs';
import type { OptimizerRequest, OptimizerResult } from './request.ts';
import { solve } from './solver.ts';

/** The thread that solves: a linear program keeps its thread busy for as long as it takes. */

/** What is asked of the thread */
export interface Task {
  readonly request: OptimizerRequest;
  /** s that the search may take */
  readonly search: number;
}

/** What it answers. Before the first task it says `ready`. */
export type Outcome = 'ready' | { readonly result: OptimizerResult } | { readonly error: string };

// The control loop goes first. Elsewhere a thread has no priority of its own.
if (process.platform === 'linux') setPriority(10);

const load = createRequire(import.meta.url)('highs') as (options?: InitOptions) => Promise<Highs>;
const highs = await load();

function answer({ request, search }: Task): Outcome {
  try {
    return { result: solve(highs, request, search) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(answer(task)));
parentPort?.postMessage('ready' satisfies Outcome);
