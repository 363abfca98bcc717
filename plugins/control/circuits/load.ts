import type { CircuitState, LoadpointState, MeterReading, PerPhase, SiteState } from '../../../core/index.ts';
import { loadpointsIn } from '../../shared/circuits.ts';

/** What circuits and loadpoints carry. Pure. Currents are those of the house's L1, L2, L3. */

export interface Load {
  /** W */
  readonly power: number;
  /** A */
  readonly currents: PerPhase;
}

const NOTHING: Load = { power: 0, currents: [0, 0, 0] };

/** What a loadpoint takes now, measured or derived. */
export function taken(loadpoint: LoadpointState, voltage: number): Load {
  const { chargeCurrents, chargePower, phasesActive, phaseOrder } = loadpoint;
  const each = chargePower / (phasesActive * voltage);
  const currents = perPhase((phase) => chargeCurrents?.[phase] ?? (phase < phasesActive ? each : 0));
  return { power: chargePower, currents: inHouse(currents, phaseOrder) };
}

/** What a loadpoint may take before it is told anything: what it takes, or is allowed to take. */
export function held(loadpoint: LoadpointState, voltage: number): Load {
  const { permittedCurrent, phasesActive, phaseOrder } = loadpoint;
  const allowed = perPhase((phase) => (phase < phasesActive ? permittedCurrent : 0));
  return higher(taken(loadpoint, voltage), {
    power: permittedCurrent * phasesActive * voltage,
    currents: inHouse(allowed, phaseOrder),
  });
}

/** What a circuit carries, + consumption; `undefined`: nobody knows, because a meter is silent. */
export function loadOf(site: SiteState, circuit: CircuitState): Load | undefined {
  if (circuit.meter) return measured(circuit, site.voltage);
  let sum = NOTHING;
  for (const loadpoint of site.loadpoints) {
    if (loadpoint.circuit === circuit.name) sum = plus(sum, taken(loadpoint, site.voltage));
  }
  for (const part of partsOf(site, circuit)) {
    const load = loadOf(site, part);
    if (!load) return undefined;
    sum = plus(sum, load);
  }
  return sum;
}

/**
 * What a circuit carries besides its loadpoints; `undefined`: nobody knows. What the house generates makes room for power at its
 * connection, the root, but never for current: a cloud is faster than any charger.
 */
export function otherLoad(site: SiteState, circuit: CircuitState): Load | undefined {
  const { voltage } = site;
  if (!circuit.meter) {
    let sum = NOTHING;
    for (const part of partsOf(site, circuit)) {
      const load = otherLoad(site, part);
      if (!load) return undefined;
      sum = plus(sum, load);
    }
    return sum;
  }
  const load = measured(circuit, voltage);
  if (!load) return undefined;
  const own = loadpointsIn(site, circuit).reduce((sum, each) => plus(sum, taken(each, voltage)), NOTHING);
  const generated = circuit.parent === undefined ? site.pvPower + Math.max(0, site.batteryPower) : 0;
  return {
    power: Math.max(-generated, load.power - own.power),
    currents: perPhase((phase) => Math.max(0, (load.currents[phase] ?? 0) - (own.currents[phase] ?? 0))),
  };
}

function partsOf({ circuits }: SiteState, { name }: CircuitState): CircuitState[] {
  return circuits.filter(({ parent }) => parent === name);
}

/** What the meter of a circuit says; `undefined`: it says nothing, or did so too long ago. */
function measured({ meter }: CircuitState, voltage: number): Load | undefined {
  const sample = meter?.sample;
  return sample && !sample.stale
    ? { power: sample.value.power, currents: currentsOf(sample.value, voltage) }
    : undefined;
}

/** Without currents those of the powers; without these it is taken to flow on each single phase. */
function currentsOf({ power, powers, currents }: MeterReading, voltage: number): PerPhase {
  return perPhase((phase) => {
    const current = currents?.[phase];
    const watts = powers?.[phase];
    if (current === undefined) return (watts ?? power) / voltage;
    return watts !== undefined && watts < 0 ? -Math.abs(current) : current;
  });
}

/** Values of a charger's phases by phase of the house. */
function inHouse(values: PerPhase, order: LoadpointState['phaseOrder']): PerPhase {
  return perPhase((phase) => values[order.findIndex((wired) => wired === phase + 1)] ?? 0);
}

function plus(one: Load, other: Load): Load {
  return {
    power: one.power + other.power,
    currents: perPhase((phase) => (one.currents[phase] ?? 0) + (other.currents[phase] ?? 0)),
  };
}

function higher(one: Load, other: Load): Load {
  return {
    power: Math.max(one.power, other.power),
    currents: perPhase((phase) => Math.max(one.currents[phase] ?? 0, other.currents[phase] ?? 0)),
  };
}

function perPhase(value: (phase: number) => number): PerPhase {
  return [value(0), value(1), value(2)];
}
