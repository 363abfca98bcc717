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
  /** ms that a task may take */
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

/** ms that the thread may take to start */
const START = 15_000;
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
    let cancel = clock.after(time, () => {
      // If this process was held up, the answer may be there already.
      cancel = clock.after(1, late);
    });
    thread.once('message', resolve).once('error', died).once('exit', died);
    try {
      return await promise;
    } catch (failure) {
      discard(thread);
      throw failure;
    } finally {
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
    worker = thread;
    served = 0;
    await messageOf(thread, START);
    return thread;
  };
  const answer = async (task: Task): Promise<Answer> => {
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
      cancelIdle();
      if (worker) discard(worker);
    },
  };
}
