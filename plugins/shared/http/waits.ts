import type { DeviceContext } from '../../../core/index.ts';
import type { HttpAnswer } from './client.ts';

/** Remembers how long servers do not want to be asked. */
export interface Waits {
  /** s until the server of an address may be asked again, rounded up; 0: now */
  left(url: string): number;
  /** Sees every answer. */
  note(url: string, answer: Pick<HttpAnswer, 'status' | 'headers'>): void;
}

/** ms; a server that asks for more is asked again after a day */
const LONGEST = 24 * 3_600_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Retry-After` of the statuses 429 and 503 (RFC 9110, section 10.2.3), by protocol, host and port. */
export function createWaits({ clock, time }: Pick<DeviceContext, 'clock' | 'time'>): Waits {
  const waits = new Map<string, { readonly since: number; readonly until: number }>();

  /** ms, `undefined`: it does not say */
  const wanted = (field: unknown): number | undefined => {
    if (typeof field !== 'string') return undefined;
    if (/^\d+$/.test(field)) return Number(field) * 1_000;
    const date = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(field);
    const [, day, month = '', year, hour] = date ?? [];
    const until = time.parse(`${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}T${hour}Z`);
    return until === undefined ? undefined : until - clock.now();
  };

  return {
    left: (url) => {
      const origin = URL.parse(url)?.origin ?? '';
      const wait = waits.get(origin);
      const now = clock.now();
      // Before `since`: the clock was put back, and nobody knows how long it would be.
      if (wait && now >= wait.since && now < wait.until) return Math.ceil((wait.until - now) / 1_000);
      waits.delete(origin);
      return 0;
    },
    note: (url, { status, headers }) => {
      const ms = status === 429 || status === 503 ? wanted(headers['retry-after']) : undefined;
      if (ms === undefined || ms <= 0) return;
      const since = clock.now();
      waits.set(URL.parse(url)?.origin ?? '', { since, until: since + Math.min(ms, LONGEST) });
    },
  };
}
