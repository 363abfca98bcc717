import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/index.ts';
import type { Outcome, Task } from './jq-worker.ts';
import { Refusal } from './refusal.ts';

/** Runs jq filters of clients in a thread of its own, one after the other; the thread exists only while it is used. */
export interface Jq {
  /**
   * The one value that a filter makes of a JSON text, as JSON text. Errors: `Refusal` 400 for a filter that is none, fails,
   * gives no value or several, or takes too long or too much; 503 when too many wait.
   */
  run(filter: string, input: string): Promise<string>;
  /** Ends the thread; whoever waits is refused. */
  close(): void;
}

/** ms that a filter may take */
const LIMIT = 1_000;
/** ms that the thread may take to start */
const START = 15_000;
/** ms after which a thread without work ends */
const IDLE = 60_000;
/** Filters after which a thread is replaced: jq keeps some of the memory of each */
const LIFETIME = 200;
/** Filters that may wait for their turn */
const MOST_WAITING = 8;
/** Characters of an answer */
const LARGEST_OUTPUT = 4 * 2 ** 20;
/** MB of memory besides that of jq itself */
const MEMORY = 64;

export function createJq(clock: Clock): Jq {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let served = 0;
  let cancelIdle = (): void => {};

  const discard = (thread: Worker): void => {
    if (worker === thread) worker = undefined;
    thread.terminate().catch(() => {});
  };
  /** The next message of a thread, which is given up if there is none. */
  const messageOf = async (thread: Worker, limit: number): Promise<Outcome> => {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const fail = (why: string): void => reject(new Refusal(400, `jq: ${why}`));
    const late = (): void => fail(`the filter takes longer than ${limit / 1_000} s`);
    let cancel = clock.after(limit, () => {
      // If this process was held up, the answer may be there already.
      cancel = clock.after(1, late);
    });
    const died = (): void => fail('the filter needs too much memory');
    thread.once('message', resolve).once('error', died).once('exit', died);
    try {
      return await promise;
    } catch (refusal) {
      discard(thread);
      throw refusal;
    } finally {
      cancel();
      thread.off('message', resolve).off('error', died).off('exit', died);
    }
  };
  const start = async (): Promise<Worker> => {
    const thread = new Worker(new URL(`./jq-worker${extname(import.meta.url)}`, import.meta.url), {
      stdout: true,
      stderr: true,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
    });
    // Only whoever waits for it is interested in why it ended.
    thread.on('error', () => {});
    worker = thread;
    served = 0;
    await messageOf(thread, START);
    return thread;
  };
  const answer = async (task: Task): Promise<string> => {
    cancelIdle();
    const thread = worker ?? (await start());
    const message = messageOf(thread, LIMIT);
    thread.postMessage(task);
    const outcome = await message;
    served += 1;
    if (served >= LIFETIME) discard(thread);
    else cancelIdle = clock.after(IDLE, () => discard(thread));
    if (outcome === 'ready' || 'error' in outcome) {
      throw new Refusal(400, `jq: ${outcome === 'ready' ? 'try again' : plain(outcome.error)}`);
    }
    return only(outcome.output);
  };

  return {
    async run(filter, input) {
      if (waiting >= MOST_WAITING) throw new Refusal(503, 'jq: too many filters wait for their turn; try again');
      waiting += 1;
      const mine = last.then(() => answer({ filter: onState(filter), input }));
      last = mine
        .catch(() => {})
        .finally(() => {
          waiting -= 1;
        });
      return mine;
    },
    close() {
      cancelIdle();
      if (worker) discard(worker);
    },
  };
}

/** Filters of the time when the state was below `result` mean the same today. */
function onState(filter: string): string {
  const rest = /^\s*\.result(?!\w)(.*)$/s.exec(filter)?.[1];
  if (rest === undefined) return filter;
  return rest.startsWith('.') ? rest : `.${rest}`;
}

function only(output: string): string {
  if (output.length > LARGEST_OUTPUT) throw new Refusal(400, 'jq: the filter gives too large a value');
  if (output === '') throw new Refusal(400, 'jq: the filter gives no value; allowed is exactly one');
  const count = output.split('\n').length;
  if (count > 1) throw new Refusal(400, `jq: the filter gives ${count} values; allowed is exactly one`);
  return output;
}

/** The first line of what jq says, without how it was called. */
function plain(error: string): string {
  const [line = ''] = error.split('\n');
  return line
    .replace(/^jq: error( \(at [^)]*\))?:? */, '')
    .replace(/ \(Unix shell quoting issues\?\)| at <top-level>.*$/g, '')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 300);
}
