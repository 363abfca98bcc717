import type { ChargerReading, ChargeStatus, PerPhase, Phases } from '../devices.ts';
import type { LoadpointEvent } from '../events.ts';
import type { Sampled } from '../site.ts';
import type { CarStatus, LoadpointMemory } from './memory.ts';

/** Compares what a charger reports with what is remembered of it. Pure. */

/** ms after a command during which a charger may still report the state before */
export const SETTLING = 60_000;
/** ms after a current command during which the charger may still report the old one */
const CURRENT_SETTLING = 30_000;
/** A of difference to the reported limit from which it is taken over */
const CURRENT_TOLERANCE = 0.23;
/** A above the offered current from which a measured current is taken over */
const MEASURED_TOLERANCE = 1;
/** A above which a phase counts as active */
export const ACTIVE_CURRENT = 1;
/** V from which a phase counts as live */
const LIVE_VOLTAGE = 207;

export interface Observation {
  readonly memory: LoadpointMemory;
  /** In the order in which they happened */
  readonly events: readonly LoadpointEvent['kind'][];
  /** Something did not fit and was corrected; for the log */
  readonly corrections: readonly string[];
}

export interface ObservedLoadpoint {
  readonly canSwitchPhases: boolean;
  /** What a charger that cannot switch uses: the setting, else what is wired */
  readonly fixedPhases: Phases;
  /** A, assumed for a running charge whose current nobody reports */
  readonly minCurrent: number;
}

export const isConnected = (status: ChargeStatus | undefined): boolean => status === 'B' || status === 'C';

export const isFault = (status: ChargeStatus | undefined): status is 'E' | 'F' => status === 'E' || status === 'F';

/** Takes a new reading into the memory. A stale or missing one changes nothing. */
export function observe(
  memory: LoadpointMemory,
  sample: Sampled<ChargerReading> | undefined,
  loadpoint: ObservedLoadpoint,
  now: number,
): Observation {
  if (!sample || sample.stale) return { memory, events: [], corrections: [] };
  const reading = sample.value;
  const status = carStatus(memory.status, reading.status);
  const events = eventsOf(memory.status, status);
  const corrections: string[] = [];
  const next: Draft = { ...memory, status };
  // A reading from before a command, or too soon after it, proves nothing. The clock may have been set back since then.
  const since: Since = (at, ms) => at === undefined || sample.at - at >= ms || now < at;

  if (memory.status === undefined) adopt(next, reading, loadpoint);
  else correct(next, memory, reading, loadpoint, since, corrections);
  observePhases(next, reading, loadpoint, since, corrections);

  if (events.includes('connect')) {
    next.connectedAt = now;
    next.wishedAt = now;
  }
  if (events.includes('disconnect')) {
    next.connectedAt = undefined;
    next.phasesMeasured = undefined;
    next.undershootSince = undefined;
  }
  return { memory: next, events, corrections };
}

/** Whether the reading was taken at least `ms` after something that happened at `at`. */
type Since = (at: number | undefined, ms: number) => boolean;
type Draft = { -readonly [K in keyof LoadpointMemory]: LoadpointMemory[K] };

/** The charger is taken as it is, so that a running charge is not cut. */
function adopt(next: Draft, reading: ChargerReading, loadpoint: ObservedLoadpoint): void {
  next.enabled = lets(reading);
  next.enabledKnown = true;
  // What a car takes, or what is assumed, is not what it was offered.
  next.currentKnown = !next.enabled || reading.maxCurrent !== undefined;
  next.offeredCurrent = next.enabled ? (reading.maxCurrent ?? highest(reading.currents) ?? loadpoint.minCurrent) : 0;
}

/** A charger that charges lets the car charge, whatever it says. */
const lets = (reading: ChargerReading): boolean => reading.enabled || reading.status === 'C';

