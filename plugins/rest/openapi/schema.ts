import type { TSchema } from 'typebox';

/** JSON Schema as the document has it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  /** Public unit */
  readonly 'x-unit'?: string;
}

/** Keywords whose value is a schema, a list of schemas, schemas by name. */
const ONE = new Set(['items', 'additionalProperties', 'not', 'contains', 'propertyNames']);
const LIST = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const BY_NAME = new Set(['properties', 'patternProperties', '$defs']);

/** Puts a schema with a title where it can be referred to, and returns what refers to it. */
export type Hoist = (title: string, schema: Schema) => Schema;

/** A schema of ours in the words of the specification: `unit`, which is a keyword of ours, becomes `x-unit`. */
export function toSchema(schema: TSchema | Schema, hoist: Hoist): Schema {
  const { title, ...rest } = schema as { readonly title?: string };
  const entries = Object.entries(rest).map(([keyword, value]) => [keyword, translated(keyword, value, hoist)]);
  const { unit, ...translation } = Object.fromEntries(entries) as Schema & { readonly unit?: string };
  const result = { ...translation, ...(unit !== undefined && { 'x-unit': unit }) };
  return title === undefined ? result : hoist(title, result);
}

function translated(keyword: string, value: unknown, hoist: Hoist): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ONE.has(keyword)) return toSchema(value, hoist);
  if (LIST.has(keyword)) return (value as readonly TSchema[]).map((each) => toSchema(each, hoist));
  if (!BY_NAME.has(keyword)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toSchema(each as TSchema, hoist)]));
}

/** What a value is when it is there: without the null of a value that may be unset, and without a default of null. */
export function present(schema: Schema): Schema {
  const { anyOf, default: initial, ...rest } = schema;
  const branches = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  const [only] = branches;
  const shape = branches.length === 1 && only ? { ...only, ...rest } : anyOf ? { ...rest, anyOf: branches } : rest;
  return initial === undefined || initial === null ? shape : { ...shape, default: initial };
}
