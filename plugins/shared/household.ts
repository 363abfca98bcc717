/** Mean consumption of the house without charging, as it was seen so far: what is expected of it where no more is known. */

/** ms that the mean looks back, as far as it was seen */
const MEMORY = 7 * 86_400_000;
/** ms that one value stands for at most: the house may have been asleep */
const LONGEST = 300_000;

export interface Household {
  /** W; 0 before anything was seen */
  readonly mean: number;
  note(now: number, power: number): void;
}

export function createHousehold(): Household {
  let mean = 0;
  let seen = 0;
  let last = Number.NaN;
  return {
    get mean() {
      return mean;
    },
    note(now, power) {
      const elapsed = Number.isNaN(last) ? 1 : Math.min(Math.max(0, now - last), LONGEST);
      last = now;
      if (elapsed === 0) return;
      seen = Math.min(MEMORY, seen + elapsed);
      mean += ((power - mean) * elapsed) / seen;
    },
  };
}
