import type { Problem } from './config/problem.ts';
import type { DeviceLogin } from './logins.ts';

/** When a device was last read. */
export interface DeviceReading {
  /** As in the published `devices` */
  readonly kind: string;
  readonly name: string;
  /** ms since the epoch; absent: never */
  readonly readAt?: number;
}

/** What runs, for people who look after the house. */
export interface SystemPort {
  /** Names of the plugins in force, in the order in which they were applied */
  plugins(): readonly string[];
  devices(): readonly DeviceReading[];
  /**
   * Why the last change of the configuration is not in force, so that the house runs on as before, and which devices of the
   * database are not available since they fit no more; empty: neither
   */
  problems(): readonly Problem[];
  /** Logins that devices need of a person */
  logins(): readonly DeviceLogin[];
  /**
   * Drops what is kept of earlier answers and ends the pauses after failures, so that tariffs, connected vehicles and other
   * devices are asked again in the next cycle. Rates hold until there are new ones, and refused credentials stay refused.
   */
  forget(): void;
  /** Ends the house in an orderly way and starts it anew, in the same process, with the configuration and database of then. */
  restart(): void;
}

/** Where no house runs. */
export const NO_SYSTEM: SystemPort = {
  plugins: () => [],
  devices: () => [],
  problems: () => [],
  logins: () => [],
  forget: () => {},
  restart: () => {},
};
