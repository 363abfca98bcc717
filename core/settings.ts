import type { TSchema } from 'typebox';
import type { BatteryMode } from './devices.ts';
import type { ChargeMode } from './site.ts';

/**
 * Each thing that a user may change at run time is one row. REST routes, MQTT topics, WebSocket, OpenAPI, the web page and
 * persistence are derived from the rows; a plugin that adds a row gets all of them.
 */

/** Values of the site's rows, in public units. */
export interface SiteSettings {
  /** % */
  prioritySoc: number;
  /** % */
  bufferSoc: number;
  /** % */
  bufferStartSoc: number;
  /** W */
  residualPower: number;
  /** Currency or g per kWh; 0: off */
  smartCostLimit: number;
  /** The battery does not discharge while a car is charged at full power */
  batteryDischargeControl: boolean;
  /** Currency or g per kWh up to which the battery is charged from the grid; null: off */
  batteryGridChargeLimit: number | null;
  /** Mode that something outside asks for; null: nothing does */
  batteryMode: BatteryMode | null;
  /** The battery may discharge into the grid */
  batteryGridDischarge: boolean;
  /** W that may be fed in: what the PV could generate beyond is lost; 0: no limit */
  gridExportLimit: number;
  /** The solar forecast is scaled by what was generated today */
  solarAdjusted: boolean;
  /** Colours in charts, such as `#2f8fdb`, by the title of what is drawn */
  deviceColors: Readonly<Record<string, string>>;
  telemetry: boolean;
}

export interface PlanStrategySetting {
  /** In one piece instead of in the cheapest slots */
  readonly continuous: boolean;
  /** s right before the target that are charged in any case */
  readonly precondition: number;
}

/** A charging plan of every week. */
export interface RepeatingPlan {
  /** 0: Sunday */
  readonly weekdays: readonly number[];
  /** `HH:MM` */
  readonly time: string;
  /** Time zone of weekdays and time, such as `Europe/Berlin` */
  readonly tz: string;
  /** % */
  readonly soc: number;
  readonly active: boolean;
}

/** Values of a loadpoint's rows, in public units. */
export interface LoadpointSettings {
  mode: ChargeMode;
  priority: number;
  /** 0: automatic */
  phases: 0 | 1 | 3;
  /** A */
  minCurrent: number;
  /** A */
  maxCurrent: number;
  /** W */
  enableThreshold: number;
  /** W */
  disableThreshold: number;
  /** s */
  enableDelay: number;
  /** s */
  disableDelay: number;
  /** % */
  minSoc: number;
  /** %; 100: the car decides */
  targetSoc: number;
  /** %, until the car leaves, instead of `targetSoc`; 0: none */
  limitSoc: number;
  /** kWh; 0: off */
  targetEnergy: number;
  /** kWh, until the car leaves, instead of `targetEnergy`; 0: none */
  limitEnergy: number;
  /** ms since the epoch; null: none */
  targetTime: number | null;
  /** %, that shall be reached then; 0: that which ends charging */
  planSoc: number;
  /** kWh that shall be charged then, instead of a soc; 0: none */
  planEnergy: number;
  /** How charging plans choose their slots */
  planStrategy: PlanStrategySetting;
  repeatingPlans: readonly RepeatingPlan[];
  /** Currency or g per kWh; null: that of the site */
  smartCostLimit: number | null;
  /** Currency per kWh; null: off */
  smartFeedInPriorityLimit: number | null;
  /** The home battery is emptied into the car */
  batteryBoost: boolean;
  /** %, soc of the home battery at which boost stops draining it; 100: none */
  batteryBoostLimit: number;
}

export type SettingScope = 'site' | 'loadpoint' | 'vehicle';

/** What a row may look at to check a value or to form its answer. */
export interface SettingTarget {
  /** ms since the epoch */
  readonly now: number;
  /** Present values of the same site, loadpoint or vehicle, by name */
  readonly values: Readonly<Record<string, unknown>>;
  readonly hasBattery: boolean;
  /** A battery can be told a mode; also while it is not known yet, because none was reached */
  readonly canControlBattery: boolean;
  /** Vehicles in the order of their public index */
  readonly vehicles: readonly { readonly name: string; readonly title: string }[];
  /** Absent for rows of the site and of vehicles */
  readonly loadpoint?: {
    readonly canSwitchPhases: boolean;
    readonly phasesEnabled: number;
    /** The charger is a heater; also while it is not known yet, because it was not reached */
    readonly mayHeat: boolean;
    /** A, what the charger allows at most */
    readonly largestCurrent: number;
    /** Makes a vehicle the active one; `null`: none, a guest */
    selectVehicle(name: string | null): void;
    /** Has it found out which vehicle is connected */
    detectVehicle(): void;
    /** %, how full the car is by its driver; `null`: unknown */
    tellSoc(soc: number | null): void;
  };
}

/** What is written as a parameter of path or query string. */
export interface ParameterShape {
  readonly description: string;
  /** Of the value that its text stands for, with range and unit */
  readonly schema: TSchema;
  /** A valid value; absent: one that the schema allows */
  readonly example?: unknown;
}

