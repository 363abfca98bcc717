import type { ChargingSession } from '../../shared/series/sessions-file.ts';

/** What each session got of what it wanted. */

export interface Visit extends ChargingSession {
  /** Wh at the charger */
  delivered: number;
}

/** Follows the sessions at one loadpoint, in the order of time. */
export interface VisitTracker {
  readonly visits: readonly Visit[];
  /** The visit that is under way or comes next; absent: there is none any more */
  current(): Visit | undefined;
  /** Hands in what the charger has counted by `now`. */
  note(now: number, energy: number): void;
}

export function trackVisits(sessions: readonly ChargingSession[]): VisitTracker {
  const visits = sessions.map((session): Visit => ({ ...session, delivered: 0 }));
  let current = 0;
  // Wh on the counter when the current visit began.
  let begun = 0;
  return {
    visits,
    current: () => visits[current],
    note: (now, energy) => {
      for (let visit = visits[current]; visit && now >= visit.plugIn; visit = visits[current]) {
        visit.delivered = Math.min(visit.energy, energy - begun);
        if (now < visit.plugOut) return;
        current += 1;
        // Two visits may meet between two cycles: then the first one has had no more than it wanted.
        const meets = (visits[current]?.plugIn ?? Number.POSITIVE_INFINITY) <= now;
        begun = meets ? begun + visit.delivered : energy;
      }
    },
  };
}
