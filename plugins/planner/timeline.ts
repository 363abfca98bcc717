/** Sums of what is promised, over time. */

/** What is taken at a time. */
export interface Taken {
  /** W */
  readonly power: number;
  /** A per phase */
  readonly current: number;
}

const NOTHING: Taken = { power: 0, current: 0 };

/** A sum of power and current that changes in steps. Times are ms since the epoch. */
export class Timeline {
  /** Times of the steps, ascending; before the first one nothing is taken */
  readonly #steps: number[] = [];
  /** What is taken from each step until the next one */
  readonly #taken: Taken[] = [];

  /** Adds to what is taken from one time to another. */
  add(start: number, end: number, { power, current }: Taken): void {
    if (!(end > start)) return;
    const first = this.#cut(start);
    const last = this.#cut(end);
    for (let index = first; index < last; index += 1) {
      const before = this.#taken[index] ?? NOTHING;
      this.#taken[index] = { power: before.power + power, current: before.current + current };
    }
  }

  at(time: number): Taken {
    return this.#taken[this.#after(time) - 1] ?? NOTHING;
  }

  /** When the sum changes next after a time; Infinity: never. */
  next(time: number): number {
    return this.#steps[this.#after(time)] ?? Number.POSITIVE_INFINITY;
  }

  /** Index of the step at a time, which is made where there is none. */
  #cut(time: number): number {
    const after = this.#after(time);
    if (this.#steps[after - 1] === time) return after - 1;
    this.#steps.splice(after, 0, time);
    this.#taken.splice(after, 0, this.#taken[after - 1] ?? NOTHING);
    return after;
  }

  /** Index of the first step after a time. */
  #after(time: number): number {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#steps[middle] ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
