import type { DeviceContext } from '../../../core/index.ts';
import type { HttpClient, HttpRequest } from '../http.ts';

/** Asks a question once for all who ask it at the same time. */
export interface SharedRequests {
  /** As `HttpClient.text`; goes on as long as one of those who asked still waits. */
  text(request: HttpRequest, signal: AbortSignal): Promise<string>;
}

interface Running {
  readonly answer: Promise<string>;
  readonly controller: AbortController;
  waiting: number;
}

/** A cycle reads all devices at the same moment, so that equal requests of a cycle meet here. */
export function shareRequests(http: HttpClient, { fail }: Pick<DeviceContext, 'fail'>): SharedRequests {
  const running = new Map<string, Running>();

  const start = (key: string, request: HttpRequest): Running => {
    const controller = new AbortController();
    const answer = http.text(request, controller.signal).finally(() => {
      if (running.get(key) === entry) running.delete(key);
    });
    // Whoever waits sees the failure; afterwards nobody may.
    answer.catch(() => {});
    const entry: Running = { answer, controller, waiting: 0 };
    running.set(key, entry);
    return entry;
  };

  return {
    async text(request, signal) {
      if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', 'there was no time left to ask');
      const key = JSON.stringify(request);
      const entry = running.get(key) ?? start(key, request);
      entry.waiting += 1;
      const aborted = Promise.withResolvers<undefined>();
      const abort = () => aborted.resolve(undefined);
      signal.addEventListener('abort', abort, { once: true });
      try {
        const answer = await Promise.race([entry.answer, aborted.promise]);
        return answer ?? fail('EVCC_DEVICE_UNAVAILABLE', 'there was no answer in time');
      } finally {
        signal.removeEventListener('abort', abort);
        entry.waiting -= 1;
        if (entry.waiting === 0) {
          if (running.get(key) === entry) running.delete(key);
          entry.controller.abort();
        }
      }
    },
  };
}
