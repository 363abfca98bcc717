import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type * as Variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import type * as QuickJs from 'quickjs-emscripten-core';
import type { QuickJSContext, QuickJSHandle, QuickJSSyncVariant } from 'quickjs-emscripten-core';

/**
 * The thread that runs code of configurations, in an interpreter of its own (QuickJS): there is no process, no file, no
 * network, no timer and no module in it, and nothing lasts from one evaluation to the next.
 */

/** What is asked of the thread */
export interface Task {
  /** The value of its last statement is the result. */
  readonly code: string;
  /** Constants of the code; `undefined`: there is no value now */
  readonly values: Readonly<Record<string, number | string | boolean | undefined>>;
}

/** What it answers; `value: undefined`: none. Before the first task it says `ready`. */
export type Outcome = 'ready' | { readonly value: number | string | boolean | undefined } | { readonly error: string };

/** Bytes that the code may take at once */
const MEMORY = 8 * 2 ** 20;
/** Bytes of interpreter and code, which it cannot exceed: it does not count all that the code takes */
const LARGEST = 32 * 2 ** 20;
const PAGE = 64 * 2 ** 10;
const STACK = 256 * 2 ** 10;
/** ms of computing time of the code; what does not notice that it is over ends with the thread */
const LIMIT = 500;
const LONGEST_TEXT = 64 * 2 ** 10;

// The control loop goes first. Elsewhere a thread has no priority of its own.
if (process.platform === 'linux') setPriority(10);

const require = createRequire(import.meta.url);
const { newQuickJSWASMModuleFromVariant, newVariant } = require('quickjs-emscripten-core') as typeof QuickJs;
const variant = require('@jitl/quickjs-ng-wasmfile-release-sync') as typeof Variant;
/** Types of Node leave it out. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => object;
};
const wasmMemory = new WebAssembly.Memory({ initial: LARGEST / 2 / PAGE, maximum: LARGEST / PAGE });
const engine = await newQuickJSWASMModuleFromVariant(
  // Its types are those of an ES module.
  newVariant(variant.default as unknown as QuickJSSyncVariant, { wasmMemory }),
);

function run({ code, values }: Task): Outcome {
  const runtime = engine.newRuntime({ memoryLimitBytes: MEMORY, maxStackSizeBytes: STACK });
  const until = computed() + LIMIT;
  runtime.setInterruptHandler(() => computed() > until);
  const context = runtime.newContext();
  try {
    for (const [name, value] of Object.entries(values)) {
      using handle = toHandle(context, value);
      context.setProp(context.global, name, handle);
    }
    using result = context.evalCode(code, 'code', { type: 'global' });
    if (!result.error) return fromHandle(context, result.value);
    if (computed() > until) return { error: `it takes longer than ${LIMIT / 1_000} s` };
    return { error: errorOf(context, result.error) };
  } finally {
    context.dispose();
    runtime.dispose();
  }
}

/** ms of computing time that this thread had: how long it waits for the processor is not up to the code. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function toHandle(context: QuickJSContext, value: Task['values'][string]): QuickJSHandle {
  if (value === undefined) return context.undefined;
  if (typeof value === 'boolean') return value ? context.true : context.false;
  return typeof value === 'number' ? context.newNumber(value) : context.newString(value);
}

function fromHandle(context: QuickJSContext, handle: QuickJSHandle): Outcome {
  switch (context.typeof(handle)) {
    case 'undefined':
      return { value: undefined };
    case 'number': {
      const value = context.getNumber(handle);
      return Number.isNaN(value) ? { error: 'the result is no number (NaN)' } : { value };
    }
    case 'boolean':
      return { value: context.dump(handle) === true };
    case 'string': {
      const value = context.getString(handle);
      return value.length > LONGEST_TEXT ? { error: 'the result is a text that is too long' } : { value };
    }
    default:
      if (isNull(context, handle)) return { value: undefined };
      return { error: 'the result is neither a number nor a text nor true or false' };
  }
}

function isNull(context: QuickJSContext, handle: QuickJSHandle): boolean {
  using compare = context.unwrapResult(context.evalCode('(value) => value === null'));
  using answer = context.unwrapResult(context.callFunction(compare, context.undefined, handle));
  return context.dump(answer) === true;
}

function errorOf(context: QuickJSContext, error: QuickJSHandle): string {
  if (context.typeof(error) !== 'object') return 'it throws what is no error';
  const text = (key: string): string => {
    using property = context.getProp(error, key);
    return context.typeof(property) === 'string' ? context.getString(property) : '';
  };
  const words = [text('name'), text('message')].filter((word) => word !== '');
  return words.length === 0 ? 'it throws what says nothing' : words.join(': ').slice(0, 200);
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(run(task)));
parentPort?.postMessage('ready' satisfies Outcome);
