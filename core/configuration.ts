import { fail } from './errors.ts';
import type { Catalogue } from './runtime/catalogue.ts';

/**
 * The part of the configuration that is not the file: devices that were configured over an interface and are kept in the
 * database. They are checked, used and replaced as if they stood in the file, which may name them.
 */

/** Kinds of devices that can be configured besides the file. */
export const STORED_KINDS = ['charger', 'meter', 'vehicle', 'tariff'] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

/** `type` and what stands beside it, as an entry of the file: plain JSON */
export type DeviceEntry = Readonly<Record<string, unknown>>;

/** A device that is kept in the database. */
export interface StoredDevice {
  /** From 1, of all kinds together; never used again */
  readonly id: number;
  readonly kind: StoredKind;
  readonly entry: DeviceEntry;
}

/** A stored device, as it may be shown. */
export interface ShownDevice extends StoredDevice {
  /** `db:<id>`: what the file and all surfaces call it */
  readonly name: string;
  /** Secrets are `***` */
  readonly entry: DeviceEntry;
}

/** What a device said when it was tried out. */
export interface Trial {
  /** Its reading, in internal units, of tariffs the list of rates; absent: there is none */
  readonly reading?: unknown;
  /** Why there is none; empty: there is one */
  readonly error: string;
}

/**
 * What surfaces may do with the configuration. Errors of all changes: `EVCC_COMMAND_INVALID` with every problem, one a line, in
 * which case nothing changed; `EVCC_NOT_FOUND`; `EVCC_STORE_FAILED`.
 */
export interface ConfigurationPort {
  /** The file, absolute; absent: the configuration stands in none */
  readonly file?: string;
  /** The stored devices in the order of their ids */
  devices(): readonly ShownDevice[];
  /** Takes a device into the house and stores it. Answers with its id. */
  create(kind: StoredKind, entry: DeviceEntry): Promise<number>;
  /**
   * Puts another entry in the place of a stored one; without `type` it stays of its type. What is written as it is shown, such
   * as `***`, stays as it was.
   */
  change(kind: StoredKind, id: number, entry: DeviceEntry): Promise<void>;
  /** Refused while the file names it. */
  remove(kind: StoredKind, id: number): Promise<void>;
  /**
   * Makes a device, reads it once, closes it, and tells it nothing; with `id` the stored one with the changes in `entry`. One
   * at a time. Errors as of changes: what the device fails with is part of the answer.
   */
  test(kind: StoredKind, entry: DeviceEntry, id?: number): Promise<Trial>;
  /** All types that there are. It takes seconds, in a process of its own. */
  types(): Promise<Catalogue>;
}

/** What a stored device is called. */
export function storedName(id: number): string {
  return `db:${id}`;
}

/** What a device is called while it is tried out. */
export const TRIED: string = storedName(0);

/** Whether a name is one of a stored device, present or not; names in the file have no colon. */
export function isStoredName(name: string): boolean {
  return /^db:[1-9]\d*$/.test(name);
}

const nowhere = async (): Promise<never> => fail('EVCC_COMMAND_INVALID', 'no house runs that could be changed');

/** Where no house runs. */
export const NO_CONFIGURATION: ConfigurationPort = {
  devices: () => [],
  create: nowhere,
  change: nowhere,
  remove: nowhere,
  test: nowhere,
  types: nowhere,
};
