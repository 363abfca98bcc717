import type { Clock } from '../../../core/index.ts';

/** Lets one thing happen after the other, for devices that cannot answer two requests at once. */
export interface Turns {
  /** Resolves when it is one's turn, or the signal is aborted; the returned function ends the turn. */
  begin(signal: AbortSignal): Promise<() => void>;
}

/** @param pause ms between the beginnings of two turns */
export function createTurns(pause: number, clock: Clock): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let next = Number.NEGATIVE_INFINITY;
  return {
    begin: async (signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = last;
      // Whoever gives up waiting does not let those behind overtake the one before.
      last = Promise.all([before, promise]);
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      await Promise.race([before, aborted.promise]);
      const left = next - clock.now();
      // A clock that was put back must not make anybody wait longer than a pause.
      if (left > 0 && !signal.aborted) await clock.sleep(Math.min(left, pause), signal).catch(() => {});
      signal.removeEventListener('abort', abort);
      if (!signal.aborted) next = clock.now() + pause;
      return resolve;
    },
  };
}
