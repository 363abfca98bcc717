import type { CommandContext, Logger } from '../../../core/index.ts';
import type { Draft, Fields, Note, Path, Value } from './draft.ts';
import { isEnv } from './draft.ts';
import { completeSite } from './site.ts';

/** Rounds after which nobody can help; each takes something away. */
const ROUNDS = 40;

interface Problem {
  readonly path: string;
  readonly message: string;
}

/**
 * Checks the configuration by the means of `evcc check`, and takes out what does not pass, until it does. Errors: those of
 * the check if that ends nowhere.
 */
export async function makeValid(draft: Draft, directory: string, context: CommandContext): Promise<void> {
  for (let round = 1; ; round += 1) {
    const problems = await problemsOf(draft, directory, context, round > ROUNDS);
    if (problems.length === 0) return;
    // From behind, so that places in lists stay what they are.
    const gone = new Set<string>();
    for (const { path, message } of problems.toReversed()) takeOut(draft, stepsOf(path), hidden(message, draft), gone);
    completeSite(draft);
  }
}

async function problemsOf(
  { config, secrets }: Draft,
  directory: string,
  { createRuntime }: CommandContext,
  last: boolean,
): Promise<readonly Problem[]> {
  try {
    const runtime = await createRuntime({ config: resolved(config, secrets), directory, log: SILENT });
    await runtime.stop();
    return [];
  } catch (error) {
    const { problems } = error as { problems?: readonly Problem[] };
    if (last || !problems || problems.length === 0) throw error;
    return problems;
  }
}

const SILENT: Logger = {
  level: 'silent',
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => SILENT,
} as Logger;

/** The values in place of the variables, which need not be set yet. */
function resolved(value: Value, secrets: ReadonlyMap<string, string>): unknown {
  if (isEnv(value)) return secrets.get(value.env) ?? '';
  if (Array.isArray(value)) return (value as readonly Value[]).map((each) => resolved(each, secrets));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value as Fields).map(([key, each]) => [key, resolved(each, secrets)]));
}

/** A message of the check, unless it quotes a secret. */
function hidden(message: string, { secrets }: Draft): string {
  const told = [...secrets.values()].some((value) => value.length > 2 && message.includes(value));
  return told ? 'it does not fit here' : message;
}

/** `loadpoints[0].charger` as steps */
function stepsOf(path: string): Path {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) =>
    index === undefined ? (key ?? JSON.parse(`"${quoted ?? ''}"`)) : Number(index),
  );
}

const DEVICES = ['meters', 'chargers', 'vehicles', 'tariffs', 'circuits'];

/** Without them an entry means another thing, or nothing. */
const NEEDED = ['type', 'charger', 'host', 'port', 'device', 'id', 'url', 'broker'];

/** Takes out what has a problem: an option, or where that is needed all of it; list items once, as others take their place. */
function takeOut(draft: Draft, path: Path, message: string, gone: Set<string>): void {
  const [section = '', name, key] = path;
  const entries = DEVICES.includes(String(section)) || section === 'loadpoints';
  const whole = path.slice(0, entries ? 2 : 1);
  // What a role names is one text, or an item of a list.
  const option = section === 'site' && name === 'meters' ? path : path.slice(0, whole.length + 1);
  const needed = path.length <= whole.length || NEEDED.includes(String(key)) || !has(draft, option);
  if (gone.has(String(whole)) || gone.has(String(option))) return;
  if (needed && section === 'vehicles' && goOffline(draft, path, message)) return;
  const out = [...(needed ? [] : [option]), whole].find((place) => remove(draft, place));
  if (!out) return;
  if (typeof out.at(-1) === 'number') gone.add(String(out));
  const place = typeof out.at(-1) === 'number' ? out.slice(0, -1) : out;
  const inside = path.slice(out.length).join('.');
  draft.lost(place, undefined, `left out: ${inside === '' ? '' : `${inside}: `}${message}`);
}

/** Keeps what is known of a car that cannot be asked; whether there was more to leave out. */
function goOffline({ config, lost }: Draft, path: Path, message: string): boolean {
  const vehicles = config.vehicles as Readonly<Record<string, Fields>>;
  const car = vehicles[String(path[1])];
  if (!car || car.type === 'offline') return false;
  const known = Object.entries(car).filter(([key]) => OF_EVERY_CAR.includes(key));
  for (const key of Object.keys(car)) delete car[key];
  Object.assign(car, { type: 'offline' }, Object.fromEntries(known));
  lost(path.slice(0, 2), undefined, `${path.slice(2).join('.')}: ${message}: the car itself is not asked`);
  return true;
}

const OF_EVERY_CAR = ['title', 'icon', 'capacity', 'phases', 'identifiers', 'features', 'onIdentify'];

const has = ({ config }: Draft, path: Path): boolean =>
  path.reduce<unknown>((at, step) => (at as Fields | undefined)?.[String(step)], config) !== undefined;

/** Removes what stands at a path; whether there was something. */
function remove(draft: Draft, path: Path): boolean {
  const last = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, step) => (at as Fields | undefined)?.[String(step)], draft.config);
  if (last === undefined || typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last)) return false;
  const { notes } = draft;
  const told = (note: Note): boolean => note.kind === 'choice' && path.every((step, at) => note.path[at] === step);
  notes.splice(0, notes.length, ...notes.filter((note) => !told(note)));
  if (!Array.isArray(parent)) {
    delete (parent as Fields)[String(last)];
    return true;
  }
  parent.splice(Number(last), 1);
  moveNotes(draft, path, Number(last));
  return true;
}

/** Notes of what stood behind a list item move with it; its own ones stay at the list. */
function moveNotes({ notes }: Draft, path: Path, gone: number): void {
  const at = path.length - 1;
  for (const [index, note] of notes.entries()) {
    const step = note.path[at];
    if (typeof step !== 'number' || step < gone || path.slice(0, at).some((each, place) => note.path[place] !== each))
      continue;
    const moved = step === gone ? path.slice(0, at) : [...note.path.slice(0, at), step - 1, ...note.path.slice(at + 1)];
    notes[index] = { ...note, path: moved };
  }
}
