import type { Session, Store, Time } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Wh; shorter sessions are not listed */
const SMALLEST_ENERGY = 50;

/** A year or a month of it; absent: all times. */
export interface Period {
  readonly year?: number;
  /** 1 to 12; only with a year */
  readonly month?: number;
}

/** The period that a query asks for; a month without a year means nothing. */
export function periodOf(query: URLSearchParams): Period {
  const year = whole(query, 'year', 1, 9999);
  const month = whole(query, 'month', 1, 12);
  return year === undefined ? {} : { year, ...(month !== undefined && { month }) };
}

/** `2025-06`, `2025` or nothing */
export function nameOf({ year, month }: Period): string {
  if (year === undefined) return '';
  return `${String(year).padStart(4, '0')}${month === undefined ? '' : `-${String(month).padStart(2, '0')}`}`;
}

/** The sessions that began in a period, in UTC or by the `local` clocks, newest first. */
export async function listSessions(
  store: Store,
  period: Period,
  time: Time,
  local: boolean,
): Promise<readonly Session[]> {
  const sessions = await store.sessions.list(boundsOf(period, time, local));
  return sessions.filter(({ energy }) => energy >= SMALLEST_ENERGY);
}

/** First ms of a period and of the one after it. */
function boundsOf(
  { year, month }: Period,
  time: Time,
  local: boolean,
): { readonly from?: number; readonly until?: number } {
  if (year === undefined) return {};
  const next = month === undefined || month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
  const beginning = (of: Period): number | undefined => {
    const utc = time.parse(`${nameOf({ month: 1, ...of })}-01T00:00:00Z`);
    return utc !== undefined && local ? localMidnight(utc, time) : utc;
  };
  const from = beginning({ year, ...(month !== undefined && { month }) });
  // There is no year 10000 in these texts.
  const until = beginning(next);
  return { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
}

const HOUR = 3_600_000;

/** The midnight that the local clocks show as UTC shows `utc`; a change of the clock is not far from it at most. */
function localMidnight(utc: number, time: Time): number {
  const shown = time.parse(`${time.formatLocal(utc).replace(' ', 'T')}Z`) ?? utc;
  return time.startOfDay(2 * utc - shown + 3 * HOUR);
}

function whole(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refusal(400, `invalid ${name}: "${text.slice(0, 60)}"; allowed is a whole number from ${least} to ${most}`);
}
