import type { ListedType } from '../../../core/index.ts';

/** The configuration that is being written, with what has to be said about it. */

/** Stands for an environment variable. */
export interface Env {
  readonly env: string;
}

export type Value = string | number | boolean | Env | readonly Value[] | Fields;
export interface Fields {
  [key: string]: Value;
}

/** Where something stands in our configuration, such as `['meters', 'grid', 'host']` */
export type Path = readonly (string | number)[];

export interface Note {
  /** choice: something was decided, or has another meaning; lost: it has no counterpart */
  readonly kind: 'choice' | 'lost';
  readonly path: Path;
  /** In the YAML file; absent: all of it */
  readonly line?: number;
  readonly text: string;
}

/** A device by its kind, as our types are listed. */
export type Kind = 'charger' | 'meter' | 'vehicle' | 'tariff';

export interface Draft {
  readonly config: Fields;
  readonly notes: Note[];
  /** Values of environment variables by name; shown nowhere */
  readonly secrets: ReadonlyMap<string, string>;
  /** Our type of a kind; `undefined`: there is none */
  type(kind: Kind, name: string): ListedType | undefined;
  /** A variable for a secret that stands at a path. */
  secret(path: Path, value: string): Env;
  choice(path: Path, line: number | undefined, text: string): void;
  lost(path: Path, line: number | undefined, text: string): void;
  /** Our name for one of evcc's devices; `undefined`: it was left out. */
  nameOf(kind: Kind | 'circuit', name: string): string | undefined;
  /** Gives a device our name, in which letters, digits, - and _ are allowed. */
  rename(kind: Kind | 'circuit', name: string): string;
  /** Says that a device was left out. */
  drop(kind: Kind | 'circuit', name: string): void;
  /** evcc's own broker, which its MQTT plugins use unless they name one */
  broker: Fields | undefined;
}

export function createDraft(types: readonly ListedType[]): Draft {
  const notes: Note[] = [];
  const secrets = new Map<string, string>();
  const names = new Map<string, string>();
  const keyOf = (kind: string, name: string): string => `${kind} ${name}`;
  return {
    config: {},
    notes,
    secrets,
    broker: undefined,
    type: (kind, name) => types.find((each) => each.kind === kind && each.type === name && each.source === 'built in'),
    secret(path, value) {
      const name = variableName(path);
      const free = [name, ...Array.from({ length: 99 }, (_, index) => `${name}_${index + 2}`)];
      const env = free.find((each) => !secrets.has(each) || secrets.get(each) === value) ?? name;
      secrets.set(env, value);
      return { env };
    },
    choice: (path, line, text) => void notes.push({ kind: 'choice', path, ...(line !== undefined && { line }), text }),
    lost: (path, line, text) => void notes.push({ kind: 'lost', path, ...(line !== undefined && { line }), text }),
    nameOf: (kind, name) => names.get(keyOf(kind, name)),
    rename(kind, name) {
      const taken = [...names].flatMap(([key, ours]) => (key.startsWith(`${kind} `) ? ours : []));
      const plain =
        name
          .normalize('NFKD')
          .replace(/[^\w-]+/g, '_')
          .replace(/^_+$|^__proto__$/, '') || kind;
      let ours = plain;
      for (let count = 2; taken.includes(ours); count += 1) ours = `${plain}_${count}`;
      names.set(keyOf(kind, name), ours);
      return ours;
    },
    drop: (kind, name) => void names.delete(keyOf(kind, name)),
  };
}

/** `GRID_PASSWORD` for `meters.grid.auth.password`: the section says nothing, and the names in between little. */
function variableName(path: Path): string {
  const [section = '', device, ...inner] = path.map(String);
  const last = inner.at(-1);
  const words =
    last === undefined ? ['EVCC', section, device] : [/^\d/.test(device ?? '') ? section : undefined, device, last];
  return words
    .filter((word) => word !== undefined)
    .join('_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toUpperCase()
    .replace(/^(?=\d)/, '_');
}

/** Whether a value is the mark of a variable. */
export function isEnv(value: Value): value is Env {
  return typeof value === 'object' && !Array.isArray(value) && 'env' in value && Object.keys(value).length === 1;
}
