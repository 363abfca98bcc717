/**
 * What the linear program is made of and what comes of it, in the form in which clients read both (`evopt`). Energies are Wh
 * of a slot, on average dt / 3600 × W; prices are currency per Wh.
 */

/** How ties, and a little more, are decided: see docs/optimizer.md */
export const CHARGING_STRATEGIES = [
  'charge_before_export',
  'attenuate_grid_peaks',
  'attenuate_demand_peaks',
  'attenuate_feedin_peaks',
  'none',
] as const;
export type ChargingStrategy = (typeof CHARGING_STRATEGIES)[number];

/** A home battery, or the battery of a connected car. */
export interface BatteryRequest {
  /** It may be charged from the grid, not only from surplus. */
  readonly charge_from_grid: boolean;
  /** It may be discharged into the grid. */
  readonly discharge_to_grid: boolean;
  /** Wh that it holds when it is full; absent: unknown */
  readonly s_capacity?: number;
  /** Wh below which it is not discharged */
  readonly s_min: number;
  /** Wh above which it is not charged */
  readonly s_max: number;
  /** Wh that it holds now */
  readonly s_initial: number;
  /** W, the least that it is charged with, if at all */
  readonly c_min: number;
  /** W */
  readonly c_max: number;
  /** W; 0: it cannot be discharged */
  readonly d_max: number;
  /** Currency per Wh that is stored at the end */
  readonly p_a: number;
  /** Wh that have to be charged in each slot; absent: none */
  readonly p_demand?: readonly number[];
  /** Wh that have to be stored at the end of each slot, 0: no goal; absent: none at all */
  readonly s_goal?: readonly number[];
}

export interface OptimizerRequest {
  readonly strategy: {
    readonly charging_strategy: ChargingStrategy;
    readonly discharging_strategy: 'discharge_before_import';
  };
  /** W that may be taken from the grid, and fed into it; absent: no limit */
  readonly grid: { readonly p_max_imp?: number; readonly p_max_exp?: number };
  readonly batteries: readonly BatteryRequest[];
  readonly time_series: {
    /** s, length of each slot */
    readonly dt: readonly number[];
    /** Wh that the house consumes, without what is charged */
    readonly gt: readonly number[];
    /** Wh of sun */
    readonly ft: readonly number[];
    /** Currency per Wh that is taken from the grid */
    readonly p_N: readonly number[];
    /** Currency per Wh that is fed in */
    readonly p_E: readonly number[];
  };
  /** 0..1, of what is charged that is stored, and of what is stored that comes back */
  readonly eta_c: number;
  readonly eta_d: number;
}

export interface BatteryResult {
  /** Wh in each slot */
  readonly charging_power: readonly number[];
  readonly discharging_power: readonly number[];
  /** Wh at the end of each slot */
  readonly state_of_charge: readonly number[];
}

export interface OptimizerResult {
  readonly status: 'Optimal';
  /** Currency that is earned: feed-in, and the value of what is stored at the end, less what is paid; negative: a cost */
  readonly objective_value: number;
  readonly limit_violations: { readonly grid_import_limit_exceeded: boolean; readonly grid_export_limit_hit: boolean };
  /** In the order of the request */
  readonly batteries: readonly BatteryResult[];
  /** Wh in each slot */
  readonly grid_import: readonly number[];
  readonly grid_export: readonly number[];
  /** In each slot; 0: import, 1: export */
  readonly flow_direction: readonly (0 | 1)[];
  /** Wh beyond the limit of import, and Wh of sun that nobody may have, in each slot */
  readonly grid_import_overshoot: readonly number[];
  readonly grid_export_overshoot: readonly number[];
}
