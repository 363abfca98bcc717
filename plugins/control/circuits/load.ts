import type { CircuitState, LoadpointState, MeterReading, PerPhase, SiteState } from '../../../core/index.ts';
import type { CircuitTree } from '../../shared/circuits.ts';

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

/** What each circuit carries, + consumption; `undefined`: nobody knows, because a meter is silent. */
export function loadsOf(site: SiteState, tree: CircuitTree): ReadonlyMap<CircuitState, Load | undefined> {
  return upwards(site, tree, (circuit, partial) => {
    if (circuit.meter) return measured(circuit, site.voltage);
    const sum = partial();
    return sum && tree.loadpointsAt(circuit).reduce((load, each) => plus(load, taken(each, site.voltage)), sum);
  });
}

/**
 * What each circuit carries besides its loadpoints; `undefined`: nobody knows. What the house generates makes room for power at
 * its connection, the root, but never for current: a cloud is faster than any charger.
 */
export function otherLoadsOf(site: SiteState, tree: CircuitTree): ReadonlyMap<CircuitState, Load | undefined> {
  return upwards(site, tree, (circuit, partial) => {
    if (!circuit.meter) return partial();
    const load = measured(circuit, site.voltage);
    if (!load) return undefined;
    const own = tree.loadpointsIn(circuit).reduce((sum, each) => plus(sum, taken(each, site.voltage)), NOTHING);
    const generated = circuit.parent === undefined ? site.pvPower + Math.max(0, site.batteryPower) : 0;
    return {
      power: Math.max(-generated, load.power - own.power),
      currents: perPhase((phase) => Math.max(0, (load.currents[phase] ?? 0) - (own.currents[phase] ?? 0))),
    };
  });
}

/** Loads from the outermost circuits to the root; `partial` is the sum of a circuit's parts. */
function upwards(
  { circuits }: SiteState,
  tree: CircuitTree,
  load: (circuit: CircuitState, partial: () => Load | undefined) => Load | undefined,
): ReadonlyMap<CircuitState, Load | undefined> {
  const loads = new Map<CircuitState, Load | undefined>();
  const partial = (circuit: CircuitState) => (): Load | undefined => {
    let sum = NOTHING;
    for (const part of tree.partsOf(circuit)) {
      const known = loads.get(part);
      if (!known) return undefined;
      sum = plus(sum, known);
    }
    return sum;
  };
  for (const circuit of circuits.toReversed()) loads.set(circuit, load(circuit, partial(circuit)));
  return loads;
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