function correct(
  next: Draft,
  memory: LoadpointMemory,
  reading: ChargerReading,
  loadpoint: ObservedLoadpoint,
  since: Since,
  corrections: string[],
): void {
  if (!since(memory.switchedAt, SETTLING) || !since(memory.phasesSwitchedAt, SETTLING)) return;
  if (lets(reading) !== memory.enabled) {
    adopt(next, reading, loadpoint);
    corrections.push(`charger was switched ${next.enabled ? 'on' : 'off'} by something else`);
    return;
  }
  if (!next.enabled || !since(memory.currentSetAt, CURRENT_SETTLING)) return;
  const measured = highest(reading.currents);
  if (reading.maxCurrent !== undefined) {
    const difference = Math.abs(reading.maxCurrent - memory.offeredCurrent);
    if (difference > CURRENT_TOLERANCE) {
      next.offeredCurrent = reading.maxCurrent;
      if (difference >= 1)
        corrections.push(`charger offers ${reading.maxCurrent} A instead of ${memory.offeredCurrent} A`);
    }
  } else if (measured !== undefined && measured > memory.offeredCurrent + MEASURED_TOLERANCE) {
    next.offeredCurrent = measured;
    corrections.push(`car takes ${measured} A, more than the ${memory.offeredCurrent} A on offer`);
  }
}

function observePhases(
  next: Draft,
  reading: ChargerReading,
  loadpoint: ObservedLoadpoint,
  since: Since,
  corrections: string[],
): void {
  const settled = since(next.phasesSwitchedAt, SETTLING);
  if (!loadpoint.canSwitchPhases) {
    next.phasesEnabled = reading.phases ?? livePhases(reading.voltages) ?? loadpoint.fixedPhases;
  } else if (settled && reading.phases !== undefined && reading.phases !== next.phasesEnabled) {
    if (next.phasesEnabled !== 0) {
      corrections.push(`charger uses ${reading.phases} instead of ${next.phasesEnabled} phases`);
      next.phaseFailures += 1;
    }
    next.phasesEnabled = reading.phases;
    next.phasesMeasured = undefined;
  } else if (settled && next.phasesSwitchedAt !== next.failedAt) {
    // The last switch was no failed one, and nothing speaks against it.
    next.phaseFailures = 0;
  }
  if (reading.status !== 'C' || !settled || !reading.currents) return;
  const active = reading.currents.filter((current) => current > ACTIVE_CURRENT).length;
  if (active === 0) return;
  const measured = active as 1 | 2 | 3;
  // A measurement never proves that fewer phases are on, only that the car uses fewer; more than believed are a fact.
  if (loadpoint.canSwitchPhases && reading.phases === undefined && measured > next.phasesEnabled) {
    next.phasesEnabled = measured === 1 ? 1 : 3;
  }
  next.phasesMeasured = measured;
}

/** All that a fault says of the car is that it does not charge: it is connected if it was before. */
function carStatus(before: CarStatus | undefined, reported: ChargeStatus): CarStatus {
  if (!isFault(reported)) return reported;
  return isConnected(before) ? 'B' : 'A';
}

function eventsOf(before: CarStatus | undefined, after: CarStatus): LoadpointEvent['kind'][] {
  const events: LoadpointEvent['kind'][] = [];
  if (before === after) return events;
  if (before === 'C') events.push('stop');
  if (isConnected(before) !== isConnected(after)) events.push(isConnected(after) ? 'connect' : 'disconnect');
  if (after === 'C') events.push('start');
  return events;
}

/** 1 when only L1 is live, 3 when more is; `undefined`: not measured, or no phase is live. */
function livePhases(voltages: PerPhase | undefined): Phases | undefined {
  if (!voltages) return undefined;
  const live = voltages.filter((voltage) => voltage >= LIVE_VOLTAGE).length;
  if (live === 0) return undefined;
  return live === 1 && voltages[0] >= LIVE_VOLTAGE ? 1 : 3;
}

const highest = (currents: PerPhase | undefined): number | undefined => currents && Math.max(...currents);

/**
 * Whether something that happened at `at` is at least `ms` ago; it is when it never happened, and when the clock was set
 * back behind it, so that nothing waits for hours then.
 */
export function isPast(at: number | undefined, ms: number, now: number): boolean {
  return at === undefined || now - at >= ms || now < at;
}
