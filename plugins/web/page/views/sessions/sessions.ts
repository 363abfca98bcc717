/** Charging sessions as this view works with them. */

export interface Session {
  readonly id: number;
  /** ms since the epoch at which charging first began */
  readonly start: number;
  /** ms since the epoch; absent: it goes on */
  readonly end?: number;
  /** Titles; an empty vehicle is unknown */
  readonly loadpoint: string;
  readonly vehicle: string;
  /** km; absent: unknown */
  readonly odometer?: number;
  /** kWh */
  readonly energy: number;
  /** %, share of solar and battery energy; absent: unknown */
  readonly solar?: number;
  /** Currency; absent: unknown */
  readonly price?: number;
  /** g/kWh; absent: unknown */
  readonly co2?: number;
}

/** What the API says, in the order in which it says it; rows without an id, a start or an energy are left out. */
export function sessionsOf(answer: unknown): readonly Session[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((row: Readonly<Record<string, unknown>>): Session[] => {
    const { id } = row;
    const start = timeOf(row.created);
    const energy = numberOf(row.chargedEnergy);
    if (typeof id !== 'number' || start === undefined || energy === undefined) return [];
    const known = {
      end: timeOf(row.finished),
      odometer: numberOf(row.odometer),
      solar: numberOf(row.solarPercentage),
      price: numberOf(row.price),
      co2: numberOf(row.co2PerKWh),
    };
    const present = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
    return [{ id, start, energy, loadpoint: textOf(row.loadpoint), vehicle: textOf(row.vehicle), ...present }];
  });
}

export interface Totals {
  readonly count: number;
  /** kWh */
  readonly energy: number;
  /** kWh of solar and battery energy; what is unknown counts as none */
  readonly solar: number;
  /** Currency; absent: of no session known */
  readonly price?: number;
  /** Currency per kWh of the sessions whose price is known; absent: none */
  readonly perKwh?: number;
  /** g/kWh of the sessions whose CO2 is known; absent: none */
  readonly co2?: number;
}

export function totalsOf(sessions: readonly Session[]): Totals {
  const sum = (of: (session: Session) => number): number => sessions.reduce((total, each) => total + of(each), 0);
  const priced = sum(({ price, energy }) => (price === undefined ? 0 : energy));
  const clean = sum(({ co2, energy }) => (co2 === undefined ? 0 : energy));
  const price = sum((session) => session.price ?? 0);
  return {
    count: sessions.length,
    energy: sum(({ energy }) => energy),
    solar: sum(({ energy, solar }) => (energy * (solar ?? 0)) / 100),
    ...(priced > 0 && { price, perKwh: price / priced }),
    ...(clean > 0 && { co2: sum(({ co2, energy }) => (co2 ?? 0) * energy) / clean }),
  };
}

/** The years before 1970 stand for a time that is not set. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return time > 0 ? time : undefined;
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
