import type {
  ChargerReading,
  ChargerTraits,
  MeterReading,
  PerPhase,
  Phases,
  Rate,
  TariffKind,
  VehicleReading,
} from './devices.ts';
import type { LoadpointSettings, SiteSettings } from './settings.ts';

/** Everything the pure stages of a cycle work on: immutable, plain data, complete. */

export const CHARGE_MODES = ['off', 'pv', 'minpv', 'now'] as const;
export type ChargeMode = (typeof CHARGE_MODES)[number];

/** Why something is as it is. */
export interface Reason {
  /** Stable, listed in `docs/reasons.md`; kebab-case */
  readonly code: string;
  /** A plain sentence with numbers */
  readonly text: string;
  /** What would have to happen for more to be charged, e.g. `starts with 640 W more surplus for 60 s`; absent: nothing would */
  readonly change?: string;
  /** Plugin that said so; filled in by core */
  readonly by?: string;
  /** A per phase that remain after it, 0: no charging; filled in by core for whatever lowered the set-point, else absent */
  readonly current?: number;
}

/** A delay as data: what will happen, since when it is waiting, and how long it waits. */
export interface Timer {
  readonly action: string;
  /** ms since the epoch */
  readonly since: number;
  /** ms; 0 means: already elapsed, the next decision of either direction is immediate */
  readonly delay: number;
}

/** What may be wanted of a charger. */
export interface Setpoint {
  /** A per phase; 0 means: do not charge */
  readonly current: number;
  /** Phases to charge on; absent: as they are */
  readonly phases?: Phases;
  /** It is charged for another reason than surplus: home batteries may be kept from supplying it */
  readonly fast?: boolean;
  /** In the order in which they were added: the strategy first, then each limiter that lowered it, the guard last */
  readonly reasons: readonly Reason[];
}

/** Opinion of a strategy. */
export interface Decision extends Omit<Setpoint, 'reasons'> {
  readonly reason: Reason;
  /** Timers by name to set, or `null` to clear; others stay as they are. */
  readonly timers?: Readonly<Record<string, Timer | null>>;
  /** A per phase to which more important loadpoints may push this one down; absent: it gives nothing */
  readonly yieldsTo?: number;
  /** W that it is about to take: less important loadpoints leave them to it. Absent: none */
  readonly reserves?: number;
  /** Stage at which it was made; filled in by core */
  readonly stage?: number;
}

/** A charging slot of a plan. Its price is what a kWh is expected to cost: a mix of import and of the feed-in given up. */
export interface PlanSlot extends Rate {
  /** W of solar surplus that charging is expected to follow, in the modes that do; absent: it charges at full power */
  readonly surplus?: number;
}

/** How the charging slots of a plan are chosen. */
export interface PlanStrategy {
  /** In one piece, instead of in the cheapest slots */
  readonly continuous: boolean;
  /** ms right before the target that are charged in any case, for a warm battery */
  readonly precondition: number;
}

/** What a plan was made for, and from. */
export interface PlanGoal {
  /** 1: the goal of the loadpoint; from 2 on: repeating plans, in their order */
  readonly id: number;
  readonly kind: 'soc' | 'energy';
  /** % for soc, Wh charged since the car was connected for energy */
  readonly value: number;
  readonly strategy: PlanStrategy;
  /** ms at full power that were missing when the plan was made */
  readonly required: number;
  /** W, full power as it was assumed */
  readonly power: number;
  /** Prices (or CO2) were known */
  readonly priced: boolean;
  /** Solar surplus was expected from a forecast */
  readonly solar: boolean;
}

/** Plain data: plans are recorded, and outlive a restart. */
export interface Plan {
  /** Sorted by start, without overlap; empty: nothing to do yet, such as until prices are known */
  readonly slots: readonly PlanSlot[];
  /** ms since the epoch when the goal must be reached */
  readonly target: number;
  /** Absent: a plugin made the plan from slots alone; it charges in all of them */
  readonly goal?: PlanGoal;
}

/** Plans by loadpoint id; a loadpoint without plan is absent. */
export type Plans = ReadonlyMap<number, Plan>;

