import Type from 'typebox';
import type { Evcc, ParameterShape } from '../../core/index.ts';
import { type Resolution, type Slot, slotAt } from './slots.ts';

/** The time that a question is about, as slots. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Slots of one answer */
const MOST_SLOTS = 5_000;
/** The longest periods that are answered in quarter hours, hours and days unless something else is asked for */
const USUAL: readonly (readonly [Resolution, number])[] = [
  ['quarter', 3 * DAY],
  ['hour', 15 * DAY],
  ['day', 100 * DAY],
];

/** How a question names the period. */
export const PERIOD: Readonly<Record<'from' | 'to', ParameterShape>> = {
  from: {
    description: 'RFC 3339; absent: the last midnight',
    schema: Type.String({ format: 'date-time' }),
    example: '2025-06-15T00:00:00Z',
  },
  to: {
    description: 'RFC 3339; absent: now',
    schema: Type.String({ format: 'date-time' }),
    example: '2025-06-16T00:00:00Z',
  },
};

/** Times of a period as texts; absent or empty: `from` today, `to` now. Errors: `EVCC_COMMAND_INVALID`. */
export function periodOf(
  texts: { readonly from?: string | undefined; readonly to?: string | undefined },
  { time, clock, fail }: Pick<Evcc, 'time' | 'clock' | 'fail'>,
): Slot {
  const moment = (name: string, text: string | undefined, instead: number): number => {
    if (text === undefined || text === '') return instead;
    // In a query string a plus sign stands for a space.
    const at = time.parse(text.replace(' ', '+'));
    if (at !== undefined) return at;
    return fail(
      'EVCC_COMMAND_INVALID',
      `invalid ${name}: "${text.slice(0, 60)}"; allowed is a time such as 2025-06-15T00:00:00Z or with an offset`,
    );
  };
  const now = clock.now();
  const end = moment('to', texts.to, now);
  const start = moment('from', texts.from, time.startOfDay(end === now ? now : end - 1));
  if (start >= end) fail('EVCC_COMMAND_INVALID', 'from must be before to');
  return { start, end };
}

/** The resolution in which a period is usually looked at. */
export function usualResolution({ start, end }: Slot): Resolution {
  return USUAL.find(([, longest]) => end - start <= longest)?.[0] ?? 'month';
}

/** All slots that a period has part in. Errors: `EVCC_COMMAND_INVALID` when they are too many. */
export function slotsOf(
  { start, end }: Slot,
  resolution: Resolution,
  { time, fail }: Pick<Evcc, 'time' | 'fail'>,
): Slot[] {
  const slots: Slot[] = [];
  for (let slot = slotAt(resolution, start, time); slot.start < end; slot = slotAt(resolution, slot.end, time)) {
    slots.push(slot);
    if (slots.length > MOST_SLOTS) {
      fail(
        'EVCC_COMMAND_INVALID',
        `these are more than ${MOST_SLOTS} slots: ask for a shorter time, or for a coarser resolution`,
      );
    }
  }
  return slots;
}
