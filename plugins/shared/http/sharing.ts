import type { DeviceContext } from '../../../core/index.ts';
import { type HttpClient, type HttpRequest, nameOf } from './client.ts';

/** One answer for all who ask at the same time, or soon after. */
export interface Shared<T> {
  /** Ends with `signal` for the one who asks, with `EVCC_DEVICE_UNAVAILABLE`; others may go on to wait. */
  get(signal: AbortSignal): Promise<T>;
  /** Drops what was kept, and what is under way: the next one asks anew. */
  forget(): void;
}

export interface SharingOptions {
  /** What is asked, for errors; absent: they do not say */
  readonly name?: string;
  /** ms that an answer is used again; failures are not kept. Absent: 0, only those who ask at the same time share it */
  readonly keep?: number;
  /** ms; asks to the end even if nobody waits any more, for answers that must not be lost. Absent: ends with the last one */
  readonly deadline?: number;
}

interface Running<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** Lets a question be asked once for several readers, such as meters that are parts of one inverter. */
export function share<T>(
  load: (signal: AbortSignal) => Promise<T>,
  { clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>,
  { name, keep = 0, deadline }: SharingOptions = {},
): Shared<T> {
  const prefix = name === undefined ? '' : `${name}: `;
  let running: Running<T> | undefined;
  let kept: { readonly value: T; readonly at: number } | undefined;

  const start = (): Running<T> => {
    const controller = new AbortController();
    const cancel = deadline === undefined ? undefined : clock.after(deadline, () => controller.abort());
    const answer = load(controller.signal).then((value) => {
      if (running === entry && keep > 0) kept = { value, at: clock.now() };
      return value;
    });
    const end = (): void => {
      cancel?.();
      if (running === entry) running = undefined;
    };
    // Whoever waits sees the failure; afterwards nobody may.
    answer.then(end, end);
    const entry: Running<T> = { answer, controller, waiting: 0 };
    running = entry;
    return entry;
  };

  return {
    get: async (signal) => {
      if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', `${prefix}there was no time left to ask`);
      const age = kept ? clock.now() - kept.at : -1;
      if (kept && age >= 0 && age < keep) return kept.value;
      kept = undefined;
      const entry = running ?? start();
      entry.waiting += 1;
      const aborted = Promise.withResolvers<void>();
      const abort = () => aborted.resolve();
      signal.addEventListener('abort', abort, { once: true });
      try {
        const answer = await Promise.race([entry.answer.then((value) => ({ value })), aborted.promise]);
        return answer ? answer.value : fail('EVCC_DEVICE_UNAVAILABLE', `${prefix}there was no answer in time`);
      } finally {
        signal.removeEventListener('abort', abort);
        entry.waiting -= 1;
        if (entry.waiting === 0 && deadline === undefined) {
          if (running === entry) running = undefined;
          entry.controller.abort();
        }
      }
    },
    forget: () => {
      kept = undefined;
      running = undefined;
    },
  };
}

/** Asks a question once for all who ask it. */
export interface SharedRequests {
  /** As `HttpClient.text`; goes on as long as one of those who asked still waits. */
  text(request: HttpRequest, signal: AbortSignal): Promise<string>;
  /** As `HttpClient.json`, likewise. */
  json(request: HttpRequest, signal: AbortSignal): Promise<unknown>;
  /** Drops all answers that were kept, e.g. after a command. */
  forget(): void;
}

/** A cycle reads all devices at the same moment, so that equal requests of a cycle meet here. */
export function shareRequests(
  http: HttpClient,
  runtime: Pick<DeviceContext, 'clock' | 'fail'>,
  { keep = 0 }: Pick<SharingOptions, 'keep'> = {},
): SharedRequests {
  const questions = new Map<string, { readonly shared: Shared<unknown>; waiting: number; at: number }>();

  async function ask<T>(kind: 'text' | 'json', request: HttpRequest, signal: AbortSignal): Promise<T> {
    const now = runtime.clock.now();
    for (const [key, { waiting, at }] of questions) {
      if (waiting === 0 && Math.abs(now - at) >= keep) questions.delete(key);
    }
    const key = kind + JSON.stringify(request);
    const found = questions.get(key);
    const load = (signal: AbortSignal): Promise<unknown> => http[kind](request, signal);
    const entry = found ?? { shared: share(load, runtime, { name: nameOf(request), keep }), waiting: 0, at: now };
    questions.set(key, entry);
    entry.waiting += 1;
    try {
      return (await entry.shared.get(signal)) as T;
    } finally {
      entry.waiting -= 1;
      entry.at = runtime.clock.now();
    }
  }

  return {
    text: (request, signal) => ask<string>('text', request, signal),
    json: (request, signal) => ask<unknown>('json', request, signal),
    forget: () => {
      for (const { shared } of questions.values()) shared.forget();
    },
  };
}
