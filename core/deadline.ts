import type { Clock } from './clock.ts';
import { EvccError } from './errors.ts';

/**
 * Runs `work` with a signal that is aborted after `ms`. The result rejects with `EVCC_DEVICE_UNAVAILABLE` at the deadline
 * even when `work` ignores the signal; its late result is dropped.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      const error = new EvccError('EVCC_DEVICE_UNAVAILABLE', `${what} took longer than ${ms / 1000} s`);
      controller.abort(error);
      reject(error);
    });
    attempt(() => work(controller.signal)).then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** Makes a promise of a call that may also throw or answer directly. */
export async function attempt<T>(call: () => T | Promise<T>): Promise<T> {
  return call();
}
