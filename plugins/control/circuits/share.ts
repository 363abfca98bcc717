/**
 * Divides limits among those who load them. Pure arithmetic, in no particular unit: a limit may count amperes of a phase or
 * watts; `weight` says how much of it one ampere of a party takes.
 */

/** How a party loads one of the limits. */
export interface Claim {
  /** Index of the limit */
  readonly limit: number;
  /** Load of the limit for each ampere; 0: none */
  readonly weight: number;
  /** Load that the party may cause now, before it is told anything */
  readonly held: number;
}

/** One of those who share. */
export interface Party {
  /** A, smallest share; less is none at all */
  readonly min: number;
  /** A, largest share; below `min`: it gets nothing */
  readonly max: number;
  /** A between two shares */
  readonly step: number;
  /** A; 0: it wants nothing, but may get what is left over */
  readonly wanted: number;
  /** A that it makes use of; more only serves it after all others have what they make use of */
  readonly needs: number;
  /** A that it has for certain: telling it this much changes nothing; `held` may count more, where that is not known */
  readonly kept: number;
  /** 0 is served before 1, and so on; within a rank the order of the list counts */
  readonly rank: number;
  /** Claims of each way in which it can take current, the preferred one first; each way names the same limits */
  readonly ways: readonly (readonly Claim[])[];
}

/** What a party gets. */
export interface Share {
  /** A; 0: nothing */
  readonly current: number;
  /** Index of the way */
  readonly way: number;
  /** It would get more if others had already given up what they are about to. */
  readonly waits: boolean;
  /** The limit that has the least left for it, and how much that is in A; absent: it has all that it can take */
  readonly bound?: { readonly limit: number; readonly left: number };
}

/** Differences that come from binary fractions */
const EPSILON = 1e-6;

/**
 * Shares by party. Each gets its minimum first, in order, as long as it fits; what is left raises those who have least, up
 * to what each needs, then up to what each wants, then up to what each can take. Nobody is raised before those who give something
 * up have done so: where anybody gets more than before, `held` and shares together never exceed `rooms`.
 */
export function share(rooms: readonly number[], parties: readonly Party[]): Share[] {
  const target = new Pouring(rooms, parties, false);
  target.pour(parties.map(({ max, ways }) => ({ most: max, ways: ways.map((_, way) => way) })));
  const real = new Pouring(rooms, parties, true);
  real.pour(
    parties.map(({ ways }, index) => {
      const { current, way } = target.cups[index] ?? EMPTY;
      // A way that takes more phases has to wait as well; until then the others serve.
      return { most: current, ways: [way, ...ways.map((_, other) => other).filter((other) => other > way)] };
    }),
  );
  return parties.map(({ wanted, max }, index) => {
    const { current, way } = real.cups[index] ?? EMPTY;
    const aim = target.cups[index] ?? EMPTY;
    const bound = current < max - EPSILON ? real.tightest(index) : undefined;
    const waits = current < Math.min(aim.current, wanted) - EPSILON || (current > 0 && way !== aim.way);
    return { current, way: current > 0 ? way : aim.way, waits, ...(bound !== undefined && { bound }) };
  });
}

interface Cup {
  current: number;
  way: number;
}

const EMPTY: Cup = { current: 0, way: 0 };

/** What a party may get in one pouring. */
interface Bounds {
  /** A */
  readonly most: number;
  /** Indices of ways, in order of preference */
  readonly ways: readonly number[];
}

class Pouring {
  readonly cups: readonly Cup[];
  readonly #rooms: number[];
  readonly #parties: readonly Party[];
  readonly #held: boolean;

  /** `held`: what the parties may take now is taken into account. */
  constructor(rooms: readonly number[], parties: readonly Party[], held: boolean) {
    this.cups = parties.map(() => ({ current: 0, way: 0 }));
    this.#rooms = [...rooms];
    this.#parties = parties;
    this.#held = held;
    if (!held) return;
    for (const { ways } of parties) {
      for (const claim of ways[0] ?? []) this.#take(claim.limit, claim.held);
    }
  }

