import type { CircuitState, LoadpointState, SiteState } from '../../../core/index.ts';
import { circuitTree } from '../../shared/circuits.ts';
import { held, otherLoadsOf } from './load.ts';
import type { Claim } from './share.ts';

/** The limits of a house, one for the power and one for each phase of every circuit, and who loads them. Pure. */

export interface Limit {
  /** Whom to name: `circuit Garage` or `the grid operator` */
  readonly who: string;
  /** 1 to 3: A of that phase of the house; absent: W */
  readonly phase?: 1 | 2 | 3;
  /** A or W, as configured or ordered */
  readonly value: number;
  /** A or W that loadpoints may share */
  readonly room: number;
}

/** A circuit without a reading: what it carries besides is not known. */
export interface Blind {
  readonly circuit: CircuitState;
  /** A and W for each of its loadpoints: equal parts of its limits; Infinity: no limit */
  readonly current: number;
  readonly power: number;
}

export interface Limits {
  readonly known: readonly Limit[];
  /** Indices of the known limits that a loadpoint loads, by its circuit */
  above(circuit: string | undefined): readonly number[];
  /** The circuits without reading that feed a loadpoint, by its circuit */
  blindAbove(circuit: string | undefined): readonly Blind[];
}

const PHASES = [1, 2, 3] as const;

export function limitsOf(site: SiteState): Limits {
  const operator = site.readings.operator?.consumption;
  if (site.circuits.length === 0) {
    // Without circuits the loadpoints are all that can be controlled.
    const known = operator === undefined ? [] : [{ who: OPERATOR, value: operator, room: operator }];
    return { known, above: () => [...known.keys()], blindAbove: () => [] };
  }
  const tree = circuitTree(site);
  const others = otherLoadsOf(site, tree);
  const known: Limit[] = [];
  const indices = new Map<CircuitState, readonly number[]>();
  const blind = new Map<CircuitState, Blind>();
  for (const circuit of site.circuits) {
    const { parent, maxCurrent = Number.POSITIVE_INFINITY } = circuit;
    const ordered = parent === undefined ? operator : undefined;
    const maxPower = Math.min(circuit.maxPower ?? Number.POSITIVE_INFINITY, ordered ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(maxPower) && !Number.isFinite(maxCurrent)) continue;
    const other = others.get(circuit);
    if (!other) {
      const parts = Math.max(1, tree.loadpointsIn(circuit).length);
      blind.set(circuit, { circuit, current: maxCurrent / parts, power: maxPower / parts });
      continue;
    }
    const first = known.length;
    if (Number.isFinite(maxPower)) {
      const who = maxPower === ordered ? OPERATOR : nameOf(circuit);
      known.push({ who, value: maxPower, room: maxPower - other.power });
    }
    if (Number.isFinite(maxCurrent)) {
      for (const phase of PHASES) {
        const room = maxCurrent - (other.currents[phase - 1] ?? 0);
        known.push({ who: nameOf(circuit), phase, value: maxCurrent, room });
      }
    }
    indices.set(
      circuit,
      known.slice(first).map((_, index) => first + index),
    );
  }
  return {
    known,
    // From the root down, as the limits are listed.
    above: (circuit) =>
      tree
        .above(circuit)
        .toReversed()
        .flatMap((each) => indices.get(each) ?? []),
    blindAbove: (circuit) => tree.above(circuit).flatMap((each) => blind.get(each) ?? []),
  };
}

/** How a loadpoint loads the limits when it charges on the first `phases` of its phases. */
export function claimsOf(loadpoint: LoadpointState, phases: number, limits: Limits, voltage: number): Claim[] {
  const present = held(loadpoint, voltage);
  const used = loadpoint.phaseOrder.slice(0, phases);
  return limits.above(loadpoint.circuit).map((limit): Claim => {
    const phase = limits.known[limit]?.phase;
    if (phase === undefined) return { limit, weight: phases * voltage, held: present.power };
    return { limit, weight: used.includes(phase) ? 1 : 0, held: present.currents[phase - 1] ?? 0 };
  });
}

/** Who gives limits besides circuits */
export const OPERATOR = 'the grid operator';

const nameOf = ({ title }: CircuitState): string => `circuit ${title}`;
