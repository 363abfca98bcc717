import type { CircuitState, LoadpointState, SiteState } from '../../core/index.ts';

/** What follows from the circuits of a house. Pure. */

/** The circuit of a name and all that it is a part of, upwards; empty: there is no such circuit. */
export function circuitsAbove(circuits: readonly CircuitState[], name: string | undefined): CircuitState[] {
  const path: CircuitState[] = [];
  let circuit = circuits.find((each) => each.name === name);
  while (circuit && !path.includes(circuit)) {
    path.push(circuit);
    const { parent } = circuit;
    circuit = circuits.find((each) => each.name === parent);
  }
  return path;
}

/** The loadpoints that a circuit feeds, directly or through others. */
export function loadpointsIn(
  site: Pick<SiteState, 'circuits' | 'loadpoints'>,
  circuit: CircuitState,
): LoadpointState[] {
  return site.loadpoints.filter((loadpoint) => circuitsAbove(site.circuits, loadpoint.circuit).includes(circuit));
}

/**
 * W that circuits and grid operator allow on the way to a circuit if nothing else took any of it: what a plan may count on.
 * Infinity: no limit.
 */
export function powerBudget(
  { circuits, readings, voltage }: Pick<SiteState, 'circuits' | 'readings' | 'voltage'>,
  circuit: string | undefined,
): number {
  let budget = readings.operator?.consumption ?? Number.POSITIVE_INFINITY;
  for (const { maxPower, maxCurrent } of circuitsAbove(circuits, circuit)) {
    budget = Math.min(
      budget,
      maxPower ?? Number.POSITIVE_INFINITY,
      (maxCurrent ?? Number.POSITIVE_INFINITY) * 3 * voltage,
    );
  }
  return budget;
}
