import type { Draft, Path } from './draft.ts';
import type { Entry, Item } from './read.ts';

/** An object of the YAML file, read key by key; what nobody asks for is listed as lost. */
export interface Section {
  readonly line: number;
  /** Where it goes in our configuration; notes stand there */
  readonly path: Path;
  /** The values; empty ones count as absent, as for evcc */
  get(key: string): Entry | undefined;
  has(key: string): boolean;
  /** A text; numbers and flags are written as such. */
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  flag(key: string): boolean | undefined;
  /** A duration such as `1m30s` in s */
  seconds(key: string): number | undefined;
  /** Texts of a list, or of a single value */
  texts(key: string): readonly string[];
  /** Objects of a list, or a single object, each with its path */
  sections(key: string, path?: Path): readonly Section[];
  section(key: string, path?: Path): Section | undefined;
  /** Keys that nobody asked for */
  rest(): readonly Entry[];
  /** Says of the rest that it has no counterpart. */
  close(): void;
}

/** Reads an item as an object; anything else is listed as lost. */
export function sectionOf(item: Item, path: Path, draft: Draft): Section | undefined {
  const { value, line } = item;
  if (value === null) return undefined;
  if (!(value instanceof Map)) {
    draft.lost(path, line, `${labelOf(item, path)} must be an object, it is ${kindOf(item)}`);
    return undefined;
  }
  const entries = value as ReadonlyMap<string, Entry>;
  const used = new Set<string>();
  const get = (key: string): Entry | undefined => {
    const lower = key.toLowerCase();
    used.add(lower);
    const entry = entries.get(lower);
    return entry === undefined || entry.value === null || entry.value === '' ? undefined : entry;
  };
  const wrong = (entry: Entry, what: string): undefined => {
    draft.lost(path, entry.line, `${entry.key} must be ${what}, it is ${kindOf(entry)}`);
    return undefined;
  };
  const read =
    <T>(what: string, convert: (value: Entry['value']) => T | undefined) =>
    (key: string): T | undefined => {
      const entry = get(key);
      return entry === undefined ? undefined : (convert(entry.value) ?? wrong(entry, what));
    };
  const below = (key: string): Path => [...path, key];
  return {
    line,
    path,
    get,
    has: (key) => entries.has(key.toLowerCase()),
    text: read('a text', textOf),
    number: read('a number', numberOf),
    flag: read('true or false', flagOf),
    seconds: read('a duration such as 1m30s', secondsOf),
    texts(key) {
      const entry = get(key);
      if (!entry) return [];
      const items = Array.isArray(entry.value) ? (entry.value as readonly Item[]) : [entry];
      return items.flatMap((each) => textOf(each.value) ?? wrong({ ...each, key: entry.key }, 'a text') ?? []);
    },
    sections(key, at = below(key)) {
      const entry = get(key);
      if (!entry) return [];
      const items = Array.isArray(entry.value) ? (entry.value as readonly Item[]) : [entry];
      return items.flatMap((each, index) => sectionOf(each, [...at, index], draft) ?? []);
    },
    section(key, at = below(key)) {
      const entry = get(key);
      return entry && sectionOf(entry, at, draft);
    },
    rest: () => [...entries].flatMap(([key, entry]) => (used.has(key) || entry.value === null ? [] : entry)),
    close() {
      for (const { key, line: at } of this.rest()) draft.lost(path, at, `${key} has no counterpart`);
    },
  };
}

const labelOf = (item: Item, path: Path): string =>
  'key' in item ? String(item.key) : String(path.at(-1) ?? 'the file');

function kindOf({ value }: Item): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  return typeof value === 'string' ? 'another text' : typeof value === 'number' ? 'a number' : 'true or false';
}

export function textOf(value: Item['value']): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

export function numberOf(value: Item['value']): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

export function flagOf(value: Item['value']): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  return ['false', '0', 'no', 'off'].includes(text) ? false : undefined;
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1, ms: 0.001 };

/** Durations as evcc writes them, in s; a number alone is nanoseconds there, which nobody means. */
export function secondsOf(value: Item['value']): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/.test(value)) return undefined;
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g);
  const sum = [...parts].reduce((total, [, count, unit = '']) => total + Number(count) * (UNITS[unit] ?? 0), 0);
  return Math.round(sum * 1_000) / 1_000;
}
