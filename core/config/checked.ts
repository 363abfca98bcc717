import type { DeviceKind } from '../loading/registry.ts';
import type { LogLevel } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import type { ChargeMode, MeterList, TariffRole } from '../site.ts';

/** A configuration after core checked it: complete, with defaults, in internal units (W, Wh, A, V, %, ms). */

/** One configured thing that a type makes. */
export interface CheckedEntry {
  readonly kind: DeviceKind;
  /** Name in the configuration; of tariffs the role, of the database `database` */
  readonly name: string;
  /** Where it stands in the configuration, e.g. `chargers.garage` */
  readonly path: string;
  /** Name of the type, package or path */
  readonly type: string;
  /** What the type's schema has to check, as written */
  readonly options: Readonly<Record<string, unknown>>;
  /** The keys that core understands, as written; types whose schema names them too get them as well */
  readonly common: Readonly<Record<string, unknown>>;
}

export interface CheckedDevice extends CheckedEntry {
  /** ms */
  readonly timeout: number;
  /** ms */
  readonly staleAfter: number;
}

export interface CheckedMeter extends CheckedDevice {
  readonly title: string;
  /** W; absent: unknown */
  readonly maxACPower?: number;
  /** %; 100: none */
  readonly maxSoc: number;
}

export interface CheckedVehicle extends CheckedDevice {
  readonly title: string;
  /** Empty: none */
  readonly icon: string;
  /** Wh; absent: unknown */
  readonly capacity?: number;
  /** Absent: unknown */
  readonly phases?: 1 | 2 | 3;
  /** A; absent: no limit of its own */
  readonly minCurrent?: number;
  /** A; absent: no limit of its own */
  readonly maxCurrent?: number;
}

export interface CheckedSite {
  readonly title: string;
  /** V */
  readonly voltage: number;
  /** Names of meters */
  readonly meters: { readonly grid?: string } & Readonly<Record<MeterList, readonly string[]>>;
  /** W */
  readonly residualPower: number;
  /** % */
  readonly prioritySoc: number;
  /** % */
  readonly bufferSoc: number;
  /** % */
  readonly bufferStartSoc: number;
  /** Currency or g per kWh; 0: off */
  readonly smartCostLimit: number;
}

export interface CheckedSwitch {
  /** ms */
  readonly delay: number;
  /** W */
  readonly threshold: number;
}

export interface CheckedLoadpoint {
  readonly name: string;
  readonly title: string;
  readonly charger: string;
  readonly meter?: string;
  readonly vehicle?: string;
  readonly mode: ChargeMode;
  readonly priority: number;
  /** Absent: not configured; 0: automatic */
  readonly phases?: 0 | 1 | 3;
  /** A */
  readonly minCurrent: number;
  /** A */
  readonly maxCurrent: number;
  readonly enable: CheckedSwitch;
  readonly disable: CheckedSwitch;
  /** ms */
  readonly guardDuration: number;
  /** % */
  readonly minSoc: number;
  /** % */
  readonly targetSoc: number;
}

export interface CheckedLog {
  readonly level: LogLevel;
  readonly areas: Readonly<Record<string, LogLevel>>;
  readonly format: 'text' | 'json';
}

/** Where there are problems it holds what is usable, so that the rest can be checked too; it must not be run then. */
export interface CheckedConfig {
  /** ms */
  readonly interval: number;
  readonly log: CheckedLog;
  readonly database: CheckedEntry;
  /** By name, in the order of the configuration */
  readonly meters: ReadonlyMap<string, CheckedMeter>;
  readonly chargers: ReadonlyMap<string, CheckedDevice>;
  readonly vehicles: ReadonlyMap<string, CheckedVehicle>;
  readonly tariffs: ReadonlyMap<TariffRole, CheckedDevice>;
  /** ISO 4217 */
  readonly currency: string;
  readonly site: CheckedSite;
  readonly loadpoints: readonly CheckedLoadpoint[];
  /** Packages, paths and plugin objects */
  readonly plugins: readonly (string | LoadedPlugin)[];
  /** Top-level keys of plugins with what stands there, as written */
  readonly sections: ReadonlyMap<string, unknown>;
}
