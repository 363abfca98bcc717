import type { LoadpointState } from '../site.ts';
import { limitSocOf } from './limits.ts';
import type { LoadpointMemory } from './memory.ts';
import { isPast } from './observe.ts';

/** Cars fall asleep and do not notice that they are offered current: they are woken up a few times. Pure. */

/** ms that a car has to take up charging before it is woken up, and between two attempts */
const PATIENCE = 30_000;
const ATTEMPTS = 6;

export interface Waking extends Pick<LoadpointMemory, 'wakeUp' | 'waking'> {
  /** Every attempt was in vain: the car is taken to sleep on */
  readonly asleep?: true;
}

/** Starts waiting for a car that is offered current from now on; whoever waits already waits on, with all attempts. */
export function armed({ wakeUp }: LoadpointMemory, now: number): Pick<LoadpointMemory, 'wakeUp'> {
  return { wakeUp: { since: wakeUp?.since ?? now, left: ATTEMPTS } };
}

/** A command was refused because the car sleeps: it is woken up with the next order. */
export function due(now: number): Pick<LoadpointMemory, 'wakeUp'> {
  return { wakeUp: { since: now - PATIENCE, left: ATTEMPTS } };
}

/**
 * Whom to wake up now. Of six attempts the first, third and fifth go to the charger if it can wake up cars, else to the
 * vehicle; the others to the vehicle, where both can.
 */
export function wakeUp(offered: boolean, loadpoint: LoadpointState, memory: LoadpointMemory, now: number): Waking {
  const { wakeUp: timer } = memory;
  if (!timer || !offered) return { wakeUp: timer, waking: undefined };
  if (loadpoint.charging || !mayBeWoken(loadpoint)) return { wakeUp: undefined, waking: undefined };
  if (isFull(loadpoint) || !isPast(timer.since, PATIENCE, now)) return { wakeUp: timer, waking: undefined };
  if (timer.left === 0) return { wakeUp: undefined, waking: undefined, asleep: true };
  const attempt = ATTEMPTS - timer.left + 1;
  return { wakeUp: { since: now, left: timer.left - 1 }, waking: whom(attempt, loadpoint) };
}

function whom(attempt: number, { canWakeUp, vehicle }: LoadpointState): 'charger' | 'vehicle' | undefined {
  const other = vehicle?.canWakeUp === true ? 'vehicle' : undefined;
  if (attempt % 2 === 1) return canWakeUp ? 'charger' : other;
  return canWakeUp ? other : undefined;
}

/** Where the charger says why it does not charge, that is no sleep. */
const mayBeWoken = ({ connected, traits, vehicle, charger }: LoadpointState): boolean =>
  connected && !traits.integrated && !charger?.value.statusReason && !vehicle?.features.includes('wakeUpDisabled');

/** It has what it shall get: nobody wonders why it does not charge. */
function isFull({ soc, settings }: LoadpointState): boolean {
  return soc !== undefined && soc >= limitSocOf(settings);
}
