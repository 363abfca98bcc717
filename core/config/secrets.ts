import type { TSchema } from 'typebox';
import { alternatives, asJson, type Definitions, isObjectSchema, type JsonSchema, resolve } from './json-schema.ts';
import { isPlainObject } from './options.ts';
import { at, MASK, type Problem } from './problem.ts';

/** Shorter secrets are only hidden where they stand alone: they would be found in every other word. */
const SHORTEST = 4;

/** Alternatives in alternatives of one value: only a schema that leads to itself has more */
const MOST_HOPS = 20;

/** Texts that the schema marks as secret, and passwords in addresses; also of a value that does not fit the schema. */
export function collectSecrets(schema: TSchema, value: unknown): string[] {
  return [...new Set(collect(asJson(schema), value, {}, false, 0))];
}

/** `hops`: how many schemas of this very value were looked at; what stands in it has an end of its own. */
function collect(raw: JsonSchema, value: unknown, outer: Definitions, secret: boolean, hops: number): string[] {
  if (hops > MOST_HOPS) return [];
  const definitions = raw.$defs ? { ...outer, ...raw.$defs } : outer;
  const schema = resolve(raw, definitions);
  const marked = secret || schema.secret === true;
  const below = (child: JsonSchema | undefined, item: unknown): string[] =>
    collect(child ?? {}, item, definitions, marked, 0);
  const branches = alternatives(schema, definitions);
  if (branches) {
    const alike = branches.filter(
      (branch) => alternatives(branch, definitions) || isObjectSchema(branch) === isPlainObject(value),
    );
    return alike.flatMap((branch) => collect(branch, value, definitions, marked, hops + 1));
  }
  if (typeof value === 'string') return marked && value !== '' ? [value] : passwordsIn(value);
  if (typeof value === 'number' && marked) return [String(value)];
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.flatMap((item, index) => below(Array.isArray(items) ? items[index] : (items as JsonSchema), item));
  }
  if (!isPlainObject(value)) return [];
  const others = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties;
  const open = typeof others === 'object' ? others : undefined;
  return Object.entries(value).flatMap(([key, item]) =>
    below(schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : open, item),
  );
}

/** `mqtt://user:password@host` */
function passwordsIn(text: string): string[] {
  return [...text.matchAll(/:\/\/[^/@\s:]*:([^/@\s]+)@/g)].map((match) => match[1] ?? '');
}

/** A text without the secrets in it. */
export function hide(text: string, secrets: Iterable<string>): string {
  let hidden = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (hidden === secret) return MASK;
    if (secret.length >= SHORTEST) hidden = hidden.replaceAll(secret, MASK);
  }
  return hidden;
}

/** A value without the secrets in it, at every depth: what its schema marks, and passwords in addresses. */
export function masked(schema: TSchema, value: unknown): unknown {
  const secrets = collectSecrets(schema, value);
  return mapLeaves(value, (leaf) => {
    if (typeof leaf === 'string') return hide(leaf, secrets);
    return typeof leaf === 'number' && secrets.includes(String(leaf)) ? MASK : leaf;
  });
}

/** Fields of which nothing is known but their keys: no text or number is shown but those of `known` ones. */
export function veiled(fields: Readonly<Record<string, unknown>>, known: readonly string[]): object {
  const veil = (leaf: unknown): unknown => (typeof leaf === 'string' || typeof leaf === 'number' ? MASK : leaf);
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [key, known.includes(key) ? item : mapLeaves(item, veil)]),
  );
}

/** What was meant by `given`: where it is as it was shown, what was there `before`. */
export function unmasked(given: unknown, shown: unknown, before: unknown): unknown {
  if (given === shown) return before;
  if (Array.isArray(given)) {
    const [shownItems, items] = [shown, before].map((each) => (Array.isArray(each) ? each : []));
    return given.map((item, index) => unmasked(item, shownItems?.[index], items?.[index]));
  }
  if (!isPlainObject(given)) return given;
  const [shownFields, fields] = [shown, before].map((each) => (isPlainObject(each) ? each : {}));
  return Object.fromEntries(
    Object.entries(given).map(([key, item]) => [key, unmasked(item, own(shownFields, key), own(fields, key))]),
  );
}

/**
 * Why what a client wrote cannot be meant, of which it was `shown` what was there `before`: `***` that stands for no value, and
 * secrets that are kept while other options change, so that they might go where they were not given for. Only numbers other than
 * ports, and options whose first key is `free`, lead nowhere else.
 */
export function maskProblems(given: unknown, shown: unknown, before: unknown, free: readonly string[]): Problem[] {
  const [written, seen, stored] = [leavesOf(given), leavesOf(shown), leavesOf(before)];
  const stays = (path: string): boolean => written.has(path) && written.get(path) === seen.get(path);
  const isMask = (leaf: unknown): boolean => typeof leaf === 'string' && leaf.includes(MASK);
  const empty = [...written].filter(
    ([path, leaf]) => !stays(path) && (leaf === MASK || (isMask(leaf) && isMask(seen.get(path)))),
  );
  const kept = [...written.keys()].filter((path) => stays(path) && seen.get(path) !== stored.get(path));
  const leads = (path: string): boolean =>
    !free.includes(path.split(/[.[]/, 1)[0] ?? '') &&
    (/port$/i.test(path) || ![written, stored].every((leaves) => isNumber(leaves.get(path))));
  const moved = [...stored.keys(), ...written.keys()].find(
    (path) => leads(path) && !stays(path) && written.get(path) !== stored.get(path),
  );
  return [
    ...empty.map(([path]) => ({ path, message: `${MASK} stands for a stored value, and there is none` })),
    ...(moved === undefined ? [] : kept).map((path) => ({
      path,
      message: `must be entered again, since ${moved} is another one: what is stored goes nowhere else`,
    })),
  ];
}

/** A number, or nothing. */
function isNumber(leaf: unknown): boolean {
  return leaf === undefined || typeof leaf === 'number';
}

/** What a value is made of, without its objects and lists, by path. */
function leavesOf(value: unknown): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  const visit = (item: unknown, path: string): void => {
    if (Array.isArray(item)) for (const [index, child] of item.entries()) visit(child, at(path, index));
    else if (isPlainObject(item)) for (const [key, child] of Object.entries(item)) visit(child, at(path, key));
    else if (item !== undefined) leaves.set(path, item);
  };
  visit(value, '');
  return leaves;
}

function own(fields: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return fields && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function mapLeaves(value: unknown, change: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change));
  if (!isPlainObject(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapLeaves(item, change)]));
}
