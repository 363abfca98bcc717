import type { Session, Store, Time } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Wh; shorter sessions are not listed */
const SMALLEST_ENERGY = 50;

/** The sessions that a query (`year`, and with it `month`, in UTC) asks for, newest first. */
export async function listSessions(store: Store, query: URLSearchParams, time: Time): Promise<readonly Session[]> {
  const format = query.get('format') ?? 'json';
  if (format !== 'json') throw new Refusal(400, `format "${format.slice(0, 60)}" is not available; allowed is json`);
  const year = whole(query, 'year', 1, 9999);
  const month = whole(query, 'month', 1, 12);
  const prefix =
    year === undefined
      ? ''
      : `${String(year).padStart(4, '0')}-${month === undefined ? '' : `${String(month).padStart(2, '0')}-`}`;
  const sessions = await store.sessions.list();
  return sessions.filter(({ energy, created }) => energy >= SMALLEST_ENERGY && time.format(created).startsWith(prefix));
}

function whole(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refusal(400, `invalid ${name}: "${text.slice(0, 60)}"; allowed is a whole number from ${least} to ${most}`);
}
