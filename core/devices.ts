/**
 * What a device is to the runtime. One `read` per cycle returns one struct; an absent field means unknown, never 0.
 * Abilities are optional methods, asked for with `can(device, 'setPhases')`. Units inside: W, Wh, A, V, %, ms.
 */

/**
 * IEC 61851-1 state: A no vehicle, B connected, C charging, D charging with ventilation, E error of the charger, F charger not
 * available. Vehicle ready but not supplied (C1, D1 of some chargers) is B.
 */
export type ChargeStatus = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** Why a connected car is not charged: the charger wants to know who it is, or the cable has to be plugged in anew. */
export type StatusReason = 'waitingforauthorization' | 'disconnectrequired';

/** Number of phases that a charger can be told to use. */
export type Phases = 1 | 3;

/** Values of L1, L2, L3. */
export type PerPhase = readonly [number, number, number];

export interface ChargerReading {
  readonly status: ChargeStatus;
  /** The charger would let a car charge. */
  readonly enabled: boolean;
  /** W, ≥ 0 */
  readonly power?: number;
  /** A, ≥ 0 */
  readonly currents?: PerPhase;
  /** V between phase and neutral */
  readonly voltages?: PerPhase;
  /** Wh, lifetime import counter, never falls */
  readonly energy?: number;
  /** Wh since the car was connected, for chargers without lifetime counter */
  readonly sessionEnergy?: number;
  /** A, the limit that the charger itself reports */
  readonly maxCurrent?: number;
  /** Why status B does not become C; absent: no reason known */
  readonly statusReason?: StatusReason;
  /** ms since the car was connected, as the charger counts; falls only when another connection began */
  readonly connectedFor?: number;
  /** Phases that the charger has switched on */
  readonly phases?: Phases;
  /** What identified the car: RFID tag, MAC address. Empty text: nothing. */
  readonly identifier?: string;
  /** %, for chargers that know it (ISO 15118) */
  readonly soc?: number;
}

/** Facts that hold for the lifetime of a charger. */
export interface ChargerTraits {
  /** Phases wired to the charger; absent: 3 */
  readonly phases?: Phases;
  /** A, smallest current that can be set; absent: 6 */
  readonly minCurrent?: number;
  /** A, largest current that can be set; absent: no limit of its own */
  readonly maxCurrent?: number;
  /** A, smallest difference between two currents; absent: 1 */
  readonly currentStep?: number;
  /**
   * `paused` (default): phases may only be switched while no current flows, so charging is paused first.
   * `live`: the charger takes care of that itself.
   */
  readonly phaseSwitching?: 'paused' | 'live';
  /** Built into the consumer (heater, socket): no vehicle to detect. */
  readonly integrated?: boolean;
  /**
   * It can only be switched on and off: `setMaxCurrent` is never called. `minCurrent` says what it takes, e.g. 2.2 A for 500 W
   * on one phase.
   */
  readonly switch?: boolean;
  /** Cars expect current for a moment when they are connected, also when nothing shall be charged. */
  readonly welcome?: boolean;
  /** A heater: soc values are °C. */
  readonly heating?: boolean;
  /** Name of a picture, for user interfaces */
  readonly icon?: string;
}

export interface Closable {
  /** Releases connections and timers. Called once, also for a device that was never read. */
  close(): Promise<void> | void;
}

export interface PhaseSwitcher {
  /** Only called with a count other than the present one and never more than once a minute. */
  setPhases(phases: Phases, signal: AbortSignal): Promise<void>;
}

export interface Dimmer {
  /** Limits its consumption to what the grid operator allows at least (§ 14a EnWG), or lifts that. Only called with a change. */
  dim(dimmed: boolean, signal: AbortSignal): Promise<void>;
}

export interface Curtailer {
  /** Limits the feed-in to a share of the installed power, 0 to 100 %; 100: no limit. Only called with a change. */
  curtail(percent: number, signal: AbortSignal): Promise<void>;
}

export interface Waker {
  /** Asks a sleeping car to take up charging. */
  wakeUp(signal: AbortSignal): Promise<void>;
}

export interface Charger {
  readonly traits?: ChargerTraits;
  read(signal: AbortSignal): Promise<ChargerReading>;
  enable(enabled: boolean, signal: AbortSignal): Promise<void>;
  /** A per phase, between `minCurrent` and `maxCurrent` of the traits, a multiple of `currentStep`. */
  setMaxCurrent(current: number, signal: AbortSignal): Promise<void>;
}
export type ChargerDevice = Charger & Partial<PhaseSwitcher & Waker & Dimmer & Cached & Closable>;

