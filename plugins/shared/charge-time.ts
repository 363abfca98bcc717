/**
 * How much and how long a car charges. Cars take less as they fill up: here full power up to a soc that is the lower, the
 * higher the power, then linearly less, down to 1 kW at 100 %.
 */

/** W that a car still takes at 100 % */
const LAST_POWER = 1_000;
/** W per % by which the power that a car takes falls towards 100 %: 50 kW at 50 % */
const TAPER = 980;

export interface SocGap {
  /** % */
  readonly soc: number;
  /** % */
  readonly target: number;
  /** Wh at the charger for 100 %: the capacity with the losses of charging */
  readonly capacity: number;
}

/** Wh at the charger from a soc to another; 0 when it is there already. */
export function chargeEnergy({ soc, target, capacity }: SocGap): number {
  return (Math.max(0, target - soc) / 100) * capacity;
}

/** ms for an energy at constant power; `Infinity` without power. */
export function durationOf(energy: number, power: number): number {
  if (energy <= 0) return 0;
  return power > 0 ? (energy / power) * 3_600_000 : Number.POSITIVE_INFINITY;
}

/** ms from a soc to another with `power` W on offer; 0 when it is there already, `Infinity` without power. */
export function chargeDuration({ soc, target, capacity }: SocGap, power: number): number {
  const taper = Math.min(100, 100 - (power - LAST_POWER) / TAPER);
  const full = { soc, target: Math.min(target, taper), capacity };
  const falling = { soc: Math.max(soc, taper), target, capacity };
  return (
    durationOf(chargeEnergy(full), power) + durationOf(chargeEnergy(falling), Math.min(power, (power + LAST_POWER) / 2))
  );
}
