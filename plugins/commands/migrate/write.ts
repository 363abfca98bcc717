import { type Draft, type Fields, isEnv, type Note, type Path, type Value } from './draft.ts';

/** Characters of a line at most */
const WIDTH = 110;

/** Order of the keys of the house */
const ORDER = [
  'interval',
  'log',
  'database',
  'site',
  'meters',
  'chargers',
  'vehicles',
  'loadpoints',
  'circuits',
  'tariffs',
  'web',
  'rest',
  'mdns',
  'mqtt',
];

/** The configuration as TypeScript. `file` is the name of the file that it was made of. */
export function writeConfig({ config, notes }: Draft, file: string): string {
  const keys = [...ORDER.filter((key) => key in config), ...Object.keys(config).filter((key) => !ORDER.includes(key))];
  const sorted = Object.fromEntries(keys.map((key) => [key, config[key] ?? false]));
  const body = written(sorted, [], notes, 0);
  const names = ['defineConfig', ...(/\benv\('/.test(body) ? ['env'] : [])].join(', ');
  return [
    `import { ${names} } from 'evcc';`,
    '',
    `// Made of ${comment(file)} by evcc migrate. Comments say what was decided, and what has no counterpart (lost).`,
    `export default defineConfig(${body});`,
    '',
  ].join('\n');
}

/** In one line without anything that would end the comment. */
export function comment(text: string): string {
  // Control characters and the line breaks of Unicode
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

const below = (path: Path, { path: place }: Note): boolean =>
  place.length >= path.length && path.every((step, index) => String(place[index]) === String(step));

/** A value, with the notes at it and below it. */
function written(value: Value, path: Path, notes: readonly Note[], depth: number): string {
  const inside = notes.filter((note) => below(path, note) && note.path.length > path.length);
  if (isEnv(value)) return `env(${quoted(value.env)})`;
  if (typeof value !== 'object') return typeof value === 'string' ? quoted(value) : String(value);
  const indent = '  '.repeat(depth + 1);
  const list = Array.isArray(value);
  const entries: readonly (readonly [string | number, Value])[] = list
    ? [...(value as readonly Value[]).entries()]
    : Object.entries(value as Fields);
  const parts = entries.map(
    ([key, each]) => `${list ? '' : `${keyOf(String(key))}: `}${written(each, [...path, key], notes, depth + 1)}`,
  );
  const own = depth === 0 ? notes.filter((note) => note.path.length === 0) : [];
  if (inside.length === 0 && own.length === 0) {
    const line = list ? `[${parts.join(', ')}]` : parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
    if (depth > 0 && !line.includes('\n') && indent.length + line.length < WIDTH) return line;
  }
  const told = new Set<Note>();
  const lines = own.map(({ kind, line, text }) => lineOf(kind, line, text));
  for (const [index, [key]] of entries.entries()) {
    const here = notes.filter((note) => note.path.length === path.length + 1 && below([...path, key], note));
    for (const note of here) told.add(note);
    lines.push(...here.map(({ kind, line, text }) => lineOf(kind, line, text)), `${parts[index]},`);
  }
  // What was left out stands where it would be.
  const open = inside.filter(
    (note) =>
      !told.has(note) &&
      !entries.some(([key, each]) => typeof each === 'object' && !isEnv(each) && below([...path, key], note)),
  );
  lines.push(
    ...open.map(({ kind, line, text, path: place }) =>
      lineOf(kind, line, `${place.slice(path.length).join('.')}: ${text}`),
    ),
  );
  const [start, end] = list ? ['[', ']'] : ['{', '}'];
  return `${start}\n${lines.map((line) => `${indent}${line}`).join('\n')}\n${'  '.repeat(depth)}${end}`;
}

const lineOf = (kind: Note['kind'], line: number | undefined, text: string): string =>
  `// ${kind === 'lost' ? 'lost' : 'note'}${line === undefined ? '' : ` (line ${line})`}: ${comment(text)}`;

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__' ? key : quoted(key));

/** What a text of several lines may hold, such as code, to be written as such */
const LINES = /^[^`\\$\p{Cc}\p{Cf}\u2028\u2029]*(?:\n[^`\\$\p{Cc}\p{Cf}\u2028\u2029]*)+$/u;

function quoted(text: string): string {
  if (LINES.test(text)) return `\`${text}\``;
  const inner = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return `'${inner.replace(/[\u007f-\u009f\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
}
