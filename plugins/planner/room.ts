import type { CircuitState, LoadpointState, PlanSlot, SiteState } from '../../core/index.ts';
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
  /** Names of the circuits that it loads, up to the root */
  readonly circuits: readonly string[];
}

/** Circuits above a loadpoint, the nearest first. */
export function circuitsOf({ circuit }: LoadpointState, { circuits }: SiteState): CircuitState[] {
  const chain: CircuitState[] = [];
  let name = circuit;
  while (name !== undefined && chain.length <= circuits.length) {
    const found = circuits.find((each) => each.name === name);
    if (found) chain.push(found);
    name = found?.parent;
  }
  return chain;
}

/** W of a loadpoint at full power, and the least that it can charge with. */
export function powersOf(loadpoint: LoadpointState, site: SiteState): { fullPower: number; minPower: number } {
  const { maxCurrent, minCurrent, phasesMax, vehicle, settings, canSwitchPhases } = loadpoint;
  const perAmpere = phasesMax * site.voltage;
  const limits = circuitsOf(loadpoint, site).flatMap((circuit) => [
    circuit.maxPower ?? Number.POSITIVE_INFINITY,
    (circuit.maxCurrent ?? Number.POSITIVE_INFINITY) * perAmpere,
  ]);
  const phasesMin = canSwitchPhases && settings.phases === 0 ? 1 : phasesMax;
  return {
    fullPower: Math.min(maxCurrent * perAmpere, vehicle?.maxPower ?? Number.POSITIVE_INFINITY, ...limits),
    minPower: minCurrent * phasesMin * site.voltage,
  };
}

/** What is left for a loadpoint after what was `promised`. The house itself loads the root with `household` W. */
export function roomFor(
  loadpoint: LoadpointState,
  site: SiteState,
  household: number,
  promised: readonly Promised[],
): Room {
  const perAmpere = loadpoint.phasesMax * site.voltage;
  const limits = circuitsOf(loadpoint, site)
    .filter(({ maxPower, maxCurrent }) => maxPower !== undefined || maxCurrent !== undefined)
    .map(({ name, parent, maxPower = Number.POSITIVE_INFINITY, maxCurrent = Number.POSITIVE_INFINITY }) => {
      const house = parent === undefined ? household : 0;
      return {
        power: maxPower - house,
        current: maxCurrent - house / (3 * site.voltage),
        others: promised.filter(({ circuits }) => circuits.includes(name)),
      };
    });
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

/** Takes the slots of a plan out of the room of others. */
export function promise(
  loadpoint: LoadpointState,
  site: SiteState,
  slots: readonly PlanSlot[],
  fullPower: number,
): Promised[] {
  const circuits = circuitsOf(loadpoint, site).map(({ name }) => name);
  return slots.map(({ start, end, surplus }) => {
    const power = surplus ?? fullPower;
    return { start, end, power, current: power / (loadpoint.phasesMax * site.voltage), circuits };
  });
}

function during(list: readonly Promised[], start: number, end: number): Promised[] {
  return list.filter((each) => each.start < end && each.end > start);
}

function sum(list: readonly Promised[], value: (each: Promised) => number): number {
  return list.reduce((total, each) => total + value(each), 0);
}