  pour(bounds: readonly Bounds[]): void {
    const upTo = (level: (party: Party) => number): number[] =>
      this.#parties.map((party, index) => Math.min(bounds[index]?.most ?? 0, level(party)));
    this.#admit(bounds, ({ wanted }) => wanted > 0);
    this.#fill(upTo(({ wanted, needs }) => Math.min(wanted, needs)));
    this.#fill(upTo(({ wanted }) => wanted));
    this.#admit(bounds, ({ wanted }) => !(wanted > 0));
    this.#fill(upTo(({ max }) => max));
    this.#toSteps(
      upTo(({ wanted }) => wanted),
      upTo(({ max }) => max),
    );
  }

  /** The limit of a party's way that has the least left, in amperes of the party. */
  tightest(index: number): Share['bound'] {
    let tightest: Share['bound'];
    for (const { limit, weight, held } of this.#claims(index)) {
      const current = this.cups[index]?.current ?? 0;
      const own = this.#held ? Math.max(0, held - weight * current) : 0;
      const left = weight > 0 ? (this.#room(limit) + own) / weight : Number.POSITIVE_INFINITY;
      if (left < (tightest?.left ?? Number.POSITIVE_INFINITY)) tightest = { limit, left };
    }
    return tightest;
  }

  /** Gives the minimum to each who fits, in one of its ways. */
  #admit(bounds: readonly Bounds[], who: (party: Party) => boolean): void {
    const order = [...this.#parties.entries()].filter(([, party]) => who(party));
    order.sort(([a, one], [b, other]) => one.rank - other.rank || a - b);
    for (const [index, { min }] of order) {
      const cup = this.cups[index];
      const { most, ways } = bounds[index] ?? { most: 0, ways: [] };
      if (!cup || most < min - EPSILON) continue;
      const way = ways.find((each) => this.#fits(index, this.#claims(index, each), 0, min));
      if (way === undefined) continue;
      cup.way = way;
      this.#set(index, min);
    }
  }

  /** Raises those who have least of the admitted ones, each up to its level, until their limits are used up. */
  #fill(levels: readonly number[]): void {
    let rising = this.cups.flatMap((cup, index) => (cup.current > 0 && this.#canRise(index, levels) ? [index] : []));
    while (rising.length > 0) {
      const currents = rising.map((index) => this.cups[index]?.current ?? 0);
      const least = Math.min(...currents);
      const lowest = rising.filter((_, place) => (currents[place] ?? 0) <= least + EPSILON);
      const slopes = new Map<number, number>();
      let rise = Math.min(...currents.filter((current) => current > least + EPSILON)) - least;
      for (const index of lowest) {
        const current = this.cups[index]?.current ?? 0;
        rise = Math.min(rise, (levels[index] ?? 0) - current);
        const { kept } = this.#parties[index] ?? { kept: 0 };
        if (this.#held && kept > current + EPSILON) rise = Math.min(rise, kept - current);
        for (const claim of this.#claims(index)) {
          const free = this.#free(claim, current);
          if (free > EPSILON) rise = Math.min(rise, free);
          else slopes.set(claim.limit, (slopes.get(claim.limit) ?? 0) + claim.weight);
        }
      }
      for (const [limit, slope] of slopes) {
        if (slope > 0) rise = Math.min(rise, Math.max(0, this.#room(limit)) / slope);
      }
      for (const index of lowest) this.#set(index, (this.cups[index]?.current ?? 0) + rise);
      rising = rising.filter((index) => this.#canRise(index, levels));
    }
  }

  /** Lowers everybody to its steps, and gives single steps away that became free: first to those who want them. */
  #toSteps(...levels: readonly (readonly number[])[]): void {
    for (const [index, { current }] of this.cups.entries()) {
      const { min, step } = this.#parties[index] ?? { min: 0, step: 1 };
      if (current > 0) this.#set(index, Math.max(min, stepsOf(current, step)));
    }
    for (const level of levels) {
      for (const [index, { current }] of this.cups.entries()) {
        const { step } = this.#parties[index] ?? { step: 1 };
        const next = stepsOf(current + step, step);
        if (current === 0 || next > (level[index] ?? 0) + EPSILON) continue;
        if (this.#fits(index, this.#claims(index), current, next)) this.#set(index, next);
      }
    }
  }

  #canRise(index: number, levels: readonly number[]): boolean {
    const current = this.cups[index]?.current ?? 0;
    if (current >= (levels[index] ?? 0) - EPSILON) return false;
    if (this.#isStuck(index, this.#claims(index), current + 2 * EPSILON)) return false;
    return this.#claims(index).every(
      (claim) => claim.weight === 0 || this.#free(claim, current) > EPSILON || this.#room(claim.limit) > EPSILON,
    );
  }

  /** A that a party can be raised by before it loads a limit more than it does anyway. */
  #free({ weight, held }: Claim, current: number): number {
    if (weight === 0) return Number.POSITIVE_INFINITY;
    return this.#held ? held / weight - current : 0;
  }

  /** It would get more for certain, while nobody knows whether there is any. */
  #isStuck(index: number, claims: readonly Claim[], to: number): boolean {
    if (!this.#held || to <= (this.#parties[index]?.kept ?? 0) + EPSILON) return false;
    return claims.some(({ limit, weight }) => weight > 0 && this.#room(limit) < -EPSILON);
  }

  #fits(index: number, claims: readonly Claim[], from: number, to: number): boolean {
    if (this.#isStuck(index, claims, to)) return false;
    return claims.every((claim) => {
      const more = this.#load(claim, to) - this.#load(claim, from);
      return more <= EPSILON || more <= this.#room(claim.limit) + EPSILON;
    });
  }

  #set(index: number, current: number): void {
    const cup = this.cups[index];
    if (!cup) return;
    for (const claim of this.#claims(index)) {
      this.#take(claim.limit, this.#load(claim, current) - this.#load(claim, cup.current));
    }
    cup.current = current;
  }

  #load({ weight, held }: Claim, current: number): number {
    return this.#held ? Math.max(held, weight * current) : weight * current;
  }

  #claims(index: number, way: number = this.cups[index]?.way ?? 0): readonly Claim[] {
    return this.#parties[index]?.ways[way] ?? [];
  }

  #room(limit: number): number {
    return this.#rooms[limit] ?? 0;
  }

  #take(limit: number, load: number): void {
    this.#rooms[limit] = this.#room(limit) - load;
  }
}

/** A on whole steps, never more. */
function stepsOf(current: number, step: number): number {
  return Math.round(Math.floor(current / step + 1e-6) * step * 1e6) / 1e6;
}
