/**
 * The only file that touches the wall clock and timers. Everything else takes a `Clock` as argument, so that tests,
 * simulation and replay run on a clock of their own.
 */
export interface Clock {
  /** ms since the epoch */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** ms that one timer can wait; longer times are waited for in parts */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `run` after `ms`; the returned function cancels it. */
function wait(ms: number, run: () => void, keepAlive: boolean): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const start = (left: number): void => {
    timer = setTimeout(
      () => (left > LONGEST_TIMER ? start(left - LONGEST_TIMER) : run()),
      Math.min(left, LONGEST_TIMER),
    );
    if (!keepAlive) timer.unref();
  };
  start(ms);
  return () => clearTimeout(timer);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = wait(
        ms,
        () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
        true,
      );
      signal?.addEventListener('abort', abort, { once: true });
    }),
  after: (ms, run) => wait(ms, run, false),
};

/** RFC 3339 with a mandatory time and offset; a space or lower-case separators are not accepted. */
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** ms since the epoch of an RFC 3339 text, `undefined` when it is none or names a date that does not exist. */
export function parseTime(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** RFC 3339 in UTC, whole seconds unless the time has a fraction. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  // Other years are rare; of these, lists of thousands are written, for which toISOString is too slow.
  if (!(year >= 1_000 && year <= 9_999)) return date.toISOString().replace('.000Z', 'Z');
  const day = `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const ms = date.getUTCMilliseconds();
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0')}`;
  return `${day}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}${fraction}Z`;
}

/** `2025-06-15 14:00:00` by the clocks of the place where the process runs; years have at least four digits. */
export function formatLocal(time: number): string {
  const date = new Date(time);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `Tue, 01 Jul 2025 12:00:00 GMT`, as header fields of HTTP have it; to the second. */
export function formatHttp(time: number): string {
  return new Date(time).toUTCString();
}

/** ms since the epoch of the last midnight, by the clocks of the place where the process runs. */
export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** ms since the epoch of the midnight that the month began with, by the clocks of the place where the process runs. */
export function startOfMonth(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
}

/** ms since the epoch of the last New Year's midnight, by the clocks of the place where the process runs. */
export function startOfYear(time: number): number {
  return new Date(new Date(time).getFullYear(), 0, 1).getTime();
}

/** Time helpers for plugins, which import no values from core. */
export interface Time {
  /** See `parseTime`. */
  readonly parse: (text: string) => number | undefined;
  /** See `formatTime`. */
  readonly format: (time: number) => string;
  /** See `formatLocal`. */
  readonly formatLocal: (time: number) => string;
  /** See `formatHttp`. */
  readonly formatHttp: (time: number) => string;
  /** See `startOfDay`. */
  readonly startOfDay: (time: number) => number;
  /** See `startOfMonth`. */
  readonly startOfMonth: (time: number) => number;
  /** See `startOfYear`. */
  readonly startOfYear: (time: number) => number;
}

export const time: Time = {
  parse: parseTime,
  format: formatTime,
  formatLocal,
  formatHttp,
  startOfDay,
  startOfMonth,
  startOfYear,
};
