import type { Decision, LoadpointState, Reason, Timer } from '../../core/index.ts';

/** Decisions that several strategies share. */

/** A timer that lets the next decision of either direction take effect at once. */
export function elapsed(now: number): Timer {
  return { action: 'inactive', since: now, delay: 0 };
}

/** Full power for a need that has nothing to do with surplus; surplus control may go on or stop at once afterwards. */
export function fullPower(loadpoint: LoadpointState, now: number, reason: Reason): Decision {
  return {
    current: loadpoint.maxCurrent,
    phases: loadpoint.settings.phases === 1 ? 1 : 3,
    fast: true,
    reason,
    timers: { pv: elapsed(now), phase: null },
  };
}

/** No charging, except for what the climate control of the car needs. */
export function stopUnlessClimater(loadpoint: LoadpointState, reason: Reason): Decision {
  if (!loadpoint.vehicle?.sample?.value.climater) return { current: 0, reason };
  const text = `${reason.text}, but the car's climate control needs the minimum current`;
  return { current: loadpoint.minCurrent, reason: { code: 'climater', text } };
}

/** `1,234 W` without the comma: whole watts. */
export function watts(power: number): string {
  return `${Math.round(power)} W`;
}

/** Amperes with at most one decimal. */
export function amperes(current: number): string {
  return `${Math.round(current * 10) / 10} A`;
}
