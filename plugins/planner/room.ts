import type { LoadpointState, PlanSlot, SiteState } from '../../core/index.ts';
import { circuitsAbove } from '../shared/circuits.ts';
import type { Room } from './spans.ts';

/** What the plans of other loadpoints leave of shared circuits and of the surplus. Pure. */

/** A slot that a loadpoint was promised. */
export interface Promised {
  readonly start: number;
  readonly end: number;
  /** W */
  readonly power: number;
  /** A per phase */
  readonly current: number;
  /** Names of the limits that it loads */
  readonly limits: readonly string[];
}

/** A limit that a loadpoint shares with others; Infinity: none. */
interface Limit {
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

/** What is left for a loadpoint after what was `promised`. The house itself loads a root that has a meter with `household` W. */
export function roomFor(
  loadpoint: LoadpointState,
  site: SiteState,
  household: number,
  promised: readonly Promised[],
): Room {
  const perAmpere = loadpoint.phasesMax * site.voltage;
  const limits = limitsAbove(loadpoint, site)
    .filter(({ power, current }) => Number.isFinite(power) || Number.isFinite(current))
    .map(({ name, power, current, house }) => ({
      power: power - (house ? household : 0),
      current: current - (house ? household / (3 * site.voltage) : 0),
      others: promised.filter(({ limits: theirs }) => theirs.includes(name)),
    }));
  return {
    limited: limits.length > 0,
    edges: [...new Set(promised.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b),
    promised: (start, end) => sum(during(promised, start, end), ({ power }) => power),
    power: (start, end) =>
      limits.reduce((least, { power, current, others }) => {
        const there = during(others, start, end);
        const amperes = current - sum(there, (each) => each.current);
        return Math.max(0, Math.min(least, power - sum(there, (each) => each.power), amperes * perAmpere));
      }, Number.POSITIVE_INFINITY),
  };
}

/** Takes the slots of a plan out of the room of others; one that is switched off leaves it to them. */
export function promise(
  loadpoint: LoadpointState,
  site: SiteState,
  slots: readonly PlanSlot[],
  fullPower: number,
): Promised[] {
  if (loadpoint.settings.mode === 'off') return [];
  const limits = limitsAbove(loadpoint, site).map(({ name }) => name);
  return slots.map(({ start, end, surplus }) => {
    const power = surplus ?? fullPower;
    return { start, end, power, current: power / (loadpoint.phasesMax * site.voltage), limits };
  });
}

function during(list: readonly Promised[], start: number, end: number): Promised[] {
  return list.filter((each) => each.start < end && each.end > start);
}

function sum(list: readonly Promised[], value: (each: Promised) => number): number {
  return list.reduce((total, each) => total + value(each), 0);
}
