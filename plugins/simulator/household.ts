import { HOUR, MINUTE, type Offset, timeOfDay } from './local-time.ts';
import { chance, subseed, wandering } from './random.ts';
import type { Source } from './sources.ts';

/** A household that draws a base power, more in the morning and evening, and has kettles, ovens and washing machines. */

export interface HouseholdOptions {
  readonly seed: number;
  /** W, what runs all night */
  readonly base: number;
  /** W, the largest of the appliances that are switched on now and then; 0: none */
  readonly spikes: number;
  /** Local time of the house */
  readonly offset: Offset;
}

/** ms for which the load counts as constant */
const STEP = 10_000;
/** ms in which at most one appliance is switched on */
const SLOT: number = 15 * MINUTE;
/** Consumption by the hour of the day as a multiple of the base, from midnight */
const DAY_CURVE = [
  1, 1, 1, 1, 1, 1.1, 1.6, 2.1, 1.9, 1.6, 1.5, 1.6, 1.9, 1.7, 1.5, 1.5, 1.6, 1.9, 2.5, 2.8, 2.6, 2.2, 1.7, 1.2,
] as const;

export function household({ seed, base, spikes, offset }: HouseholdOptions): Source {
  const noise = subseed(seed, 'noise');
  const flicker = subseed(seed, 'flicker');
  const appliances = subseed(seed, 'appliances');

  return {
    power: (at) => {
      const step = Math.floor(at / STEP) * STEP;
      const hours = timeOfDay(step + offset(step)) / HOUR;
      const curve = between(hours);
      const drift = 0.85 + 0.3 * wandering(noise, step / (7 * MINUTE)) + 0.06 * (chance(flicker, step) - 0.5);
      return base * curve * drift + appliance(appliances, step, curve, spikes);
    },
    until: (at) => (Math.floor(at / STEP) + 1) * STEP,
  };
}

function between(hours: number): number {
  const hour = Math.floor(hours);
  const share = hours - hour;
  return (DAY_CURVE[hour] ?? 1) * (1 - share) + (DAY_CURVE[(hour + 1) % 24] ?? 1) * share;
}

/** W of the appliance that runs at `at`, if one does. People at home (a high curve) switch on more. */
function appliance(seed: number, at: number, curve: number, largest: number): number {
  const slot = Math.floor(at / SLOT);
  if (chance(seed, slot * 4) > 0.22 * curve) return 0;
  const length = SLOT * (0.1 + 0.6 * chance(seed, slot * 4 + 1));
  const begin = slot * SLOT + (SLOT - length) * chance(seed, slot * 4 + 2);
  if (at < begin || at >= begin + length) return 0;
  return largest * (0.35 + 0.65 * chance(seed, slot * 4 + 3));
}
