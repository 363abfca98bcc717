import type { Decision, LoadpointState, Reason, Timer } from '../../core/index.ts';

/** Decisions that several strategies share. */

/** A timer that lets the next decision of either direction take effect at once. */
export function elapsed(now: number): Timer {
  return { action: 'inactive', since: now, delay: 0 };
}

/** Full power for a need that has nothing to do with surplus; surplus control may go on or stop at once afterwards. */
export function fullPower(loadpoint: LoadpointState, now: number, reason: Reason): Decision {
  const { settings, maxCurrent, phasesMax } = loadpoint;
  // More phases than the car uses are not worth a switch.
  const phases = settings.phases === 1 ? 1 : phasesMax > 1 ? 3 : undefined;
  return {
    current: maxCurrent,
    ...(phases && { phases }),
    fast: true,
    reason,
    timers: { pv: elapsed(now), phase: null },
  };
}

/** No charging, except for what the climate control of the car needs. */
export function stopUnlessClimater(loadpoint: LoadpointState, reason: Reason): Decision {
  if (!climaterRuns(loadpoint)) return { current: 0, reason };
  const text = `${reason.text}, but the car's climate control needs the minimum current`;
  return { current: loadpoint.minCurrent, reason: { ...reason, code: 'climater', text } };
}

export const climaterRuns = ({ vehicle }: LoadpointState): boolean => vehicle?.sample?.value.climater === true;

/** The minimum for a moment, because the car expects current when it is connected. */
export function welcomed({ minCurrent }: LoadpointState): Decision {
  const text = `the car was just connected and gets the minimum of ${amperes(minCurrent)} for a moment`;
  return { current: minCurrent, reason: { code: 'welcome', text }, timers: { pv: null, phase: null } };
}

/** Whole seconds, rounded up. */
export function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}

/** `1,234 W` without the comma: whole watts. */
export function watts(power: number): string {
  return `${Math.round(power)} W`;
}

/** Amperes with at most one decimal. */
export function amperes(current: number): string {
  return `${Math.round(current * 10) / 10} A`;
}