/** Two are no prices: rates of `solar` hold the W that the PV is expected to generate, those of `temperature` °C outdoors. */
export const TARIFF_ROLES = ['grid', 'feedin', 'planner', 'co2', 'solar', 'temperature'] as const;
export type TariffRole = (typeof TARIFF_ROLES)[number];

export interface TariffState {
  readonly kind: TariffKind;
  readonly rates: readonly Rate[];
}

/** Known rates by role; a role whose tariff is absent, failed or outdated is absent. */
export type Rates = Readonly<Partial<Record<TariffRole, TariffState>>>;

/** A reading that came in, with its age. */
export interface Sampled<T> {
  readonly value: T;
  /** ms since the epoch */
  readonly at: number;
  /** Older than the device's limit: whatever depends on it goes to its safe state. */
  readonly stale: boolean;
}

/** What a meter or vehicle gave, or why it gave nothing. Readings that were never taken are absent. */
export interface DeviceState<T> {
  readonly name: string;
  readonly title: string;
  readonly sample?: Sampled<T>;
}

export interface BatteryState extends DeviceState<MeterReading> {
  /** Wh, absent: unknown */
  readonly capacity?: number;
  /** W that it can discharge with; absent: unknown */
  readonly dischargePower?: number;
  /** It can be told a mode; absent: it cannot, or it is not known yet */
  readonly controllable?: true;
  /** What a plugin says that it would best do now; it is shown with the battery. Absent: nothing */
  readonly suggestion?: object;
}

export interface PvState extends DeviceState<MeterReading> {
  /** W that its inverter delivers at most; what it generates beyond goes straight into its battery. Absent: unknown */
  readonly maxACPower?: number;
}

/**
 * Parts that several meters may play: generation, home batteries, consumers that give way to charging, and meters that
 * are only shown: others (`ext`) and single consumers.
 */
export const METER_LISTS = ['pv', 'battery', 'aux', 'ext', 'consumers'] as const;
export type MeterList = (typeof METER_LISTS)[number];

/** What all meters said in this cycle. Draft of the `measure` hook, frozen afterwards. */
export interface Readings {
  /** `null`: the site has no grid meter */
  grid: DeviceState<MeterReading> | null;
  pv: PvState[];
  battery: BatteryState[];
  aux: DeviceState<MeterReading>[];
  ext: DeviceState<MeterReading>[];
  consumers: DeviceState<MeterReading>[];
  /** Absent: the grid operator limits nothing. Who adds a limit keeps the lower one. */
  operator?: OperatorLimits | undefined;
}

/** A limit that many loadpoints share: a fuse, a cable, the connection of the house. */
export interface CircuitState {
  /** Name in the configuration */
  readonly name: string;
  readonly title: string;
  /** Name of a picture; absent: none */
  readonly icon?: string;
  /** Name of the circuit that it is a part of; absent: it is the root */
  readonly parent?: string;
  /** W; absent: unlimited */
  readonly maxPower?: number;
  /** A per phase; absent: unlimited */
  readonly maxCurrent?: number;
  /** What the meter of the whole circuit says, + consumption; absent: it has none */
  readonly meter?: DeviceState<MeterReading>;
}

/** What the grid operator allows for the time being. */
export interface OperatorLimits {
  /** W that may be taken from the grid; absent: no limit */
  readonly consumption?: number;
  /** % of the installed PV power that may be fed in, 0 to 100; absent: no limit */
  readonly feedIn?: number;
}

/** A phase of the house: L1, L2, L3. */
export type HousePhase = 1 | 2 | 3;

/** Phases of the house that L1, L2, L3 of a charger are connected to. */
export type PhaseOrder = readonly [HousePhase, HousePhase, HousePhase];

/** What a loadpoint would be charged with if it had nothing to share with others. */
export interface AllotRequest {
  readonly loadpoint: LoadpointTurn;
  /** A per phase, on the charger's steps; 0: no charging */
  readonly current: number;
  /** Phases of the charger, from its L1 */
  readonly phases: 1 | 2 | 3;
  /** It is switched on, or pauses only to switch phases. */
  readonly running: boolean;
  /** It shall be charged for another reason than surplus */
  readonly fast: boolean;
}

