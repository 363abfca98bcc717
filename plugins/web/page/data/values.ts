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
  forecast: Readonly<Record<string, readonly Slot[]>>;
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
  vehicleDetectionActive: boolean;
  minSoc: number;
  targetSoc: number;
  targetEnergy: number;
  targetTime: string | null;
  effectivePlanTime: string | null;
  effectiveLimitSoc: number;
  planActive: boolean;
  planProjectedStart: string | null;
  planProjectedEnd: string | null;
  reasons: readonly Reason[];
}
