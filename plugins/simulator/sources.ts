/** What drives the house from outside, as a function of time alone. */

/** A power that is constant for a while. */
export interface Source {
  /** W, ≥ 0, at `at` (ms since the epoch) */
  power(at: number): number;
  /** ms since the epoch, > `at`: until then `power` stays as it is at `at` */
  until(at: number): number;
}

export interface Sources {
  /** Household consumption without charging */
  readonly load: Source;
  /** Solar production */
  readonly pv: Source;
  /** What `pv` means. `peak`: W per installed W, from 0 to about 1. `total`: W of all PV systems together. */
  readonly pvUnit: 'peak' | 'total';
}

/** Always the same power. */
export function constant(power: number): Source {
  return { power: () => power, until: () => Number.POSITIVE_INFINITY };
}