/** What a loadpoint may be charged with at most in this cycle. */
export interface Allotment {
  /** A per phase, ≥ 0 */
  readonly current: number;
  /** Charge on one phase only, where the charger can switch; absent: as wanted */
  readonly phases?: 1;
  /** Used where it lowers what was wanted */
  readonly reason: Reason;
}

/** By loadpoint id; who is not named is not limited. */
export type Allotments = ReadonlyMap<number, Allotment>;

/** Power the site has to regulate to zero, with what led to it. Refined by the `sitePower` hook. */
export interface SitePower {
  /** W, + too much consumption, − surplus that charging may take; absent: unknown, because its meter is stale */
  readonly power?: number;
  /** The home battery is full enough to keep a running charge at minimum current. */
  readonly batteryBuffered: boolean;
  /** The home battery is full enough to start a charge at minimum current. */
  readonly batteryStart: boolean;
  /** W of surplus that were left to the home battery, because its soc is low; boost takes them back. Absent: none */
  readonly batteryReserve?: number;
}

/** The house in one cycle. */
export interface SiteState {
  /** ms since the epoch; the only time of the cycle */
  readonly now: number;
  /** ms between two cycles */
  readonly interval: number;
  /** V between phase and neutral, nominal */
  readonly voltage: number;
  readonly settings: Readonly<SiteSettings>;
  readonly readings: Readonly<Readings>;
  /** W, + import; absent: no meter, or stale */
  readonly gridPower?: number | undefined;
  /** W, ≥ 0; a stale meter counts 0 */
  readonly pvPower: number;
  /** W, + discharge; a battery whose meter is stale is taken to go on discharging, but not charging */
  readonly batteryPower: number;
  /** %, weighted by capacity; absent: no battery, or unknown */
  readonly batterySoc?: number | undefined;
  /** Wh, sum of the known capacities; absent: none known */
  readonly batteryCapacity?: number | undefined;
  /** W, ≥ 0, consumption other than charging */
  readonly homePower: number;
  /** W, ≥ 0, sum of all loadpoints */
  readonly chargePower: number;
  /** W, ≥ 0, sum of the aux meters: consumers that give way to charging */
  readonly auxPower: number;
  readonly sitePower: SitePower;
  readonly rates: Rates;
  readonly plans: Plans;
  /** The root first, each before those that are a part of it; empty: none configured */
  readonly circuits: readonly CircuitState[];
  readonly loadpoints: readonly LoadpointState[];
}

export interface VehicleState {
  readonly name: string;
  readonly title: string;
  readonly icon: string;
  /** Wh; absent: unknown */
  readonly capacity?: number;
  /** Phases that the car charges on; absent: unknown */
  readonly phases?: 1 | 2 | 3;
  /** A, limits of the car; absent: none of its own */
  readonly minCurrent?: number;
  readonly maxCurrent?: number;
  /** W that the car takes at most; absent: no limit of its own */
  readonly maxPower?: number;
  /** Goes before the priority of the loadpoint; absent: that one counts */
  readonly priority?: number;
  /** As configured, and `offline` and `streaming` also as its driver says */
  readonly features: readonly VehicleFeature[];
  /** Something can wake it up; absent: nothing can */
  readonly canWakeUp?: boolean;
  /** The last reading since the car was connected; of one that is stale, only what changes slowly */
  readonly sample?: Sampled<VehicleReading>;
}

/** What is special about a car. */
export const VEHICLE_FEATURES = [
  /** It takes whole amperes only, also from chargers that could offer others. */
  'coarseCurrent',
  /** It expects current for a moment when it is connected. */
  'welcomeCharge',
  /** Its climate control does not count. */
  'climaterDisabled',
  /** It is not looked for when an unknown car is connected. */
  'autodetectDisabled',
  /** It is not woken up. */
  'wakeUpDisabled',
  /** It sends by itself: reading it costs nothing. */
  'streaming',
  /** It has no data source: it is never read. */
  'offline',
] as const;
export type VehicleFeature = (typeof VEHICLE_FEATURES)[number];

