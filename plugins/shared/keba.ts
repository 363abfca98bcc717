import type { ChargeStatus } from '../../core/index.ts';

/** States of a KEBA KeContact, as it says them over Modbus and UDP: no car or not authorised, and paused. */
export const NOT_READY = 1;
export const SUSPENDED = 5;

/**
 * What its state (0 starting, 1 not ready, 2 ready, 3 charging, 4 error, 5 suspended) and its cable (0 none, 1 at the box, 3 locked
 * there, 5 at the car too, 7 locked there too) mean; `undefined`: no such state.
 */
export function kebaStatus(state: number | undefined, cable: number | undefined): ChargeStatus | undefined {
  if (state === undefined || cable === undefined || state > SUSPENDED || cable > 7) return undefined;
  if (state === 4) return 'F';
  if (cable < 5) return 'A';
  return state === 3 ? 'C' : 'B';
}
