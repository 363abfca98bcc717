import type { Problem } from './config/problem.ts';

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
}