/** One loadpoint in one cycle. */
export interface LoadpointState {
  /** From 1 */
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly settings: Readonly<LoadpointSettings>;
  /** ms */
  readonly enableDelay: number;
  /** ms */
  readonly disableDelay: number;
  /** Absent: the charger has never been read */
  readonly charger?: Sampled<ChargerReading> | undefined;
  readonly traits: ChargerTraits;
  readonly canSwitchPhases: boolean;
  /** The charger can wake up sleeping cars. */
  readonly canWakeUp: boolean;
  /** The car was connected a moment ago and expects current, also when nothing shall be charged. */
  readonly welcome: boolean;
  /** Name of the circuit that feeds it; absent: none is configured */
  readonly circuit?: string | undefined;
  readonly phaseOrder: PhaseOrder;
  readonly connected: boolean;
  readonly charging: boolean;
  /** What the runtime believes: the charger lets the car charge. */
  readonly enabled: boolean;
  /** A, what the charger was last told; 0 while disabled */
  readonly offeredCurrent: number;
  /** A that the car may take without being told anything more: what is offered, or the largest current where that is unknown */
  readonly permittedCurrent: number;
  /** A that regulation builds on: what the car takes plus some headroom, at most what is offered; 0 unless charging */
  readonly effectiveCurrent: number;
  /** Phases switched on; 0: unknown */
  readonly phasesEnabled: 0 | Phases;
  /** Phases that carried current, while charging; absent: unknown */
  readonly phasesMeasured?: 1 | 2 | 3 | undefined;
  /** The last set-point charged for another reason than surplus */
  readonly fastCharging: boolean;
  /** Smallest of the known phase counts of charger, car and measurement; 3 when nothing is known */
  readonly phasesActive: 1 | 2 | 3;
  /** As `phasesActive` if every phase that may be used were switched on */
  readonly phasesMax: 1 | 2 | 3;
  /** Higher is served first: of the car, else of the loadpoint */
  readonly priority: number;
  /** A, smallest difference between two currents: of the charger, or 1 for cars that take whole amperes only */
  readonly currentStep: number;
  /** A, smallest current that may be set */
  readonly minCurrent: number;
  /** A, largest current that may be set: setting, charger and car */
  readonly maxCurrent: number;
  /** W, ≥ 0, measured or derived from the offered current */
  readonly chargePower: number;
  /** A; absent: not measured */
  readonly chargeCurrents?: PerPhase | undefined;
  readonly vehicle?: VehicleState | undefined;
  /** %, told by charger, car or driver and estimated from there on; °C for heaters; absent: unknown */
  readonly soc?: number | undefined;
  /**
   * Wh at the charger for 100 % soc: the capacity of the battery with the losses of charging, as far as they were learned;
   * energy per percent is a hundredth of it. Absent: no car, or its capacity is unknown.
   */
  readonly chargeCapacity?: number | undefined;
  /** Wh charged since the car was connected */
  readonly sessionEnergy: number;
  /** ms since the epoch of the connection; absent: not connected */
  readonly connectedAt?: number | undefined;
  /** ms since the epoch of the last switch on or off; absent: none yet */
  readonly switchedAt?: number | undefined;
  /** ms since the epoch of the last phase switch; absent: none yet */
  readonly phasesSwitchedAt?: number | undefined;
  /** ms, shortest pause between switching off and on again */
  readonly guardDuration: number;
  /** ms since the epoch when a user last changed something, or a car was connected; absent: never */
  readonly wishedAt?: number | undefined;
  readonly timers: Readonly<Record<string, Timer>>;
}

/** A loadpoint at its turn: with what the ledger leaves for it. */
export interface LoadpointTurn extends LoadpointState {
  /**
   * W, site power as this loadpoint may regard it: what loadpoints served before it will take is added, what those of
   * lower priority could give up is subtracted. + too much consumption, − surplus; absent: unknown.
   */
  readonly sitePower?: number | undefined;
  /** What it shares with others leaves room for one phase only; absent: not so, or not known yet */
  readonly onePhase?: true | undefined;
}
