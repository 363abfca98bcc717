/** A small house that adds up: sun, household, one car at a wallbox, and meters that count. Units: W, Wh, A, s. */

/** What a person or the weather decides. */
export interface Surroundings {
  /** W of the sun on the roof */
  pv: number;
  /** W of everything but the wallbox */
  household: number;
  /** A car is plugged in. */
  connected: boolean;
}

/** What the wallbox was told. */
export interface Box {
  enabled: boolean;
  /** A per phase that it offers */
  current: number;
  phases: 1 | 3;
}

const VOLTAGE = 230;
/** A per phase that the car takes at most */
const CAR_CURRENT = 16;
/** Wh that fit into the car */
const CAPACITY = 60_000;
/** A per second by which the car follows a new offer */
const RAMP = 4;

export class House {
  readonly surroundings: Surroundings = { pv: 3_000, household: 400, connected: true };
  readonly box: Box = { enabled: false, current: 6, phases: 3 };
  /** Wh since the beginning */
  readonly energy = { charged: 0, imported: 0, exported: 0, generated: 0 };
  /** % of the car's battery */
  soc = 35;
  #current = 0;

  /** A per phase that flows */
  get current(): number {
    return this.#current;
  }

  get charging(): boolean {
    return this.#current > 0;
  }

  get chargePower(): number {
    return this.#current * this.box.phases * VOLTAGE;
  }

  /** W at the grid connection, + import */
  get gridPower(): number {
    return this.surroundings.household + this.chargePower - this.surroundings.pv;
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    const { connected } = this.surroundings;
    const offered = connected && this.box.enabled && this.box.current >= 6 && this.soc < 100 ? this.box.current : 0;
    const wanted = Math.min(offered, CAR_CURRENT);
    // Up in steps, down at once: a car must not take more than it is offered.
    this.#current = Math.min(wanted, this.#current === 0 ? Math.min(wanted, 6) : this.#current + RAMP * seconds);
    const hours = seconds / 3_600;
    this.energy.charged += this.chargePower * hours;
    this.energy.generated += this.surroundings.pv * hours;
    this.energy.imported += Math.max(0, this.gridPower) * hours;
    this.energy.exported += Math.max(0, -this.gridPower) * hours;
    this.soc = Math.min(100, this.soc + ((this.chargePower * hours) / CAPACITY) * 100);
  }
}
