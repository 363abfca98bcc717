import type { DeviceEntry, StoredKind } from '../configuration.ts';
import type { DeviceKind } from '../loading/registry.ts';
import type { LogLevel } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import type { ChargeMode, MeterList, PhaseOrder, TariffRole, VehicleFeature } from '../site.ts';

/** A configuration after core checked it: complete, with defaults, in internal units (W, Wh, A, V, %, ms). */

/** One configured thing that a type makes. */
export interface CheckedEntry {
  readonly kind: DeviceKind;
  /** Name in the configuration; of tariffs the role, numbered where there are several, of the database `database` */
  readonly name: string;
  /** Where it stands in the configuration, e.g. `chargers.garage` */
  readonly path: string;
  /** Name of the type, package or path */
  readonly type: string;
  /** What the type's schema has to check, as written */
  readonly options: Readonly<Record<string, unknown>>;
  /** The keys that core understands, as written; types whose schema names them too get them as well */
  readonly common: Readonly<Record<string, unknown>>;
  /** It is kept in the database, where others than the owner of the file may have put it */
  readonly stored?: true;
}

/** A device from the database, as it comes into a configuration. */
export interface StoredEntry {
  readonly kind: StoredKind;
  /** `db:<id>` */
  readonly name: string;
  /** As an entry of the file */
  readonly entry: DeviceEntry;
  /** It is only tried out, and takes no part */
  readonly trial?: true;
}

export interface CheckedDevice extends CheckedEntry {
  /** ms */
  readonly timeout: number;
  /** ms */
  readonly staleAfter: number;
}

export interface CheckedTariff extends CheckedDevice {
  readonly role: TariffRole;
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
  /** W; absent: no limit of its own */
  readonly maxPower?: number;
  /** From 1; absent: that of the loadpoint counts */
  readonly priority?: number;
  readonly features: readonly VehicleFeature[];
  /** RFID tags and MAC addresses by which a charger knows it; `*` stands for anything */
  readonly identifiers: readonly string[];
  /** Mode that a loadpoint takes when it is identified; absent: it stays as it is */
  readonly mode?: ChargeMode;
  /** Values of loadpoint settings that hold for this vehicle until a user changes them, by name */
  readonly settings: Readonly<Record<string, unknown>>;
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

export interface CheckedCircuit {
  readonly name: string;
  readonly title: string;
  readonly icon?: string;
  /** Absent: it is the root */
  readonly parent?: string;
  /** W; absent: unlimited */
  readonly maxPower?: number;
  /** A per phase; absent: unlimited */
  readonly maxCurrent?: number;
  /** Name of a meter */
  readonly meter?: string;
}

export interface CheckedSwitch {
  /** ms */
  readonly delay: number;
  /** W */
  readonly threshold: number;
}

/** How the soc of a car is found out. */
export interface SocReading {
  readonly poll: {
    /** When the car may be asked besides after it was connected, began and ended charging */
    readonly mode: 'charging' | 'connected' | 'always';
    /** ms between two readings of a car that does not charge */
    readonly interval: number;
  };
  /** Between readings the soc follows from the charged energy */
  readonly estimate: boolean;
}

export interface CheckedLoadpoint {
  /** Absent: the root, if there are circuits */
  readonly circuit?: string;
  readonly phaseOrder: PhaseOrder;
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
  /** Mode after a car left; absent: it stays */
  readonly defaultMode?: ChargeMode;
  /** When a car leaves, mode, priority and currents go back to what is configured */
  readonly resetOnDisconnect: boolean;
  readonly soc: SocReading;
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
  /** In the order of the roles; only the role solar may have several */
  readonly tariffs: readonly CheckedTariff[];
  /** Stored devices without a part of their own: tariffs, which roles name, and what is tried out */
  readonly spare: readonly CheckedDevice[];
  /** ISO 4217 */
  readonly currency: string;
  readonly site: CheckedSite;
  /** Parents before what is a part of them */
  readonly circuits: readonly CheckedCircuit[];
  readonly loadpoints: readonly CheckedLoadpoint[];
  /** Packages, paths and plugin objects */
  readonly plugins: readonly (string | LoadedPlugin)[];
  /** Top-level keys of plugins with what stands there, as written */
  readonly sections: ReadonlyMap<string, unknown>;
}
