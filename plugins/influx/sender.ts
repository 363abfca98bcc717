import type { Clock, Logger } from '../../core/index.ts';
import type { HttpClient, HttpRequest } from '../shared/http/client.ts';

/** Sends lines in batches, one after the other; whatever the server does, nobody waits for it. */
export interface Sender {
  /** Takes lines; the oldest are dropped when there are too many. */
  add(lines: readonly string[]): void;
  /** Tries once more to send what is left, and ends. */
  close(signal: AbortSignal): Promise<void>;
  /** Ends at once. */
  destroy(): void;
}

/** Lines that wait at most: an hour of a house with two loadpoints and a cycle of 10 s, about 5 MB */
export const MOST_LINES = 50_000;
/** Lines of one request */
const BATCH = 5_000;
/** ms that a request may take */
const DEADLINE = 10_000;
/** ms before the next attempt, doubled by each one that fails */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;
/** ms for the last attempt */
const FAREWELL = 2_000;

export function createSender(http: HttpClient, request: Omit<HttpRequest, 'body'>, clock: Clock, log: Logger): Sender {
  let waiting: string[] = [];
  /** Smaller once the server found one too large */
  let batch = BATCH;
  let pause = FIRST_PAUSE;
  /** Lines of the request that is under way, at the front of those that wait */
  let ahead = 0;
  let running: Promise<void> | undefined;
  let closed = false;
  let cancelRetry: (() => void) | undefined;
  let failing = false;
  let dropping = false;

  const failed = (why: string): void => {
    if (!failing) log.warn(`figures cannot be written: ${why}; they are kept and written later`);
    failing = true;
    if (closed) return;
    cancelRetry = clock.after(pause, () => {
      cancelRetry = undefined;
      pump();
    });
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };

  const worked = (): void => {
    if (failing) log.info('figures are written again');
    failing = false;
    dropping = false;
    pause = FIRST_PAUSE;
  };

  /** One request; answers whether the next may follow at once. */
  const send = async (deadline: number): Promise<boolean> => {
    const lines = waiting.slice(0, batch);
    ahead = lines.length;
    const late = new AbortController();
    const cancel = clock.after(deadline, () => late.abort());
    try {
      const { status, text } = await http.answer({ ...request, body: `${lines.join('\n')}\n` }, late.signal);
      if (status >= 200 && status <= 299) {
        forget();
        worked();
        return true;
      }
      const why = `the server answers ${status}${reasonOf(text)}`;
      if (status === 413 && batch > 1) {
        batch = Math.ceil(batch / 10);
        return true;
      }
      // It will never take these.
      if (status === 400 || status === 413 || status === 422) {
        forget();
        if (!failing) log.warn(`some figures are refused and dropped: ${why}`);
        failing = true;
        return true;
      }
      failed(why);
    } catch (error) {
      failed(error instanceof Error ? error.message : String(error));
    } finally {
      cancel();
    }
    return false;
  };

  /** Takes away what was sent; the oldest of it may have been dropped meanwhile. */
  const forget = (): void => {
    waiting = waiting.slice(ahead);
  };

  const work = async (): Promise<void> => {
    while (!closed && waiting.length > 0 && (await send(DEADLINE)));
  };

  const pump = (): void => {
    if (running || cancelRetry || closed || waiting.length === 0) return;
    running = work()
      .catch((error: unknown) => log.error('writing figures failed', error))
      .finally(() => {
        running = undefined;
      });
  };

  return {
    add(lines) {
      if (closed) return;
      waiting.push(...lines);
      if (waiting.length > MOST_LINES) {
        ahead = Math.max(0, ahead - (waiting.length - MOST_LINES));
        waiting = waiting.slice(-MOST_LINES);
        if (!dropping) log.warn(`more than ${MOST_LINES} figures wait for the server: the oldest are dropped`);
        dropping = true;
      }
      pump();
    },
    async close(signal) {
      if (closed) return;
      closed = true;
      cancelRetry?.();
      const waited = new AbortController();
      const late = clock.sleep(FAREWELL, AbortSignal.any([signal, waited.signal])).catch(() => {});
      await Promise.race([running, late]);
      waited.abort();
      if (!running && !failing && waiting.length > 0 && !signal.aborted) await send(FAREWELL);
      http.close();
    },
    destroy() {
      closed = true;
      cancelRetry?.();
      http.close();
    },
  };
}

/** What the server says is wrong, in a few words. */
function reasonOf(text: string): string {
  let said = text;
  try {
    const { message, error } = JSON.parse(text) as { readonly message?: unknown; readonly error?: unknown };
    said = String(message ?? error ?? '');
  } catch {
    // It is no JSON: shown as it is.
  }
  const line = said.replace(/\s+/g, ' ').trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
