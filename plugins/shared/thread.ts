import { Worker } from 'node:worker_threads';
import type { Clock } from '../../core/index.ts';

/** Runs tasks in a thread of its own, one after the other; the thread exists only while it is used. For foreign code. */
export interface Thread<Task, Answer> {
  /**
   * Rejects with a `ThreadFailure` when there is no answer in time, the thread dies of the task, or nobody wants the answer
   * any more (`signal`) when it is its turn.
   */
  run(task: Task, signal?: AbortSignal): Promise<Answer>;
  /** Ends the thread; whoever waits gets a failure. */
  close(): void;
}

export interface ThreadOptions {
  /** ms of computing time that a task may take; where others need the processor, ten times as long */
  readonly limit: number;
  /** MB of JavaScript memory */
  readonly memory: number;
  /** Tasks after which the thread is replaced, if it keeps memory of each; absent: never */
  readonly lifetime?: number;
}

export class ThreadFailure extends Error {
  /** `late`: it took longer than allowed; `died`: it used up its memory, or was closed */
  readonly reason: 'late' | 'died';

  constructor(reason: 'late' | 'died') {
    super(reason === 'late' ? 'it takes too long' : 'it needs too much memory');
    this.reason = reason;
  }
}

/** ms of computing time that the thread may take to start */
const START = 15_000;
/** How many times as long as its computing time a task may last */
const PATIENCE = 10;
/** ms after which a thread without work ends */
const IDLE = 60_000;

/** `module` answers each message with one, in turn, and sends one of its own as soon as it is ready. */
export function createThread<Task, Answer>(
  module: URL,
  clock: Clock,
  { limit, memory, lifetime = Number.POSITIVE_INFINITY }: ThreadOptions,
): Thread<Task, Answer> {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let served = 0;
  let closed = false;
  let cancelIdle = (): void => {};

  const discard = (thread: Worker): void => {
    if (worker === thread) worker = undefined;
    thread.terminate().catch(() => {});
  };
  /** The next message of a thread, which is given up if there is none. */
  const messageOf = async (thread: Worker, time: number): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const late = (): void => reject(new ThreadFailure('late'));
    const died = (): void => reject(new ThreadFailure('died'));
    const before = computed(thread);
    let cancel = (): void => {};
    let waited = 0;
    let over = false;
    const wait = (ms: number): void => {
      waited += ms;
      cancel = clock.after(ms, () => void look());
    };
    const look = async (): Promise<void> => {
      const left = time - (await computed(thread)) + (await before);
      if (over) return;
      if (left > 0 && waited < time * PATIENCE) wait(left);
      // If this process was held up, the answer may be there already.
      else cancel = clock.after(1, late);
    };
    wait(time);
    thread.once('message', resolve).once('error', died).once('exit', died);
    try {
      return await promise;
    } catch (failure) {
      discard(thread);
      throw failure;
    } finally {
      over = true;
      cancel();
      thread.off('message', resolve).off('error', died).off('exit', died);
    }
  };
  const start = async (): Promise<Worker> => {
    const thread = new Worker(module, {
      stdout: true,
      stderr: true,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    // Only whoever waits for it is interested in why it ended.
    thread.on('error', () => {});
    thread.once('exit', () => discard(thread));
    worker = thread;
    served = 0;
    await messageOf(thread, START);
    return thread;
  };
  const answer = async (task: Task): Promise<Answer> => {
    if (closed) throw new ThreadFailure('died');
    cancelIdle();
    const thread = worker ?? (await start());
    const message = messageOf(thread, limit);
    thread.postMessage(task);
    const outcome = await message;
    served += 1;
    if (served >= lifetime) discard(thread);
    else cancelIdle = clock.after(IDLE, () => discard(thread));
    return outcome as Answer;
  };

  return {
    run: (task, signal) => {
      const mine = last.then(() => {
        if (signal?.aborted) throw new ThreadFailure('late');
        return answer(task);
      });
      last = mine.catch(() => {});
      return mine;
    },
    close: () => {
      closed = true;
      cancelIdle();
      if (worker) discard(worker);
    },
  };
}

/** ms of computing time that a thread had so far; one that does not run yet, or any more, had none. */
async function computed(thread: Worker): Promise<number> {
  const { user, system } = await thread.cpuUsage().catch(() => ({ user: 0, system: 0 }));
  return (user + system) / 1_000;
}
