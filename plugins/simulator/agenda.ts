import { DAY, type Offset, toUtc, type Weekday, weekday } from './local-time.ts';

/** When a car comes and goes. */

/** A car comes home or leaves. */
export interface Visit {
  /** ms since the epoch */
  readonly at: number;
  /** true: it comes; false: it leaves */
  readonly home: boolean;
  /** km driven before it comes; 0 when it leaves */
  readonly distance: number;
  /** Wh at the charger that it comes to take; absent: what its trip has used, on top of what was missing before */
  readonly wanted?: number;
}

export interface Agenda {
  /** The first visit or departure after `after`; absent: none */
  next(after: number): Visit | undefined;
  /** The last visit or departure up to `at` */
  last(at: number): Visit;
}

const COME: Visit = { at: Number.NEGATIVE_INFINITY, home: true, distance: 0 };
const GONE: Visit = { at: Number.NEGATIVE_INFINITY, home: false, distance: 0 };

/** Always at home. */
export const AT_HOME: Agenda = { next: () => undefined, last: () => COME };

export interface Trip {
  readonly days: readonly Weekday[];
  /** ms since local midnight */
  readonly leave: number;
  /** ms since local midnight; not later than `leave`: on the next day */
  readonly back: number;
  /** km */
  readonly distance: number;
}

/** Trips that repeat every week, in local time. They should not overlap: of two that do, the first to end ends both. */
export function weekly(trips: readonly Trip[], offset: Offset): Agenda {
  return {
    next: (after) => {
      let first: Visit | undefined;
      for (const visit of around(trips, offset, after)) {
        if (visit.at > after && (!first || visit.at < first.at)) first = visit;
      }
      return first;
    },
    last: (at) => {
      let last = COME;
      for (const visit of around(trips, offset, at)) if (visit.at <= at && visit.at >= last.at) last = visit;
      return last;
    },
  };
}

/** Every visit from a week before `at` until a week after it: a car may go once a week only. */
function around(trips: readonly Trip[], offset: Offset, at: number): Visit[] {
  const visits: Visit[] = [];
  const today = Math.floor((at + offset(at)) / DAY) * DAY;
  for (let day = today - 8 * DAY; day <= today + 8 * DAY; day += DAY) {
    for (const trip of trips) {
      if (!trip.days.includes(weekday(day))) continue;
      const back = day + trip.back + (trip.back > trip.leave ? 0 : DAY);
      visits.push({ at: toUtc(day + trip.leave, offset), home: false, distance: 0 });
      visits.push({ at: toUtc(back, offset), home: true, distance: trip.distance });
    }
  }
  return visits;
}

/** One stay of a car at its charger. */
export interface Stay {
  /** ms since the epoch */
  readonly plugIn: number;
  /** ms since the epoch, > `plugIn` */
  readonly plugOut: number;
  /** Wh that it takes at the charger, if it gets them */
  readonly energy: number;
}

/** Stays in the order of time, without overlap. Before, between and after them the car is away. */
export function stays(list: readonly Stay[]): Agenda {
  let left = Number.NEGATIVE_INFINITY;
  const visits = list.flatMap(({ plugIn, plugOut, energy }): Visit[] => {
    // Two things never happen at once: who leaves and comes back in the same ms is away for one.
    const at = plugIn === left ? plugIn + 1 : plugIn;
    left = plugOut;
    return [
      { at, home: true, distance: 0, wanted: energy },
      { at: plugOut, home: false, distance: 0 },
    ];
  });
  return {
    next: (after) => visits[firstAfter(visits, after)],
    last: (at) => visits[firstAfter(visits, at) - 1] ?? GONE,
  };
}

/** Index of the first visit later than `at`, by bisection. */
function firstAfter(visits: readonly Visit[], at: number): number {
  let low = 0;
  let high = visits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((visits[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
