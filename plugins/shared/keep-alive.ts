import type { DeviceContext } from '../../core/index.ts';

/** ms until it is tried again when the first time failed */
const FIRST_PAUSE = 2_000;

/**
 * Tells a device again and again that somebody is there: at once, and then after the ms that `run` resolves with, also when it
 * fails. The log says when it begins to fail and when it works again. Ends with the returned function, or the signal of the
 * device. For devices that fall back to a safe state on their own when they hear nothing.
 */
export function createKeepAlive(
  name: string,
  run: (signal: AbortSignal) => Promise<number> | undefined,
  { clock, log, signal }: Pick<DeviceContext, 'clock' | 'log' | 'signal'>,
): () => void {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let pause = FIRST_PAUSE;
  let failing = false;
  const turn = async (): Promise<void> => {
    if (either.aborted) return;
    try {
      pause = (await run(either)) ?? pause;
      if (failing) log.info(`${name}: it can be told again that evcc is there`);
      failing = false;
    } catch (error) {
      if (!failing && !either.aborted) {
        log.warn(`${name}: it cannot be told that evcc is there, and may fall back on its own (${messageOf(error)})`);
      }
      failing = true;
    }
    next(pause);
  };
  let cancel = (): void => {};
  const next = (ms: number): void => {
    if (!either.aborted) cancel = clock.after(ms, () => void turn());
  };
  next(0);
  const end = (): void => {
    ending.abort();
    cancel();
  };
  signal.addEventListener('abort', end, { once: true });
  return () => {
    signal.removeEventListener('abort', end);
    end();
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
