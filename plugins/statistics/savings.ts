import type { Session } from '../../core/index.ts';

/** Figures of the sessions that ended in a period; those without known share, price or CO2 do not count for that figure. */
export interface Savings {
  /** %, weighted by energy; 0: none */
  readonly solarPercentage: number;
  readonly chargedKWh: number;
  /** Currency per kWh, weighted by energy; 0: unknown */
  readonly avgPrice: number;
  /** g/kWh, weighted by energy; 0: unknown */
  readonly avgCo2: number;
}

const DAY = 86_400_000;

/** Figures by period. `yearStart` in ms since the epoch. Pure. */
export function savingsOf(
  sessions: readonly Session[],
  now: number,
  yearStart: number,
): Readonly<Record<'30d' | '365d' | 'thisYear' | 'total', Savings>> {
  const since = (start: number): Savings =>
    figures(sessions.filter(({ energy, finished, created }) => energy > 0 && (finished ?? created) >= start));
  return {
    '30d': since(now - 30 * DAY),
    '365d': since(now - 365 * DAY),
    thisYear: since(yearStart),
    total: since(Number.NEGATIVE_INFINITY),
  };
}

function figures(sessions: readonly Session[]): Savings {
  const weighted = (value: (session: Session) => number | undefined): number => {
    const known = sessions.filter((session) => value(session) !== undefined);
    const energy = sum(known, (session) => session.energy);
    return energy > 0 ? sum(known, (session) => session.energy * (value(session) ?? 0)) / energy : 0;
  };
  return {
    solarPercentage: weighted((session) => session.solarPercentage),
    chargedKWh: sum(sessions, ({ energy }) => energy) / 1_000,
    avgPrice: weighted((session) => session.pricePerKwh),
    avgCo2: weighted((session) => session.co2PerKwh),
  };
}

function sum(sessions: readonly Session[], value: (session: Session) => number): number {
  return sessions.reduce((total, session) => total + value(session), 0);
}
