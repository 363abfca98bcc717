import type { DeviceContext, Rate } from '../../../core/index.ts';
import { scaled } from '../sources/value.ts';

/** Lists of values by time, as services give them, made into rates. Pure. */

/** A value that holds for some time. */
export interface Slot {
  /** ms since the epoch */
  readonly start: number;
  /** ms since the epoch, exclusive; absent: until the next slot, and the last one as long as the one before it */
  readonly end?: number;
  /** In the unit of the service; null: not known (yet) */
  readonly value: number | null;
}

/** ms; a slot without end lasts this long at most, since what follows later than that follows a gap */
const LONGEST = 3_600_000;

/** ms; what is asked for are days, and nobody needs to know what holds in years */
const DAY = 86_400_000;
const DAYS_AHEAD = 32;

/**
 * Rates of slots in any order, from the day before `now` on and for a month. What is listed twice alike counts once, what is
 * not known is left out. Errors: `EVCC_DEVICE_PROTOCOL` for slots that overlap, or end before they begin.
 */
export function toRates(
  slots: readonly Slot[],
  { scale, now }: { readonly scale: number; readonly now: number },
  { fail, time }: Pick<DeviceContext, 'fail' | 'time'>,
): Rate[] {
  const from = (Math.floor(now / DAY) - 1) * DAY;
  const until = from + DAYS_AHEAD * DAY;
  const sorted = [...slots].sort((a, b) => a.start - b.start);
  const rates: Rate[] = [];
  let length = LONGEST;
  for (const [index, { start, end, value }] of sorted.entries()) {
    if (end === undefined) {
      const distance = nextStart(sorted, index) - start;
      if (distance <= LONGEST) length = distance;
    }
    const last = end ?? start + length;
    if (value === null || last <= from || start >= until) continue;
    if (last <= start) fail('EVCC_DEVICE_PROTOCOL', `the value of ${time.format(start)} ends before it begins`);
    const rate = { start: Math.max(start, from), end: Math.min(last, until), price: scaled(value, scale) };
    if (!Number.isFinite(rate.price)) fail('EVCC_DEVICE_PROTOCOL', `the value of ${time.format(start)} is too large`);
    const before = rates.at(-1);
    if (!before || rate.start >= before.end) rates.push(rate);
    else if (rate.start !== before.start || rate.end !== before.end || rate.price !== before.price) {
      fail('EVCC_DEVICE_PROTOCOL', `two values hold at ${time.format(rate.start)}`);
    }
  }
  return rates;
}

/** When the slot after the one at `index` begins that does not begin with it. */
function nextStart(sorted: readonly Slot[], index: number): number {
  let next = index + 1;
  while (sorted[next] && sorted[next]?.start === sorted[index]?.start) next += 1;
  return sorted[next]?.start ?? Number.POSITIVE_INFINITY;
}

/**
 * Means of the slots between values that hold at an instant, each slot as long as the distance of two of them: half of the
 * one plus half of the other.
 */
export function meansBetween(values: readonly { readonly at: number; readonly value: number }[]): Slot[] {
  const sorted = [...values].sort((a, b) => a.at - b.at);
  return sorted.slice(0, -1).flatMap(({ at, value }, index): Slot[] => {
    const next = sorted[index + 1];
    return next && next.at > at ? [{ start: at, end: next.at, value: (value + next.value) / 2 }] : [];
  });
}
