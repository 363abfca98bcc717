import type { LoadpointState, SiteState } from '../../core/index.ts';
import { circuitsAbove } from './circuits.ts';

/** What a loadpoint can charge with, under the limits that it shares with others. Pure. */

/** A limit that a loadpoint shares with others; Infinity: none. */
export interface Limit {
  /** Of the circuit */
  readonly name: string;
  /** W */
  readonly power: number;
  /** A per phase */
  readonly current: number;
  /** What the house consumes besides is taken from it too */
  readonly house: boolean;
}

/** The limits that loadpoints share, for many questions about the same moment. */
export interface SharedLimits {
  /** Limits above a loadpoint; without circuits the one of all loadpoints together */
  above(loadpoint: LoadpointState): readonly Limit[];
}

export function sharedLimits(site: SiteState): SharedLimits {
  /** By name of the circuit that feeds loadpoints directly */
  const known = new Map<string | undefined, readonly Limit[]>();
  return {
    above({ circuit }) {
      const limits = known.get(circuit) ?? limitsAbove(circuit, site);
      known.set(circuit, limits);
      return limits;
    },
  };
}

/**
 * Limits of a circuit and those that it is a part of. What the grid operator orders is taken to last: nobody knows when it ends, and a plan must hold
 * until then; it is made anew afterwards. Without circuits his limit holds for the loadpoints together.
 */
function limitsAbove(circuit: string | undefined, { circuits, readings }: SiteState): Limit[] {
  const ordered = readings.operator?.consumption ?? Number.POSITIVE_INFINITY;
  const above = circuitsAbove(circuits, circuit);
  if (above.length === 0) return [{ name: '', power: ordered, current: Number.POSITIVE_INFINITY, house: false }];
  return above.map(({ name, parent, maxPower, maxCurrent, meter }) => ({
    name,
    power: Math.min(maxPower ?? Number.POSITIVE_INFINITY, parent === undefined ? ordered : Number.POSITIVE_INFINITY),
    current: maxCurrent ?? Number.POSITIVE_INFINITY,
    house: parent === undefined && meter !== undefined,
  }));
}

/** W of a loadpoint at full power, and the least that it can charge with. */
export function powersOf(
  loadpoint: LoadpointState,
  site: SiteState,
  limits: SharedLimits = sharedLimits(site),
): { fullPower: number; minPower: number } {
  const { maxCurrent, minCurrent, phasesMax, vehicle, settings, canSwitchPhases } = loadpoint;
  const perAmpere = phasesMax * site.voltage;
  let fullPower = Math.min(maxCurrent * perAmpere, vehicle?.maxPower ?? Number.POSITIVE_INFINITY);
  for (const { power, current } of limits.above(loadpoint)) fullPower = Math.min(fullPower, power, current * perAmpere);
  const phasesMin = canSwitchPhases && settings.phases === 0 ? 1 : phasesMax;
  return { fullPower, minPower: minCurrent * phasesMin * site.voltage };
}
