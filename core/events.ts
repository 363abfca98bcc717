/** Something happened that a person may want to hear of. */
export type HouseEvent = LoadpointEvent | DeviceEvent | SuggestionEvent;

interface Happened {
  /** ms since the epoch */
  readonly at: number;
  /** The state before was known; false for what is found at start-up. */
  readonly observed: boolean;
}

/**
 * What happened at a loadpoint. `soc`: the car passed another full ten since its soc is known; `guest`: nobody found out which
 * vehicle was connected; `asleep`: the car was offered current and woken up in vain; `planoverrun`: the goal of its charging
 * plan will be reached too late.
 */
export interface LoadpointEvent extends Happened {
  readonly kind: 'connect' | 'start' | 'stop' | 'disconnect' | 'soc' | 'guest' | 'asleep' | 'planoverrun';
  /** Loadpoint id, from 1 */
  readonly loadpoint: number;
  /** %, the full ten that was reached; of `soc` only */
  readonly soc?: number;
}

/**
 * What happened to a device. `devicelost`: it gave no readings for so long that the house does without it; `deviceback`: it
 * gives readings again after that.
 */
export interface DeviceEvent extends Happened {
  readonly kind: 'devicelost' | 'deviceback';
  /** Its name in the configuration */
  readonly device: string;
  readonly deviceKind: 'charger' | 'meter' | 'vehicle' | 'tariff';
  /** Why it is not available; of `devicelost` only */
  readonly reason?: string;
  /** Id of the loadpoint whose charger or charge meter it is, from 1; absent: of none */
  readonly loadpoint?: number;
}

/** A plugin that optimizes costs found out what a home battery or a car would better do than what it does. */
export interface SuggestionEvent extends Happened {
  readonly kind: 'suggestion';
  /** normal, hold, charge, holdcharge or discharge of a battery; charge or stop of a loadpoint */
  readonly action: string;
  /** Title of the battery or loadpoint */
  readonly title: string;
  /** Id of the loadpoint, from 1; absent: it is a battery */
  readonly loadpoint?: number;
}
