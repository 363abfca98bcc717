import { extname } from 'node:path';
import type { Clock } from '../../core/index.ts';
import { createThread, ThreadFailure } from '../shared/thread.ts';
import type { Outcome, Task } from './jq-worker.ts';
import { Refusal } from './refusal.ts';

/** Runs jq filters of clients in a thread of its own, one after the other; the thread exists only while it is used. */
export interface Jq {
  /**
   * The one value that a filter makes of a JSON text, as JSON text. Errors: `Refusal` 400 for a filter that is none, fails,
   * gives no value or several, or takes too long or too much; 503 when too many wait, or for too long.
   */
  run(filter: string, input: string): Promise<string>;
  /** Ends the thread; whoever waits is refused. */
  close(): void;
}

/** ms that a filter may take */
const LIMIT = 1_000;
/** Filters after which a thread is replaced: jq keeps some of the memory of each */
const LIFETIME = 200;
/** Filters that may wait for their turn */
const MOST_WAITING = 8;
/** ms until whoever waits is told to come back later, before the connection ends because nothing is heard of it */
const PATIENCE = 20_000;
/** Characters of an answer */
const LARGEST_OUTPUT = 4 * 2 ** 20;
/** MB of memory besides that of jq itself */
const MEMORY = 64;

export function createJq(clock: Clock): Jq {
  const module = new URL(`./jq-worker${extname(import.meta.url)}`, import.meta.url);
  const thread = createThread<Task, Outcome>(module, clock, { limit: LIMIT, memory: MEMORY, lifetime: LIFETIME });
  let waiting = 0;
  const answer = async (task: Task, signal: AbortSignal): Promise<string> => {
    const outcome = await thread.run(task, signal).catch((error: unknown) => {
      if (!(error instanceof ThreadFailure)) throw error;
      const why = error.reason === 'late' ? `takes longer than ${LIMIT / 1_000} s` : 'needs too much memory';
      throw new Refusal(400, `jq: the filter ${why}`);
    });
    if (outcome === 'ready' || 'error' in outcome) {
      throw new Refusal(400, `jq: ${outcome === 'ready' ? 'try again' : plain(outcome.error)}`);
    }
    return only(outcome.output);
  };

  return {
    async run(filter, input) {
      if (waiting >= MOST_WAITING) throw new Refusal(503, 'jq: too many filters wait for their turn; try again');
      waiting += 1;
      const unwanted = new AbortController();
      const { promise: late, reject } = Promise.withResolvers<never>();
      const cancel = clock.after(PATIENCE, () => {
        unwanted.abort();
        reject(new Refusal(503, 'jq: there is too much to do; try again'));
      });
      return Promise.race([answer({ filter: onState(filter), input }, unwanted.signal), late]).finally(() => {
        cancel();
        waiting -= 1;
      });
    },
    close: () => thread.close(),
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
