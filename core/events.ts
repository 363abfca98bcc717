/** What happened at a loadpoint. */
export interface LoadpointEvent {
  readonly kind: 'connect' | 'start' | 'stop' | 'disconnect';
  /** Loadpoint id, from 1 */
  readonly loadpoint: number;
  /** ms since the epoch */
  readonly at: number;
  /** The loadpoint's state before was known; false for what is found at start-up. */
  readonly observed: boolean;
}
