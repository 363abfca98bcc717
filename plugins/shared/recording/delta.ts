/**
 * Writes plain data as what changed since the data before, in JSON:
 *
 * | patch | meaning |
 * | --- | --- |
 * | number, text, true, false, null | this value |
 * | `{ key: patch }` | the object or list before, with these entries changed; `#` of a list is its new length |
 * | `[]` | gone |
 * | `[{ … }]`, `[[ … ]]` | a new object or list, entries as patches |
 * | `["NaN"]` | a number that JSON does not know: NaN, Infinity, -Infinity, -0 |
 *
 * What is undefined counts as absent.
 */
export type Patch = string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;

type Fields = Readonly<Record<string, unknown>>;

/** Length of a list that became longer or shorter */
const LENGTH = '#';
/** A key that would change what an object is */
const UNSAFE = '__proto__';

/** What is written of a text, and of one below a key; lists and objects without keys of their own have that of what they are in. */
export type Write = (text: string, key: string) => string;

/** `undefined`: nothing changed. */
export function difference(before: unknown, after: unknown, write: Write, place = ''): Patch | undefined {
  if (Object.is(before, after)) return undefined;
  if (typeof after !== 'object' || after === null)
    return isAbsent(after) && isAbsent(before) ? undefined : fresh(after, write, place);
  if (Array.isArray(after)) return differentList(before, after, write, place);
  if (!isFields(before)) return fresh(after, write, place);
  let patch: Record<string, unknown> | undefined;
  for (const key of Object.keys(after)) {
    const changed = difference(before[key], (after as Fields)[key], write, key);
    if (changed === undefined || key === UNSAFE) continue;
    patch ??= {};
    patch[key] = changed;
  }
  for (const key of Object.keys(before)) {
    if (Object.hasOwn(after, key) || isAbsent(before[key])) continue;
    patch ??= {};
    patch[key] = [];
  }
  return patch;
}

function differentList(before: unknown, after: readonly unknown[], write: Write, place: string): Patch | undefined {
  if (!Array.isArray(before)) return fresh(after, write, place);
  if (!after.some((item) => typeof item === 'object' && item !== null)) {
    const same = before.length === after.length && after.every((item, index) => Object.is(item, before[index]));
    return same ? undefined : fresh(after, write, place);
  }
  const patch: Record<string, unknown> = {};
  if (before.length !== after.length) patch[LENGTH] = after.length;
  for (const [index, item] of after.entries()) {
    const changed = difference(before[index], item, write, place);
    if (changed !== undefined) patch[index] = changed;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** A value that does not build on anything. */
function fresh(value: unknown, write: Write, place: string): Patch {
  if (typeof value === 'string') return write(value, place);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : [named(value)];
  if (typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return [value.map((item) => fresh(item, write, place))];
  if (typeof value !== 'object') return [];
  const entries = Object.entries(value).filter(([key]) => key !== UNSAFE);
  return [Object.fromEntries(entries.map(([key, item]) => [key, fresh(item, write, key)]))];
}

/** What a patch makes of the value before. Errors: `TypeError` when it does not fit. */
export function patched(before: unknown, patch: unknown): unknown {
  if (patch === undefined) return before;
  if (typeof patch !== 'object' || patch === null) return patch;
  if (Array.isArray(patch)) return made(patch);
  if (Array.isArray(before)) return patchedList(before, patch as Fields);
  if (!isFields(before)) throw new TypeError('it changes what is not there');
  const after: Record<string, unknown> = { ...before };
  for (const key of Object.keys(patch)) {
    if (key === UNSAFE) continue;
    // Not by `delete`, also where it is gone: objects that lost a key are slow from then on.
    after[key] = patched(after[key], (patch as Fields)[key]);
  }
  return after;
}

function patchedList(before: readonly unknown[], patch: Fields): unknown[] {
  const after = [...before];
  const length = patch[LENGTH];
  if (length !== undefined) {
    if (!isIndex(length)) throw new TypeError('a list has no such length');
    after.length = length;
  }
  for (const key of Object.keys(patch)) {
    if (key === LENGTH) continue;
    if (!isIndex(Number(key)) || Number(key) >= after.length) throw new TypeError('a list has no such place');
    after[Number(key)] = patched(after[Number(key)], patch[key]);
  }
  return after;
}

function made(patch: readonly unknown[]): unknown {
  const [value] = patch;
  if (value === undefined) return undefined;
  if (typeof value === 'string') return numbered(value);
  if (Array.isArray(value)) return value.map((item: unknown) => patched(undefined, item));
  if (!isFields(value)) throw new TypeError('it is no patch');
  const entries = Object.entries(value).filter(([key]) => key !== UNSAFE);
  return Object.fromEntries(entries.map(([key, item]) => [key, patched(undefined, item)]));
}

function named(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const NUMBERS: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0'];

function numbered(text: string): number {
  if (!NUMBERS.includes(text)) throw new TypeError('it is no number');
  return Number(text);
}

/** No list is longer than this, whatever a damaged file says. */
const LONGEST = 1_000_000;

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < LONGEST;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Functions are no data. */
function isAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}
