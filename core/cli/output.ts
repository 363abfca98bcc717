import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.ts';

/** Characters of a log that wait for whoever reads it; more is dropped. */
const MOST_WAITING = 1_048_576;

/** ms that a reader who takes nothing gets when the process is told to stop */
const LAST_WORDS = 1_000;

/**
 * Standard output or standard error. Whoever reads it may be slow, hang or be gone, and its disk may be full: nothing waits for
 * it but the end of a command.
 */
export interface Output {
  /** A text that was asked for, which waits for its reader however long it is. */
  write(text: string): void;
  /** A line of a log that never ends: it is dropped while too much waits already. */
  log(text: string): void;
  /**
   * Resolves when everything was taken, soon after the signal, or as soon as nothing more will be: with why. A reader that has
   * had enough is no reason.
   */
  drained(signal: AbortSignal): Promise<Error | undefined>;
}

export function createOutput(stream: Writable, clock: Clock = systemClock): Output {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  const write = (text: string): void => {
    if (failure === undefined) stream.write(text);
  };
  return {
    write,
    log(text) {
      if (stream.writableLength < MOST_WAITING) write(text);
    },
    async drained(signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (failure === undefined) stream.write('', () => resolve());
      else resolve();
      const giveUp = (): void => void clock.after(LAST_WORDS, resolve);
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      await promise;
      return failure?.code === 'EPIPE' ? undefined : failure;
    },
  };
}
