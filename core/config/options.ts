import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { nearest } from '../loading/nearest.ts';
import { describe } from './describe.ts';
import {
  alternatives,
  asJson,
  type Definitions,
  isObjectSchema,
  isUnderstood,
  type JsonSchema,
  listed,
  resolve,
} from './json-schema.ts';
import { at, type Problem, problemWith } from './problem.ts';

export interface CheckedOptions {
  readonly problems: readonly Problem[];
  /** A copy with defaults filled in; usable only without problems */
  readonly value: unknown;
}

/**
 * Checks a value against a schema and fills in defaults. All problems are found at once, in terms of what is allowed.
 * Unknown keys are problems unless the schema opens an object expressly; of a union the alternative that was probably
 * meant is reported. typebox has the last word, for keywords that are not explained here.
 */
export function checkOptions(path: string, schema: TSchema, value: unknown): CheckedOptions {
  const { problems, value: checked } = run(path, schema, value);
  // Following the references of a whole schema takes typebox a while: it is only asked where it may know more.
  if (problems.length > 0 || isUnderstood(asJson(schema)) || Value.Check(schema, checked))
    return { problems, value: checked };
  const others = Value.Errors(schema, checked).map((error) => ({
    path: fromPointer(path, error.instancePath),
    message: error.message,
  }));
  const unexplained = { path, message: `must be ${describe(asJson(schema))}` };
  return { problems: others.length > 0 ? others : [unexplained], value: checked };
}

function run(path: string, schema: TSchema, value: unknown): { problems: Problem[]; value: unknown } {
  const problems: Finding[] = [];
  const checked = walk(asJson(schema), value, { path, problems, definitions: {}, secret: false });
  return { problems: problems.map((tell) => tell()), value: checked };
}

/** A problem that is put into words only if it is told: most are those of alternatives that were not meant. */
type Finding = () => Problem;

/** Problems in the items of one list, beyond which it is not looked at any more */
const MOST_OF_A_LIST = 20;

/** Where the check is, and where its results go. */
interface Place {
  readonly path: string;
  readonly problems: Finding[];
  readonly definitions: Definitions;
  /** The value may not be shown. */
  readonly secret: boolean;
}

function walk(raw: JsonSchema, value: unknown, above: Place): unknown {
  const definitions = raw.$defs ? { ...above.definitions, ...raw.$defs } : above.definitions;
  const schema = resolve(raw, definitions);
  const place = { ...above, definitions, secret: above.secret || schema.secret === true };
  if (listed(schema, definitions) === undefined) {
    const branches = alternatives(schema, definitions);
    if (branches) return walkUnion(schema, branches, value, place);
    if (isObjectSchema(schema) && isPlainObject(value)) return walkObject(schema, value, place);
    if (schema.type === 'array' && Array.isArray(value)) return walkList(schema, value, place);
  }
  if (!fits(schema, value, definitions)) reject(schema, value, place);
  return value;
}

function walkObject(schema: JsonSchema, value: Readonly<Record<string, unknown>>, place: Place): unknown {
  const properties = schema.properties ?? {};
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const child = Object.hasOwn(properties, key) ? properties[key] : otherKey(schema, key);
    if (key === '__proto__' || child === false) rejectKey(schema, key, place);
    else result[key] = child === true || !child ? item : walk(child, item, { ...place, path: at(place.path, key) });
  }
  for (const [key, raw] of Object.entries(properties)) {
    if (Object.hasOwn(result, key) || value[key] !== undefined) continue;
    const child = resolve(raw, { ...place.definitions, ...raw.$defs });
    if (child.default !== undefined) result[key] = walk(child, child.default, { ...place, path: at(place.path, key) });
    else if (schema.required?.includes(key)) rejectMissing(child, { ...place, path: at(place.path, key) });
  }
  return result;
}

/** What a key may hold that is not listed: a schema, anything (true), or it must not be there (false). */
function otherKey(schema: JsonSchema, key: string): JsonSchema | boolean {
  for (const [pattern, child] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return child;
  }
  if (schema.additionalProperties !== undefined) return schema.additionalProperties;
  return schema.properties === undefined && schema.patternProperties === undefined;
}

function walkList(schema: JsonSchema, value: readonly unknown[], place: Place): unknown {
  const fixed = schema.prefixItems ?? (Array.isArray(schema.items) ? (schema.items as JsonSchema[]) : []);
  const rest = Array.isArray(schema.items) ? undefined : (schema.items as JsonSchema | undefined);
  const count = value.length;
  if (count < (schema.minItems ?? 0) || count > (schema.maxItems ?? (fixed.length && !rest ? fixed.length : count))) {
    reject(schema, value, place);
  }
  const known = place.problems.length;
  return value.map((item, index) => {
    const child = fixed[index] ?? rest;
    // Whoever has that many of them in one list looks for the cause, and not for the others.
    return child && place.problems.length < known + MOST_OF_A_LIST
      ? walk(child, item, { ...place, path: at(place.path, index) })
      : item;
  });
}

function walkUnion(schema: JsonSchema, branches: readonly JsonSchema[], value: unknown, place: Place): unknown {
  const attempt = (branch: JsonSchema): Try & { readonly value: unknown } => {
    const problems: Finding[] = [];
    return { branch, problems, value: walk(branch, value, { ...place, problems }) };
  };
  const likely = new Map(branches.filter((branch) => canBe(branch, value)).map((branch) => [branch, attempt(branch)]));
  const passed = [...likely.values()].find((each) => each.problems.length === 0);
  if (passed) return passed.value;
  const tries = branches.map((branch) => likely.get(branch) ?? attempt(branch));
  const alike = tries.filter((each) => sameShape(each.branch, value, place.definitions));
  if (alike.length > 1 && isPlainObject(value)) return rejectObject(alike, value, place);
  const [only] = alike;
  if (alike.length === 1 && only) place.problems.push(...only.problems);
  else reject(schema, value, place);
  return value;
}

