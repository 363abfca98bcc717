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
/** ms after a phase switch from which a charger that is off has switched itself off, and is not only slow to tell */
const DROP_OUT = 10_000;

const NOBODY_SLEEPS = { wakeUp: undefined, waking: undefined } as const;

export interface Observation {
  readonly memory: LoadpointMemory;
  /** In the order in which they happened */
  readonly events: readonly LoadpointEvent['kind'][];
  /** What does not fit and did fit before; for the log */
  readonly corrections: readonly string[];
}

export interface ObservedLoadpoint {
  readonly canSwitchPhases: boolean;
  /** What a charger that cannot switch uses: the setting, else what is wired */
  readonly fixedPhases: Phases;
  /** A, assumed for a running charge whose current nobody reports */
  readonly minCurrent: number;
  /** Nobody sets its current */
  readonly switchOnly: boolean;
}

export const isConnected = (status: ChargeStatus | undefined): boolean =>
  status === 'B' || status === 'C' || status === 'D';

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
  const replugged = isReplugged(memory, reading.connectedFor, status);
  const events = replugged
    ? [...eventsOf(memory.status, 'A'), ...eventsOf('A', status)]
    : eventsOf(memory.status, status);
  const next: Draft = { ...memory, status, connectedFor: reading.connectedFor };
  // A reading from before a command, or too soon after it, proves nothing. The clock may have been set back since then.
  const since: Since = (at, ms) => at === undefined || sample.at - at >= ms || now < at;
  const mismatches: Mismatches = new Map();

  if (isFault(reading.status)) mismatches.set('fault', `charger reports a fault, status ${reading.status}`);
  if (memory.status === undefined) adopt(next, reading, loadpoint);
  else correct(next, memory, reading, loadpoint, since, mismatches);
  if (events.includes('disconnect')) leave(next);
  observePhases(next, reading, status, loadpoint, since, mismatches);
  if (events.includes('connect')) {
    next.connectedAt = now;
    next.wishedAt = now;
    next.arrivedAt = memory.status === undefined ? undefined : now;
  }
  if (events.includes('start')) Object.assign(next, NOBODY_SLEEPS);

  const corrections = [...mismatches].filter(([kind]) => !memory.mismatches.includes(kind)).map(([, text]) => text);
  next.mismatches = remaining(memory, mismatches, since);
  return { memory: next, events, corrections };
}

/** Whether the reading was taken at least `ms` after something that happened at `at`. */
type Since = (at: number | undefined, ms: number) => boolean;
type Draft = { -readonly [K in keyof LoadpointMemory]: LoadpointMemory[K] };
/** Texts by kind */
type Mismatches = Map<string, string>;

/** The charger counts anew though it never said that the car was gone: it was, between two readings. */
function isReplugged(memory: LoadpointMemory, connectedFor: number | undefined, status: CarStatus): boolean {
  const fell = connectedFor !== undefined && memory.connectedFor !== undefined && connectedFor < memory.connectedFor;
  return fell && isConnected(memory.status) && isConnected(status);
}

function leave(next: Draft): void {
  next.connectedAt = undefined;
  next.arrivedAt = undefined;
  next.phasesMeasured = undefined;
  next.undershootSince = undefined;
  Object.assign(next, NOBODY_SLEEPS);
}

/** What did not fit stays known until readings that prove something fit again. */
function remaining(memory: LoadpointMemory, found: Mismatches, since: Since): readonly string[] {
  if (found.size === 0 && memory.mismatches.length === 0) return memory.mismatches;
  const { switchedAt, phasesSwitchedAt, currentSetAt } = memory;
  const settled =
    since(switchedAt, SETTLING) && since(phasesSwitchedAt, SETTLING) && since(currentSetAt, CURRENT_SETTLING);
  return settled ? [...found.keys()] : [...new Set([...memory.mismatches, ...found.keys()])];
}

/** The charger is taken as it is, so that a running charge is not cut. */
function adopt(next: Draft, reading: ChargerReading, loadpoint: ObservedLoadpoint): void {
  next.enabled = lets(reading);
  next.enabledKnown = true;
  next.droppedOut = false;
  // What a car takes, or what is assumed, is not what it was offered.
  next.currentKnown = !next.enabled || reading.maxCurrent !== undefined;
  next.offeredCurrent = next.enabled ? (reading.maxCurrent ?? highest(reading.currents) ?? loadpoint.minCurrent) : 0;
}

/** A charger that charges lets the car charge, whatever it says. */
const lets = (reading: ChargerReading): boolean => reading.enabled || reading.status === 'C' || reading.status === 'D';

