import type { CircuitState, LoadpointState, SiteState } from '../../../core/index.ts';
import { circuitsAbove, loadpointsIn } from '../../shared/circuits.ts';
import { held, otherLoad } from './load.ts';
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
  /** Ids of the loadpoints that load it */
  readonly loadpoints: ReadonlySet<number>;
}

/** A circuit without a reading: what it carries besides is not known. */
export interface Blind {
  readonly circuit: CircuitState;
  /** A and W for each of its loadpoints: equal parts of its limits; Infinity: no limit */
  readonly current: number;
  readonly power: number;
  readonly loadpoints: ReadonlySet<number>;
}

export interface Limits {
  readonly known: readonly Limit[];
  readonly blind: readonly Blind[];
}

const PHASES = [1, 2, 3] as const;

export function limitsOf(site: SiteState): Limits {
  const known: Limit[] = [];
  const blind: Blind[] = [];
  const operator = site.readings.operator?.consumption;
  if (operator !== undefined && site.circuits.length === 0) {
    // Without circuits the loadpoints are all that can be controlled.
    const loadpoints = new Set(site.loadpoints.map(({ id }) => id));
    known.push({ who: OPERATOR, value: operator, room: operator, loadpoints });
  }
  for (const circuit of site.circuits) {
    const { parent, maxCurrent = Number.POSITIVE_INFINITY } = circuit;
    const loadpoints = new Set(loadpointsIn(site, circuit).map(({ id }) => id));
    const ordered = parent === undefined ? operator : undefined;
    const maxPower = Math.min(circuit.maxPower ?? Number.POSITIVE_INFINITY, ordered ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(maxPower) && !Number.isFinite(maxCurrent)) continue;
    const other = otherLoad(site, circuit);
    if (!other) {
      const parts = Math.max(1, loadpoints.size);
      blind.push({ circuit, current: maxCurrent / parts, power: maxPower / parts, loadpoints });
      continue;
    }
    if (Number.isFinite(maxPower)) {
      const who = maxPower === ordered ? OPERATOR : nameOf(circuit);
      known.push({ who, value: maxPower, room: maxPower - other.power, loadpoints });
    }
    if (!Number.isFinite(maxCurrent)) continue;
    for (const phase of PHASES) {
      const room = maxCurrent - (other.currents[phase - 1] ?? 0);
      known.push({ who: nameOf(circuit), phase, value: maxCurrent, room, loadpoints });
    }
  }
  return { known, blind };
}

/** How a loadpoint loads the limits when it charges on the first `phases` of its phases. */
export function claimsOf(
  loadpoint: LoadpointState,
  phases: number,
  limits: readonly Limit[],
  voltage: number,
): Claim[] {
  const present = held(loadpoint, voltage);
  const used = new Set(loadpoint.phaseOrder.slice(0, phases));
  return limits.flatMap(({ phase, loadpoints }, limit): Claim[] => {
    if (!loadpoints.has(loadpoint.id)) return [];
    if (phase === undefined) return [{ limit, weight: phases * voltage, held: present.power }];
    return [{ limit, weight: used.has(phase) ? 1 : 0, held: present.currents[phase - 1] ?? 0 }];
  });
}

/** The circuits without reading that feed a loadpoint. */
export function blindAbove({ circuits }: SiteState, { circuit }: LoadpointState, blind: readonly Blind[]): Blind[] {
  const above = circuitsAbove(circuits, circuit);
  return blind.filter((each) => above.includes(each.circuit));
}

/** Who gives limits besides circuits */
export const OPERATOR = 'the grid operator';

const nameOf = ({ title }: CircuitState): string => `circuit ${title}`;