/** Whether no key with a fixed value rules an alternative out; told at once, unlike all that is wrong with it. */
export function canBe({ properties = {} }: JsonSchema, value: unknown): boolean {
  if (!isPlainObject(value)) return true;
  return Object.entries(properties).every(
    ([key, { const: fixed }]) => fixed === undefined || value[key] === undefined || value[key] === fixed,
  );
}

interface Try {
  readonly branch: JsonSchema;
  readonly problems: readonly Finding[];
}

/** Says what is wrong with an object that fits none of several alternatives, by the one it was probably meant to be. */
function rejectObject(tries: readonly Try[], value: Readonly<Record<string, unknown>>, place: Place): unknown {
  const key = discriminator(tries, place.definitions);
  if (key === undefined) return rejectByKeys(tries, value, place);
  const meant = tries.filter((each) => allowedAt(each, key, place.definitions)?.includes(value[key]));
  if (meant.length > 0) return rejectByKeys(meant, value, place);
  const values = [...new Set(tries.flatMap((each) => allowedAt(each, key, place.definitions) ?? []))];
  const child = { ...place, path: at(place.path, key) };
  if (value[key] === undefined) rejectMissing({ enum: values }, child);
  else reject({ enum: values }, value[key], child);
  return value;
}

/** The same of alternatives that no fixed value tells apart: by the keys that only one of them has. */
function rejectByKeys(tries: readonly Try[], value: Readonly<Record<string, unknown>>, place: Place): unknown {
  const own = tries.map((each) => ownKeys(each, tries));
  const meant = tries.filter((_, index) => own[index]?.some((name) => value[name] !== undefined));
  if (tries.length > 1 && meant.length === 0 && own.every((names) => names.length > 0)) {
    const names = own.flat();
    const hint = nearest(Object.keys(value)[0] ?? '', names);
    const message = `must have one of the keys ${names.join(', ')}${hint.startsWith(',') ? hint : ''}`;
    place.problems.push(() => ({ path: place.path, message }));
  } else place.problems.push(...closest(meant.length > 0 ? meant : tries).problems);
  return value;
}

/** A key whose value is fixed in each alternative, so that it tells them apart. */
function discriminator(tries: readonly Try[], definitions: Definitions): string | undefined {
  const keys = Object.keys(tries[0]?.branch.properties ?? {});
  return keys.find((key) => tries.every((each) => allowedAt(each, key, definitions) !== undefined));
}

function allowedAt({ branch }: Try, key: string, definitions: Definitions): readonly unknown[] | undefined {
  const property = branch.properties?.[key];
  return property && listed(resolve(property, definitions), definitions);
}

/** Required keys that only this alternative has. */
function ownKeys({ branch }: Try, tries: readonly Try[]): readonly string[] {
  return (branch.required ?? []).filter((key) =>
    tries.every((other) => other.branch === branch || !other.branch.required?.includes(key)),
  );
}

function closest<T extends Try>(tries: readonly T[]): T {
  return tries.reduce((best, each) => (each.problems.length < best.problems.length ? each : best));
}

/** Whether an alternative is for values of this shape: objects, lists, texts, numbers, flags. */
function sameShape(schema: JsonSchema, value: unknown, definitions: Definitions): boolean {
  const branches = alternatives(schema, definitions);
  if (branches) return branches.some((branch) => sameShape(branch, value, definitions));
  if (isObjectSchema(schema)) return isPlainObject(value);
  if (Array.isArray(value)) return schema.type === 'array';
  const types = [schema.type ?? []].flat().map((type) => (type === 'integer' ? 'number' : type));
  return types.includes(typeof value) && listed(schema, definitions) === undefined;
}

/** Whether a value that is no object or list with a schema of its own is allowed. */
function fits(schema: JsonSchema, value: unknown, definitions: Definitions): boolean {
  const values = listed(schema, definitions);
  if (values) return values.includes(value);
  if (isObjectSchema(schema) && typeof value === 'object' && value !== null) return false;
  return Value.Check(schema as TSchema, value);
}

function reject(schema: JsonSchema, value: unknown, { path, definitions, secret, problems }: Place): void {
  problems.push(() => {
    const words = wordsOf(schema, definitions);
    const hint = typeof value === 'string' && words.length > 0 && !secret ? nearest(value, words) : '';
    const message = `must be ${describe(schema, definitions)}${hint.startsWith(',') ? hint : ''}`;
    return problemWith(path, value, message, secret);
  });
}

/** The words that a schema lists, also beside other alternatives. */
function wordsOf(schema: JsonSchema, definitions: Definitions): string[] {
  const branches = alternatives(schema, definitions);
  const values = branches
    ? branches.flatMap((branch) => listed(branch, definitions) ?? [])
    : listed(schema, definitions);
  return (values ?? []).filter((each) => typeof each === 'string');
}

function rejectMissing(schema: JsonSchema, { path, definitions, problems }: Place): void {
  const meaning = schema.description ? ` (${schema.description})` : '';
  problems.push(() => ({ path, message: `is missing: must be ${describe(schema, definitions)}${meaning}` }));
}

function rejectKey(schema: JsonSchema, key: string, { path, problems }: Place): void {
  const known = Object.keys(schema.properties ?? {});
  problems.push(() => ({ path: at(path, key), message: `unknown key${nearest(key, known)}` }));
}

/** An object as a configuration file makes it, and no instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `/auth/0/user` below `mqtt` is `mqtt.auth[0].user`. */
function fromPointer(path: string, pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((place, part) => at(place, /^\d+$/.test(part) ? Number(part) : part), path);
}
