import type { Clock } from '../clock.ts';
import { EvccError } from '../errors.ts';

/** Ends one piece of work before its deadline. */
type GiveUp = () => void;

/**
 * Work of one owner that is under way, so that none of it outlives the owner. A list, since it is short and changes all the
 * time: the table of a set would be made anew again and again.
 */
export type Running = GiveUp[];

/** Lets everything reject at once. */
export function giveUp(running: Running): void {
  for (const end of [...running]) end();
}

/**
 * Runs `work` with a signal that is aborted after `ms`. The result rejects with `EVCC_DEVICE_UNAVAILABLE` at the deadline,
 * or when its owner gives up, even when `work` ignores the signal; its late result is dropped.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  running?: Running,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const abort = (why: string): void => {
      over();
      const error = new EvccError('EVCC_DEVICE_UNAVAILABLE', `${what} ${why}`);
      controller.abort(error);
      reject(error);
    };
    const end = (): void => abort('was given up');
    const cancel = clock.after(ms, () => abort(`took longer than ${ms / 1000} s`));
    const over = (): void => {
      cancel();
      const at = running?.indexOf(end) ?? -1;
      if (at >= 0) running?.splice(at, 1);
    };
    running?.push(end);
    const failed = (error: unknown): void => {
      over();
      reject(error);
    };
    try {
      work(controller.signal).then((value) => {
        over();
        resolve(value);
      }, failed);
    } catch (error) {
      failed(error);
    }
  });
}

/** Makes a promise of a call that may also throw or answer directly. */
export async function attempt<T>(call: () => T | Promise<T>): Promise<T> {
  return call();
}
