import type { LogLevel } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import type { ChargeMode, VehicleFeature } from '../site.ts';

/**
 * Options of the known types by name, empty here. Each plugin adds its own by declaration merging, so that editors complete them:
 * `declare module 'evcc' { interface ChargerTypes { acme: { host: string } } }`.
 */
export interface ChargerTypes {}
export interface MeterTypes {}
export interface VehicleTypes {}
export interface TariffTypes {}
export interface StoreTypes {}
/** Top-level keys of plugins, e.g. `rest` and `mqtt`. */
export interface PluginSections {}

/** A file or a package whose types are not known to the editor. */
type Elsewhere = `./${string}` | `../${string}` | `/${string}` | `@${string}/${string}` | `evcc-${string}`;

/** One configured device: its type, that type's options, and what every device of the kind has. */
export type Entry<Types, Common> =
  | { [T in keyof Types]: { type: T } & Types[T] & Common }[keyof Types]
  | ({ type: Elsewhere; [option: string]: unknown } & Common);

/** Keys that every charger, meter, vehicle and tariff has. */
export interface DeviceOptions {
  /** s, how long one reading may take; default 10 */
  timeout?: number;
  /** s, age at which the last reading is no longer trusted; default 60, for vehicles 3600; at least three intervals */
  staleAfter?: number;
}

export interface MeterOptions extends DeviceOptions {
  title?: string;
  /** W that the inverter of a PV meter delivers at most */
  maxACPower?: number;
  /** % at which charging a battery from the grid ends; default 100 */
  maxSoc?: number;
}

export interface VehicleOptions extends DeviceOptions {
  title?: string;
  /** Name of a picture */
  icon?: string;
  /** kWh usable */
  capacity?: number;
  /** Phases that the car charges on */
  phases?: 1 | 2 | 3;
  /** A */
  minCurrent?: number;
  /** A */
  maxCurrent?: number;
  /** RFID tags and MAC addresses by which a charger knows it; `*` stands for anything */
  identifiers?: readonly string[];
  /** What is special about it */
  features?: readonly VehicleFeature[];
  /** What holds while it is connected */
  onIdentify?: {
    /** Mode that the loadpoint takes */
    mode?: ChargeMode;
    /** Higher is served first; 0: as the loadpoint */
    priority?: number;
    /** A */
    minCurrent?: number;
    /** A */
    maxCurrent?: number;
    /** kW */
    maxPower?: number;
    /** % */
    minSoc?: number;
    /** % */
    targetSoc?: number;
  };
}

export interface SiteOptions {
  title?: string;
  /** V between phase and neutral; default 230 */
  voltage?: number;
  /** Names of meters; without `grid` there must be a PV meter */
  meters: {
    grid?: string;
    pv?: string | readonly string[];
    battery?: string | readonly string[];
    aux?: string | readonly string[];
    ext?: string | readonly string[];
    consumers?: string | readonly string[];
  };
  /** W; default 0 */
  residualPower?: number;
  /** % */
  prioritySoc?: number;
  /** % */
  bufferSoc?: number;
  /** % */
  bufferStartSoc?: number;
  smartCostLimit?: number;
}

/** A limit that many loadpoints share. */
export interface CircuitOptions {
  title?: string;
  /** Name of a picture */
  icon?: string;
  /** Name of the circuit that it is a part of; one has none: the root */
  parent?: string;
  /** W */
  maxPower?: number;
  /** A per phase */
  maxCurrent?: number;
  /** Name of a meter of the whole circuit, such as the grid meter */
  meter?: string;
}

