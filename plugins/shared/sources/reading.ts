import type { DeviceContext } from '../../../core/index.ts';
import type { Field } from './kit.ts';

/** ms that fields which a reading can do without have once the others are there */
const GRACE = 2_000;

/**
 * Reads everything at once. Only `essential` can fail the reading. An optional field that fails, or is not there in time,
 * is left out; its first failure and its recovery are logged.
 */
export function createReading<Main extends object, Rest extends object>(
  essential: (signal: AbortSignal) => Promise<Main>,
  optional: { readonly [Key in keyof Rest]: Field<Rest[Key]> | undefined },
  { clock, log }: Pick<DeviceContext, 'clock' | 'log'>,
): (signal: AbortSignal) => Promise<Main & Partial<Rest>> {
  const names = (Object.keys(optional) as (keyof Rest & string)[]).filter((name) => optional[name]);
  const failing = new Set<string>();

  const take = (name: string, result: PromiseSettledResult<unknown>): unknown => {
    if (result.status === 'fulfilled') {
      if (failing.delete(name)) log.info(`${name} can be read again`);
      return result.value;
    }
    if (!failing.has(name)) {
      const { reason } = result;
      log.warn(`${name} is left out of the readings: ${reason instanceof Error ? reason.message : String(reason)}`);
    }
    failing.add(name);
    return undefined;
  };

  return async (signal) => {
    const late = new AbortController();
    const either = AbortSignal.any([signal, late.signal]);
    const rest = Promise.allSettled(names.map((name) => optional[name]?.(either)));
    // Where the essential ones fail, the device does, which is logged elsewhere.
    const main = await essential(signal).catch((error: unknown) => {
      late.abort();
      throw error;
    });
    const cancel = clock.after(GRACE, () => late.abort());
    const results = await rest;
    cancel();
    // Nothing failed that was given up from outside.
    const fields = (signal.aborted ? [] : results).flatMap((result, index) => {
      const name = names[index] ?? '';
      const value = take(name, result);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { ...main, ...(Object.fromEntries(fields) as Partial<Rest>) };
  };
}
