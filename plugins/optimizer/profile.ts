import { setImmediate } from 'node:timers/promises';
import type { HistoryRow, HistoryStore, Time } from '../../core/index.ts';

/** What the house consumed at each quarter hour of the day, as far as the history tells. */

export interface Profile {
  /** W at a time, on average of the last 30 days; `undefined`: nothing is known */
  at(time: number): number | undefined;
  /** W on average of the last quarter hour that is over; absent: not measured */
  readonly home?: number;
  readonly sun?: number;
}

const QUARTER = 900_000;
const HOUR = 4 * QUARTER;
const DAY = 24 * HOUR;
const DAYS = 30;
/** ms of history that are read at once; the control loop goes on in between */
const PORTION = 5 * DAY;
const HOME = 'homePower';
const SUN = 'pvPower';

/** Rows that are longer than an hour say nothing of the time of the day. */
export async function profileOf(
  store: HistoryStore,
  now: number,
  { formatLocal }: Pick<Time, 'formatLocal'>,
): Promise<Profile> {
  const sums = new Map<string, { weighted: number; known: number }>();
  const total = { weighted: 0, known: 0 };
  /** By the clocks on the wall, as people live, also when these are changed */
  const quarterOf = (at: number): string => {
    const text = formatLocal(at);
    return `${text.slice(-8, -6)} ${Math.floor(Number(text.slice(-5, -3)) / 15)}`;
  };
  const add = ({ start, length, mean, known }: HistoryRow): void => {
    if (length > 1.5 * HOUR) return;
    const parts = Math.max(1, Math.round(length / QUARTER));
    for (let part = 0; part < parts; part += 1) {
      const quarter = quarterOf(start + part * QUARTER);
      const sum = sums.get(quarter) ?? { weighted: 0, known: 0 };
      sums.set(quarter, sum);
      for (const each of [sum, total]) {
        each.weighted += (mean * known) / parts;
        each.known += known / parts;
      }
    }
  };
  for (let from = now - DAYS * DAY; from < now; from += PORTION) {
    for (const row of await store.list({ series: [HOME], from, until: Math.min(from + PORTION, now) })) add(row);
    await setImmediate();
  }
  const began = Math.floor(now / QUARTER) * QUARTER - QUARTER;
  const recent = await store.list({ series: [HOME, SUN], from: began, until: began + QUARTER });
  const [home, sun] = [HOME, SUN].map((name) => recent.find(({ series }) => series === name)?.mean);
  return {
    at(at) {
      const { weighted, known } = sums.get(quarterOf(at)) ?? total;
      return known > 0 ? weighted / known : undefined;
    },
    ...(home !== undefined && { home }),
    ...(sun !== undefined && { sun }),
  };
}