export interface LoadpointOptions {
  /** Key of stored settings; default: the name of the charger */
  name?: string;
  title?: string;
  /** Name of a charger */
  charger: string;
  /** Name of a meter that measures the charger, for chargers without one */
  meter?: string;
  /** Name of the circuit that feeds it; default: the root, if there are circuits */
  circuit?: string;
  /** Phases of the house that the charger's L1, L2, L3 are connected to; default `L1 L2 L3` */
  phaseOrder?: 'L1 L2 L3' | 'L1 L3 L2' | 'L2 L1 L3' | 'L2 L3 L1' | 'L3 L1 L2' | 'L3 L2 L1';
  /** Name of the vehicle that usually charges here */
  vehicle?: string;
  /** default `off` */
  mode?: ChargeMode;
  /** Higher is served first; default 0 */
  priority?: number;
  /** 0 automatic, 1 or 3 fixed; default 0 for chargers that can switch */
  phases?: 0 | 1 | 3;
  /** A; default 6 */
  minCurrent?: number;
  /** A; default 16 */
  maxCurrent?: number;
  /** Surplus must last `delay` s (default 60) and reach `threshold` W (default 0: as much as the minimum current needs) */
  enable?: { delay?: number; threshold?: number };
  /** Lack of surplus must last `delay` s (default 180) and exceed `threshold` W (default 0) */
  disable?: { delay?: number; threshold?: number };
  /** s, shortest pause between switching off and on again; default 60 */
  guardDuration?: number;
  /** Mode that the loadpoint goes back to when a car leaves; by default it stays */
  defaultMode?: ChargeMode;
  /** When a car leaves, mode, priority and currents go back to what is configured; default false */
  resetOnDisconnect?: boolean;
  /** How the soc of a car is found out */
  soc?: {
    /**
     * A car is read while it charges, and once after it was connected, began and ended charging; with mode `connected`
     * every `interval` min (default 60) besides, with `always` also while it is away. Default `charging`.
     */
    poll?: { mode?: 'charging' | 'connected' | 'always'; interval?: number };
    /** Between readings the soc follows from the charged energy; default true */
    estimate?: boolean;
  };
  /** %; default 0 */
  minSoc?: number;
  /** %; default 100 */
  targetSoc?: number;
}

/** A tariff, or the name of one in the database */
export type TariffEntry = Entry<TariffTypes, DeviceOptions> | `db:${number}`;

export interface TariffsOptions {
  /** ISO 4217; default EUR */
  currency?: string;
  grid?: TariffEntry;
  feedin?: TariffEntry;
  planner?: TariffEntry;
  co2?: TariffEntry;
  /** Expected generation; of several, for roofs of their own, the sum counts */
  solar?: TariffEntry | readonly TariffEntry[];
  /** Outdoors, °C */
  temperature?: TariffEntry;
}

/** The configuration as users write it. Units: s, A, V, W, kWh, %. */
export interface EvccConfig extends Partial<PluginSections> {
  /** s between two cycles; default 10 */
  interval?: number;
  log?: LogLevel | { level?: LogLevel; areas?: Record<string, LogLevel>; format?: 'text' | 'json' };
  /** Where settings and sessions are kept; default: SQLite in the user's data folder */
  database?: Entry<StoreTypes, object>;
  meters?: Record<string, Entry<MeterTypes, MeterOptions>>;
  chargers?: Record<string, Entry<ChargerTypes, DeviceOptions>>;
  vehicles?: Record<string, Entry<VehicleTypes, VehicleOptions>>;
  tariffs?: TariffsOptions;
  site?: SiteOptions;
  /** By name: limits of fuses and cables */
  circuits?: Record<string, CircuitOptions>;
  loadpoints?: readonly LoadpointOptions[];
  /** Packages, files or plugin objects that add hooks */
  plugins?: readonly (string | LoadedPlugin)[];
}

/** Gives editors completion and type checks for `evcc.config.ts`. */
export function defineConfig(config: EvccConfig): EvccConfig {
  return config;
}

/**
 * Stands for the value of an environment variable, wherever the configuration takes a text: `password: env('MQTT_PASSWORD')`.
 * The value is read when the configuration is loaded and is treated as a secret. In JSON and YAML: `{ "env": "NAME" }`.
 */
export function env(name: string): string {
  // Typed as the text that it stands for: core replaces it before anybody else sees it.
  return { env: name } as unknown as string;
}
