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
  const within = site.circuits.filter(({ name }) => circuitsAbove(site.circuits, name).includes(circuit));
  const names = new Set<string | undefined>(within.map(({ name }) => name));
  return site.loadpoints.filter((loadpoint) => names.has(loadpoint.circuit));
}
