/**
 * What happened at a loadpoint. `soc`: the car passed another full ten since its soc is known; `guest`: nobody found out which
 * vehicle was connected; `asleep`: the car was offered current and woken up in vain.
 */
export interface LoadpointEvent {
  readonly kind: 'connect' | 'start' | 'stop' | 'disconnect' | 'soc' | 'guest' | 'asleep';
  /** Loadpoint id, from 1 */
  readonly loadpoint: number;
  /** ms since the epoch */
  readonly at: number;
  /** The loadpoint's state before was known; false for what is found at start-up. */
  readonly observed: boolean;
  /** %, the full ten that was reached; of `soc` only */
  readonly soc?: number;
}