function correct(
  next: Draft,
  memory: LoadpointMemory,
  reading: ChargerReading,
  loadpoint: ObservedLoadpoint,
  since: Since,
  mismatches: Mismatches,
): void {
  const { switchedAt, phasesSwitchedAt } = memory;
  const fits = lets(reading) === memory.enabled;
  const switching = phasesSwitchedAt !== undefined && !since(phasesSwitchedAt, SETTLING);
  next.droppedOut =
    switching && memory.enabled && !fits && since(phasesSwitchedAt, DROP_OUT) && since(switchedAt, DROP_OUT);
  if (switching || !since(switchedAt, SETTLING)) return;
  if (!fits) {
    adopt(next, reading, loadpoint);
    mismatches.set('switched', `charger was switched ${next.enabled ? 'on' : 'off'} by something else`);
    return;
  }
  if (!next.enabled || loadpoint.switchOnly || !since(memory.currentSetAt, CURRENT_SETTLING)) return;
  const measured = highest(reading.currents);
  if (reading.maxCurrent !== undefined) {
    const difference = Math.abs(reading.maxCurrent - memory.offeredCurrent);
    if (difference > CURRENT_TOLERANCE) {
      next.offeredCurrent = reading.maxCurrent;
      if (difference >= 1) {
        mismatches.set('current', `charger offers ${reading.maxCurrent} A instead of ${memory.offeredCurrent} A`);
      }
    }
  } else if (measured !== undefined && measured > memory.offeredCurrent + MEASURED_TOLERANCE) {
    next.offeredCurrent = measured;
    mismatches.set('current', `car takes ${measured} A, more than the ${memory.offeredCurrent} A on offer`);
  }
}

function observePhases(
  next: Draft,
  reading: ChargerReading,
  status: CarStatus,
  loadpoint: ObservedLoadpoint,
  since: Since,
  mismatches: Mismatches,
): void {
  const settled = since(next.phasesSwitchedAt, SETTLING);
  const measured = status === 'C' && settled ? carrying(reading.currents) : undefined;
  const wiring = wiringFault(reading.voltages);
  if (wiring) mismatches.set('wiring', wiring);
  const reported = reading.phases ?? (loadpoint.canSwitchPhases ? undefined : livePhases(reading.voltages));
  // A measurement never proves that fewer phases are on, only that the car uses fewer; more than believed are a fact.
  const contradicted = reported !== undefined && measured !== undefined && measured > reported;
  if (contradicted) mismatches.set('phases', `car takes current on ${measured} phases, charger speaks of ${reported}`);
  const stated = contradicted ? 3 : reported;

  if (!loadpoint.canSwitchPhases) {
    const believed = stated ?? loadpoint.fixedPhases;
    const most = measured ?? next.phasesMeasured ?? 0;
    if (stated === undefined && measured !== undefined && measured > believed) {
      mismatches.set('phases', `car takes current on ${measured} phases instead of ${believed}`);
    }
    next.phasesEnabled = most > believed ? 3 : believed;
  } else if (settled && stated !== undefined && stated !== next.phasesEnabled) {
    if (next.phasesEnabled !== 0) {
      if (!contradicted) mismatches.set('phases', `charger uses ${stated} instead of ${next.phasesEnabled} phases`);
      next.phaseFailures += 1;
    }
    next.phasesEnabled = stated;
    next.phasesMeasured = undefined;
  } else if (settled && next.phasesSwitchedAt !== next.failedAt) {
    // The last switch was no failed one, and nothing speaks against it.
    next.phaseFailures = 0;
  }
  if (measured === undefined) return;
  if (loadpoint.canSwitchPhases && stated === undefined && measured > next.phasesEnabled) {
    next.phasesEnabled = measured === 1 ? 1 : 3;
  }
  next.phasesMeasured = measured;
}

/** How many phases carry current; `undefined`: not measured, or none does. */
function carrying(currents: PerPhase | undefined): 1 | 2 | 3 | undefined {
  const active = currents?.filter((current) => current > ACTIVE_CURRENT).length ?? 0;
  return active === 0 ? undefined : (active as 1 | 2 | 3);
}

/** Phases are wired in order: L3 live without L1 or L2, or L2 without L3, is no way to wire a charger. */
function wiringFault(voltages: PerPhase | undefined): string | undefined {
  if (!voltages) return undefined;
  const [l1, l2, l3] = voltages.map((voltage) => voltage >= LIVE_VOLTAGE);
  if ((l3 && (!l1 || !l2)) || (l2 && !l3)) return `voltages of ${voltages.join(', ')} V do not fit a proper wiring`;
  return undefined;
}

/** All that a fault says of the car is that it does not charge: it is connected if it was before. */
function carStatus(before: CarStatus | undefined, reported: ChargeStatus): CarStatus {
  if (!isFault(reported)) return reported === 'D' ? 'C' : reported;
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
