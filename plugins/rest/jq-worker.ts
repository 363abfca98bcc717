import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type * as Jq from 'jq-wasm';

/** The thread that runs jq: filters come from strangers, so they get little memory, little time and no look at the process. */

/** What is asked of the thread */
export interface Task {
  readonly filter: string;
  /** JSON text */
  readonly input: string;
}

/** What it answers: the values, a line of JSON each, or why there are none. Before the first task it says `ready`. */
export type Outcome = 'ready' | { readonly output: string } | { readonly error: string };

/** Bytes that jq may take */
const MEMORY = 64 * 2 ** 20;

/** What the types of Node leave out. */
interface WebAssembly {
  readonly Memory: { readonly prototype: WasmMemory };
  readonly RuntimeError: new () => Error;
}
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { Memory, RuntimeError } = (globalThis as unknown as { readonly WebAssembly: WebAssembly }).WebAssembly;

const { grow } = Memory.prototype;
Memory.prototype.grow = function (this: WasmMemory, pages: number): number {
  if (this.buffer.byteLength + pages * 65_536 > MEMORY) throw new RangeError('too much memory');
  return grow.call(this, pages);
};
// jq shows the name of the program to filters.
process.argv.length = 1;
// The control loop goes first. Elsewhere a thread has no priority of its own.
if (process.platform === 'linux') setPriority(10);

const { raw } = createRequire(import.meta.url)('jq-wasm') as typeof Jq;

/** A filter that begins with a hyphen would be an option. */
const run = async ({ filter, input }: Task): Promise<Outcome> => {
  process.exitCode = 0;
  try {
    const output = await raw(input, ` ${filter}`, ['-c']);
    return process.exitCode ? { error: 'it fails after its first value' } : { output };
  } catch (error) {
    // Its memory is exhausted or broken: the thread ends with it.
    if (error instanceof RuntimeError) throw error;
    return { error: error instanceof Error ? error.message : String(error) };
  }
};

parentPort?.on('message', async (task: Task) => parentPort?.postMessage(await run(task)));
await raw('null', '.');
parentPort?.postMessage('ready' satisfies Outcome);