export interface MeterReading {
  /** W. grid: + import, battery: + discharge, pv: + generation, others: + consumption */
  readonly power: number;
  /** W, same sign as `power` */
  readonly powers?: PerPhase;
  /** A, same sign as `power` where the meter knows it */
  readonly currents?: PerPhase;
  /** V between phase and neutral */
  readonly voltages?: PerPhase;
  /** Wh, lifetime counter in the direction of positive power, never falls */
  readonly energy?: number;
  /** Wh, lifetime counter in the direction of negative power, never falls */
  readonly returnEnergy?: number;
  /** %, batteries only, 0 to 100 */
  readonly soc?: number;
}

export interface MeterTraits {
  /** Wh usable, batteries only */
  readonly capacity?: number;
  /** W, largest power of discharge, batteries only */
  readonly dischargePower?: number;
}

/** normal: on its own; hold: does not discharge; charge: from the grid; holdcharge: does not charge. */
export type BatteryMode = 'normal' | 'hold' | 'charge' | 'holdcharge';

export interface BatteryController {
  setBatteryMode(mode: BatteryMode, signal: AbortSignal): Promise<void>;
}

export interface Meter {
  readonly traits?: MeterTraits;
  read(signal: AbortSignal): Promise<MeterReading>;
}
export type MeterDevice = Meter & Partial<BatteryController & Dimmer & Curtailer & Cached & Closable>;

export interface VehicleReading {
  /** %, 0 to 100 */
  readonly soc?: number;
  /** km */
  readonly range?: number;
  /** km */
  readonly odometer?: number;
  /** %, charge limit set in the car */
  readonly limitSoc?: number;
  /** What the car says of its own connection */
  readonly status?: 'A' | 'B' | 'C';
  /** Climate control is running */
  readonly climater?: boolean;
}

export interface VehicleTraits {
  /** The car has no data source of its own; it is never read. */
  readonly offline?: boolean;
  /** The car sends by itself, so that a reading costs nothing: it is read in every cycle. */
  readonly streaming?: boolean;
}

/** For drivers that answer from what they kept of earlier answers, as those of car makers' services must. */
export interface Cached {
  /** Drops what was kept: the next reading asks the car, or whatever else it is. */
  forget(): void;
}

export interface Vehicle {
  readonly traits?: VehicleTraits;
  read(signal: AbortSignal): Promise<VehicleReading>;
}
export type VehicleDevice = Vehicle & Partial<Waker & Cached & Closable>;

/**
 * pricestatic: never changes; pricedynamic: only the present price is known; priceforecast: known ahead; co2: g/kWh;
 * solar: W of expected generation; temperature: °C outdoors.
 */
export type TariffKind = 'pricestatic' | 'pricedynamic' | 'priceforecast' | 'co2' | 'solar' | 'temperature';

export interface Rate {
  /** ms since the epoch, inclusive */
  readonly start: number;
  /** ms since the epoch, exclusive, > start */
  readonly end: number;
  /** Currency per kWh (negative is possible), g CO2 per kWh, W of generation, or °C */
  readonly price: number;
}

export interface Tariff {
  readonly kind: TariffKind;
  /**
   * Only the present value is known, and the rates ahead assume that it stays: asked for every 15 minutes, and outdated
   * 2 hours after the last answer. Absent: so for `pricedynamic`; others are known ahead, and hold until they end.
   */
  readonly assumed?: boolean;
  /**
   * ms from an answer at `at`, with which `rates` are known, until it is asked again; within a minute and a day. Pure. Absent:
   * an hour, 15 minutes if they are assumed, 5 minutes if none holds any more.
   */
  pause?(at: number, rates: readonly Rate[]): number;
  /** Known rates, sorted by start, without overlap. */
  rates(signal: AbortSignal): Promise<readonly Rate[]>;
}
export type TariffDevice = Tariff & Partial<Cached & Closable>;

/** Whether a device has an optional ability; narrows its type. */
export function can<D extends object, K extends keyof D>(device: D, ability: K): device is D & Required<Pick<D, K>> {
  return typeof device[ability] === 'function';
}