export interface Setting {
  readonly scope: SettingScope;
  /** Public name; of the state key and the MQTT topic too, unless they are named apart */
  readonly name: string;
  readonly description: string;
  /** Type, range and unit of the value; `unit` is a schema keyword of ours. Its `default` serves without configuration. */
  readonly schema: TSchema;
  /** What a command gives, where that is more than the value: `sets` says what comes of it. Absent: `schema` */
  readonly input?: TSchema;
  /** Path below the scope's prefix, without the value, by REST dialect; `current` absent: as `document`. Absent: not on REST */
  readonly rest?: { readonly document?: readonly string[]; readonly current?: readonly string[] };
  /** It is sent on REST with PUT, as body, instead of as part of a path with POST: for records and lists */
  readonly whole?: boolean;
  /** The value may be followed by a second one in the path: POST `<value>/<detail>`. `parse` gets both as one text. */
  readonly detailed?: boolean;
  /** There is a GET route for the value */
  readonly readable?: boolean;
  /** Value that POST sets where it names none, with which the row is an order; absent: it has to name one */
  readonly posted?: unknown;
  /** Value that DELETE sets; absent: no DELETE route */
  readonly cleared?: unknown;
  /** Payloads on MQTT that clear, besides words for nothing such as `null` */
  readonly clearing?: RegExp;
  /** Value that PATCH sets; absent: no PATCH route */
  readonly renewed?: unknown;
  /** Topic below the scope's topic, without `/set`; absent: not on MQTT */
  readonly mqtt?: string;
  /** Another topic of the same meaning, which systems of the current dialect know; absent: none */
  readonly mqttToo?: string;
  /** State key that shows the value; `null`: something else publishes it. Absent: as `name`. */
  readonly state?: string | null;
  /** Kept with the active vehicle instead of the loadpoint while there is one */
  readonly perVehicle?: boolean;
  /** Of rows of vehicles: the row of loadpoints, which is `perVehicle`, that keeps the same value; absent: none */
  readonly shares?: string;
  /** false: not stored, the configured value is back after a restart. Absent: stored. */
  readonly stored?: boolean;
  /** ms after which the value goes back to its default unless it was set again; for rows that are not stored */
  readonly expires?: number;
  /** A change asks for an early cycle */
  readonly early?: boolean;
  /** A change is a wish to charge, or not to: it need not wait until the pause between off and on is over */
  readonly wish?: boolean;
  /** Turns the text of a path or payload, or a JSON value, into the value that is checked; absent: by the schema's type */
  parse?(input: unknown): unknown;
  /** Why a value is not allowed now; `undefined`: it is */
  check?(value: unknown, target: SettingTarget): string | undefined;
  /** Why a value does not go with others, which does no harm: only strict commands are refused, others are warned of it */
  misfit?(value: unknown, target: SettingTarget): string | undefined;
  /** Values that a command sets, by row of the same scope; absent: its own */
  sets?(input: unknown, target: SettingTarget): Readonly<Record<string, unknown>>;
  /** Values that a command sets besides at every loadpoint, by row */
  setsEverywhere?(input: unknown): Readonly<Record<string, unknown>>;
  /** Does something else than remember the value */
  apply?(value: unknown, target: SettingTarget): void;
  /**
   * What is written as `value` and `detail` in the path, and by name in the query string, where the row's `schema` does not
   * say so. `parse` gets the latter after the value: `<value>?<name>=<text>`
   */
  readonly texts?: Readonly<Record<string, ParameterShape>>;
  /** Shape of the REST answer, where it is not the value */
  readonly result?: TSchema;
  /** REST answer, by the value and by how it was written; absent: the value in force */
  answer?(value: unknown, target: SettingTarget, written: unknown): unknown;
  /** What the state key shows; absent: the value */
  show?(value: unknown, target: SettingTarget): unknown;
}

/** A change that somebody asks for. */
export interface Command {
  readonly scope: SettingScope;
  /** Loadpoint id, or position of the vehicle among all, from 1; 0 for the site */
  readonly id: number;
  readonly name: string;
  readonly value: unknown;
  /** Who asks: `rest`, `mqtt`, a plugin's name */
  readonly source: string;
  /** Refuses also what does not go with other values */
  readonly strict?: boolean;
}

/** What surfaces need of the settings. */
export interface SettingsPort {
  /** Adds a row; it disappears with the plugin, and its published value becomes null. */
  define(row: Setting): void;
  /** All rows, built-in ones first */
  rows(): readonly Setting[];
  /** Present value; `undefined`: no such row, loadpoint or vehicle */
  get(scope: SettingScope, id: number, name: string): unknown;
  /**
   * Validates, applies, stores, publishes and asks for an early cycle. Resolves with the row's answer when the change would
   * survive a kill. Errors: `EVCC_COMMAND_INVALID` (says what is allowed), `EVCC_NOT_FOUND`, `EVCC_STORE_FAILED`.
   */
  execute(command: Command): Promise<unknown>;
}
