import type { Document, LineCounter, Node } from 'yaml';

/** A value of the YAML file with the line where it stands. Keys are in lower case, as evcc does not tell them apart by it. */
export interface Item {
  readonly value: string | number | boolean | null | readonly Item[] | ReadonlyMap<string, Entry>;
  /** From 1 */
  readonly line: number;
}

export interface Entry extends Item {
  /** As written */
  readonly key: string;
}

/** Says why a file cannot be read, with line and column, and without its contents: they may be secret. */
export type Refuse = (why: string) => never;

/** Bytes of a file at most; configurations have some thousand */
export const LARGEST = 1_048_576;
/** Values of a file at most, with those that aliases repeat */
const MOST = 50_000;
/** Levels of lists and objects at most */
const DEEPEST = 50;

/** Reads YAML, as bounded as a file of a stranger needs it. */
export async function readYaml(text: string, refuse: Refuse): Promise<Item> {
  // Found before the parser recurses into it.
  if (deepFlow(text)) refuse('it is nested too deeply');
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = parse(text, lines, yaml.parseDocument, refuse);
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    // What follows a colon quotes the file, what follows a semicolon is for programmers.
    refuse(`line ${line}, column ${col}: ${problem.message.split(/[:;] /)[0]}`);
  }
  const read = createReader(document, lines, yaml, refuse);
  return document.contents === null ? { value: null, line: 1 } : read(document.contents, []);
}

function parse(
  text: string,
  lineCounter: LineCounter,
  parseDocument: typeof import('yaml').parseDocument,
  refuse: Refuse,
): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, merge: true, logLevel: 'error' });
  } catch {
    return refuse('it is nested too deeply');
  }
}

/** Whether brackets, or dashes on a line, open more levels than anybody writes. */
function deepFlow(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    else if (character === '\n' && depth < DEEPEST) depth = 0;
    if (depth > 4 * DEEPEST) return true;
  }
  return new RegExp(`(?:- ){${DEEPEST}}|(?:\\? ){${DEEPEST}}`).test(text);
}

function createReader(
  document: Document.Parsed,
  lines: LineCounter,
  { isAlias, isMap, isScalar, isSeq }: typeof import('yaml'),
  refuse: Refuse,
): (node: unknown, above: readonly Node[]) => Item {
  let count = 0;
  const lineOf = (node: Node): number => (node.range ? lines.linePos(node.range[0]).line : 1);

  const read = (node: unknown, above: readonly Node[]): Item => {
    const place = node as Node;
    const line = node ? lineOf(place) : 1;
    count += 1;
    if (count > MOST) refuse(`line ${line}: it has more than ${MOST} values, with those that aliases repeat`);
    if (above.length > DEEPEST) refuse(`line ${line}: it is nested too deeply`);
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (!target) return refuse(`line ${line}: an alias stands for nothing`);
      if (above.includes(target)) return refuse(`line ${line}: an alias contains itself`);
      return { ...read(target, [...above, target]), line };
    }
    if (isSeq(node)) return { value: node.items.map((each) => read(each, [...above, place])), line };
    if (isMap(node)) {
      const entries = new Map<string, Entry>();
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : refuse(`line ${line}: a key is no text`);
        const at = lineOf(key as Node);
        const item = read(value, [...above, place]);
        if (name !== '<<') {
          entries.set(name.toLowerCase(), { ...item, key: name, line: at });
          continue;
        }
        const merged = Array.isArray(item.value) ? (item.value as readonly Item[]) : [item];
        for (const each of merged) {
          if (!(each.value instanceof Map)) continue;
          for (const [lower, entry] of each.value) if (!entries.has(lower)) entries.set(lower, entry);
        }
      }
      return { value: entries, line };
    }
    return { value: isScalar(node) ? plain(node.value, node.source) : null, line };
  };
  return read;
}

/** A number as people write it; anything else that YAML takes for one, such as 8E1 or 0123, stays a text. */
const NUMBER = /^[-+]?(?:0|[1-9]\d*)?(?:\.\d+)?$/;

function plain(value: unknown, source = ''): string | number | boolean | null {
  if (typeof value === 'number') {
    const exact = !Number.isInteger(value) || Number.isSafeInteger(value);
    return Number.isFinite(value) && exact && NUMBER.test(source) ? value : source;
  }
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : String(value);
}
