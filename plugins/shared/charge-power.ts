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

/**
 * Limits above a loadpoint. What the grid operator orders is taken to last: nobody knows when it ends, and a plan must hold
 * until then; it is made anew afterwards. Without circuits his limit holds for the loadpoints together.
 */
export function limitsAbove({ circuit }: LoadpointState, { circuits, readings }: SiteState): Limit[] {
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
export function powersOf(loadpoint: LoadpointState, site: SiteState): { fullPower: number; minPower: number } {
  const { maxCurrent, minCurrent, phasesMax, vehicle, settings, canSwitchPhases } = loadpoint;
  const perAmpere = phasesMax * site.voltage;
  const limits = limitsAbove(loadpoint, site).flatMap(({ power, current }) => [power, current * perAmpere]);
  const phasesMin = canSwitchPhases && settings.phases === 0 ? 1 : phasesMax;
  return {
    fullPower: Math.min(maxCurrent * perAmpere, vehicle?.maxPower ?? Number.POSITIVE_INFINITY, ...limits),
    minPower: minCurrent * phasesMin * site.voltage,
  };
}
