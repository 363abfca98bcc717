import type { Clock } from '../../core/index.ts';

/** Lets promises wait for what arrives by itself, for connections that receive without being asked. */
export interface Changes {
  /** Something changed: everybody who waits looks again. */
  notify(): void;
  /** Resolves with the next change, when the signal is aborted, or after `ms`; absent: no limit. */
  next(signal: AbortSignal, ms?: number): Promise<void>;
}

export function createChanges(clock: Clock): Changes {
  const watchers = new Set<() => void>();
  return {
    notify: () => {
      for (const watcher of [...watchers]) watcher();
    },
    next: async (signal, ms = Number.POSITIVE_INFINITY) => {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = Number.isFinite(ms) ? clock.after(ms, resolve) : () => {};
      const done = () => resolve();
      watchers.add(done);
      signal.addEventListener('abort', done, { once: true });
      await promise;
      cancel();
      signal.removeEventListener('abort', done);
      watchers.delete(done);
    },
  };
}
