/**
 * Published values that the page shows, as the WebSocket writes them: durations in s, times as RFC 3339 or null. Every one of
 * them may be missing; the meaning of each is described in the table of state keys.
 */

export type ChargeMode = 'off' | 'pv' | 'minpv' | 'now';

/** Why a loadpoint charges as it does: who said it, what, and what would change it. */
export interface Reason {
  readonly by: string;
  readonly code: string;
  readonly text: string;
  readonly change?: string;
  /** A that remain, where it lowered them */
  readonly current?: number;
}

export interface Device {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly since: string | null;
}

/** Start and end in s since the epoch, value */
export type Slot = readonly [start: number, end: number, value: number];

/** Rates that are not over yet; roles that nothing is known of are absent. `co2`: g/kWh; `solar`: W from a moment on. */
export interface Forecast {
  readonly grid?: readonly Slot[];
  readonly feedin?: readonly Slot[];
  readonly co2?: readonly Slot[];
  /** What plans go by: price or CO2 */
  readonly planner?: readonly Slot[];
  readonly solar?: {
    readonly timeseries: readonly (readonly [start: number, power: number])[];
    /** What was generated today, by what was expected of the same time */
    readonly scale?: number;
  };
}

/** How plans choose: in one piece or not, and s that are charged right before the time. */
export interface PlanStrategy {
  readonly continuous: boolean;
  readonly precondition: number;
}

/** A plan of every week. */
export interface RepeatingPlan {
  /** 0 is Sunday */
  readonly weekdays: readonly number[];
  /** `07:00` in the time zone */
  readonly time: string;
  readonly tz: string;
  /** % */
  readonly soc: number;
  readonly active: boolean;
}

export interface SiteValues {
  siteTitle: string;
  version: string;
  currency: string;
  gridConfigured: boolean;
  pvConfigured: boolean;
  batteryConfigured: boolean;
  vehicles: readonly string[];
  gridPower: number | null;
  pvPower: number | null;
  batteryPower: number | null;
  batterySoc: number | null;
  batteryMode: string | null;
  homePower: number | null;
  tariffGrid: number | null;
  tariffFeedIn: number | null;
  tariffCo2: number | null;
  tariffPriceHome: number | null;
  greenShareHome: number | null;
  smartCostType: string | null;
  devices: readonly Device[];
  forecast: Forecast;
  /** Plans go by the solar forecast times its scale */
  solarAdjusted: boolean;
  /** Colours by title, such as `#2f8fdb` */
  deviceColors: Readonly<Record<string, string>>;
  smartCostLimit: number | null;
}

export interface LoadpointValues {
  title: string;
  mode: ChargeMode;
  phasesConfigured: number | null;
  phasesActive: number;
  phaseAction: string;
  phaseRemaining: number;
  pvAction: string;
  pvRemaining: number;
  guardAction: string;
  guardRemaining: number;
  enabled: boolean;
  connected: boolean;
  charging: boolean;
  connectedDuration: number;
  chargePower: number | null;
  chargeCurrent: number;
  chargeCurrents: readonly number[];
  chargedEnergy: number;
  sessionEnergy: number;
  sessionSolarPercentage: number | null;
  sessionPrice: number | null;
  sessionPricePerKWh: number | null;
  chargeDuration: number;
  chargeRemainingDuration: number;
  chargeRemainingEnergy: number;
  chargerFeatureHeating: boolean;
  chargerFeatureIntegratedDevice: boolean;
  chargerFeatureSwitchDevice: boolean;
  vehiclePresent: boolean;
  vehicleName: string;
  vehicleTitle: string;
  vehicleSoc: number;
  vehicleRange: number;
  vehicleCapacity: number;
  vehicleDetectionActive: boolean;
  minSoc: number;
  targetSoc: number;
  targetEnergy: number;
  targetTime: string | null;
  planSoc: number;
  planEnergy: number;
  planOverrun: number;
  planStrategy: PlanStrategy;
  repeatingPlans: readonly RepeatingPlan[];
  smartCostLimit: number | null;
  smartCostActive: boolean;
  smartCostNextStart: string | null;
  effectivePlanId: number;
  effectivePlanSoc: number;
  effectivePlanTime: string | null;
  effectiveLimitSoc: number;
  planActive: boolean;
  planProjectedStart: string | null;
  planProjectedEnd: string | null;
  /** Of the optimizer; null: none */
  suggestion: { readonly action: 'charge' | 'stop'; readonly actionable: boolean } | null;
  reasons: readonly Reason[];
}
