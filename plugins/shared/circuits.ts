import type { CircuitState, LoadpointState, SiteState } from '../../core/index.ts';

/** What follows from the circuits of a house. Pure. Each comes after the one that it is a part of, as in every `SiteState`. */

/** The circuit of a name and all that it is a part of, upwards; empty: there is no such circuit. */
export function circuitsAbove<Circuit extends Pick<CircuitState, 'name' | 'parent'>>(
  circuits: readonly Circuit[],
  name: string | undefined,
): Circuit[] {
  const path: Circuit[] = [];
  let circuit = circuits.find((each) => each.name === name);
  while (circuit && !path.includes(circuit)) {
    path.push(circuit);
    const { parent } = circuit;
    circuit = circuits.find((each) => each.name === parent);
  }
  return path;
}

/** The circuits of a house with what they feed, for many questions about the same moment. */
export interface CircuitTree {
  /** As `circuitsAbove` */
  above(name: string | undefined): readonly CircuitState[];
  /** Circuits that are a direct part of one */
  partsOf(circuit: CircuitState): readonly CircuitState[];
  /** Loadpoints that a circuit feeds directly */
  loadpointsAt(circuit: CircuitState): readonly LoadpointState[];
  /** Loadpoints that a circuit feeds, directly or through others, in order of their ids */
  loadpointsIn(circuit: CircuitState): readonly LoadpointState[];
}

export function circuitTree({ circuits, loadpoints }: Pick<SiteState, 'circuits' | 'loadpoints'>): CircuitTree {
  const paths = new Map<string | undefined, readonly CircuitState[]>();
  const parts = new Map<string | undefined, CircuitState[]>();
  for (const circuit of circuits) {
    paths.set(circuit.name, [circuit, ...(paths.get(circuit.parent) ?? [])]);
    add(parts, circuit.parent, circuit);
  }
  const direct = new Map<string | undefined, LoadpointState[]>();
  const fed = new Map<string | undefined, LoadpointState[]>();
  for (const loadpoint of loadpoints) {
    add(direct, loadpoint.circuit, loadpoint);
    for (const { name } of paths.get(loadpoint.circuit) ?? []) add(fed, name, loadpoint);
  }
  return {
    above: (name) => paths.get(name) ?? [],
    partsOf: ({ name }) => parts.get(name) ?? [],
    loadpointsAt: ({ name }) => direct.get(name) ?? [],
    loadpointsIn: ({ name }) => fed.get(name) ?? [],
  };
}

function add<Value>(lists: Map<string | undefined, Value[]>, key: string | undefined, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
