import Type, { type TObject } from 'typebox';
import { nearest } from '../loading/nearest.ts';
import type { HousePhase, PhaseOrder } from '../site.ts';
import type { CheckedCircuit } from './checked.ts';
import { checkOptions, isPlainObject } from './options.ts';
import { at, type Problem, problemWith } from './problem.ts';

/** The `circuits` of a configuration: a tree of limits, with one root. */

export const CIRCUIT: TObject = Type.Object({
  title: Type.Optional(
    Type.String({ description: 'Shown name; by default the name in the configuration', minLength: 1 }),
  ),
  icon: Type.Optional(Type.String({ description: 'Name of a picture', minLength: 1 })),
  parent: Type.Optional(
    Type.String({ description: 'Name of the circuit that this one is a part of; the root has none', minLength: 1 }),
  ),
  maxPower: Type.Optional(
    Type.Number({ description: 'Largest power', unit: 'W', exclusiveMinimum: 0, maximum: 1_000_000 }),
  ),
  maxCurrent: Type.Optional(
    Type.Number({ description: 'Largest current of each phase', unit: 'A', exclusiveMinimum: 0, maximum: 5_000 }),
  ),
  meter: Type.Optional(
    Type.String({
      description:
        'Name of a meter of the whole circuit, such as the grid meter, for what it feeds besides loadpoints; with phase currents where `maxCurrent` is set',
      minLength: 1,
    }),
  ),
});

type Fields = Readonly<Record<string, unknown>>;

/** Names of circuits are part of topics. */
const NAME = /^[A-Za-z0-9_-]+$/;

/** The circuits whose shape is right, parents before what is a part of them. */
export function toCircuits(given: unknown, problems: Problem[]): CheckedCircuit[] {
  if (given === undefined) return [];
  if (!isPlainObject(given)) {
    problems.push(problemWith('circuits', given, 'must be an object of circuits by name'));
    return [];
  }
  const waiting = Object.entries(given).flatMap(([name, entry]): CheckedCircuit[] => {
    if (entry === undefined) return [];
    const path = at('circuits', name);
    if (!NAME.test(name)) problems.push({ path, message: 'a name must consist of letters, digits, - and _' });
    const checked = checkOptions(path, CIRCUIT, entry);
    problems.push(...checked.problems);
    if (checked.problems.length > 0) return [];
    const fields = checked.value as Partial<CheckedCircuit>;
    return [{ title: name, ...fields, name }];
  });
  const sorted: CheckedCircuit[] = [];
  for (let level = waiting.filter(({ parent }) => parent === undefined); level.length > 0; ) {
    sorted.push(...level);
    const above = level;
    level = waiting.filter(({ parent }) => above.some(({ name }) => name === parent));
  }
  return sorted;
}

/** `L2 L3 L1` as numbers. */
export function toPhaseOrder(text: unknown): PhaseOrder {
  const [first = 1, second = 2, third = 3] = String(text)
    .split(' ')
    .map((phase) => Number(phase.slice(1)) as HousePhase);
  return [first, second, third];
}

/** What circuits and loadpoints say of each other; `hasMeter` reports a meter that does not exist. */
export function checkCircuits(
  config: Fields,
  hasMeter: (name: unknown, path: string) => boolean,
  problems: Problem[],
): void {
  const circuits: Fields = isPlainObject(config.circuits) ? config.circuits : {};
  const names = Object.keys(circuits).filter((name) => isPlainObject(circuits[name]));
  const parentOf = (name: unknown): unknown => fieldsOf(circuits[String(name)]).parent;
  const known = (name: unknown, path: string): void => {
    if (typeof name !== 'string' || names.includes(name)) return;
    const hint = names.length === 0 ? '; there are no circuits' : nearest(name, names);
    problems.push(problemWith(path, name, `there is no circuit "${name}"${hint}`));
  };
  const sources = generating(config);
  let root: string | undefined;
  for (const name of names) {
    const path = at('circuits', name);
    const { parent, meter } = fieldsOf(circuits[name]);
    known(parent, at(path, 'parent'));
    if (hasMeter(meter, at(path, 'meter')) && sources.has(meter)) {
      problems.push(problemWith(at(path, 'meter'), meter, 'must measure consumption, not generation or a battery'));
    }
    if (parent !== undefined) {
      if (isOnCycle(name, parentOf))
        problems.push(problemWith(at(path, 'parent'), parent, 'a circuit cannot be a part of itself'));
    } else if (root === undefined) root = name;
    else problems.push({ path, message: `must have a parent: there is one root only, which is "${root}"` });
  }
  const loadpoints: readonly unknown[] = Array.isArray(config.loadpoints) ? config.loadpoints : [];
  for (const [index, loadpoint] of loadpoints.entries()) {
    known(fieldsOf(loadpoint).circuit, at(at('loadpoints', index), 'circuit'));
  }
}

function isOnCycle(name: string, parentOf: (name: unknown) => unknown): boolean {
  const passed = new Set<unknown>();
  let above = parentOf(name);
  while (above !== undefined && above !== name && !passed.has(above)) {
    passed.add(above);
    above = parentOf(above);
  }
  return above === name;
}

/** Names of meters whose positive power is no consumption. */
function generating(config: Fields): Set<unknown> {
  const { pv, battery } = fieldsOf(fieldsOf(config.site).meters);
  return new Set<unknown>([pv ?? [], battery ?? []].flat());
}

function fieldsOf(value: unknown): Fields {
  return isPlainObject(value) ? value : {};
}
