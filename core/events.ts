/** What happened at a loadpoint; `asleep`: the car was offered current and woken up in vain. */
export interface LoadpointEvent {
  readonly kind: 'connect' | 'start' | 'stop' | 'disconnect' | 'asleep';
  /** Loadpoint id, from 1 */
  readonly loadpoint: number;
  /** ms since the epoch */
  readonly at: number;
  /** The loadpoint's state before was known; false for what is found at start-up. */
  readonly observed: boolean;
}
