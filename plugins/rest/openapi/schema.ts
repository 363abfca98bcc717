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

/** A schema of ours in the words of the specification: `unit`, which is a keyword of ours, becomes `x-unit`. */
export function toSchema(schema: TSchema): Schema {
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => translated(keyword, value))) as Schema;
}

function translated(keyword: string, value: unknown): [string, unknown] {
  if (keyword === 'unit') return ['x-unit', value];
  if (typeof value !== 'object' || value === null) return [keyword, value];
  if (ONE.has(keyword)) return [keyword, toSchema(value)];
  if (LIST.has(keyword)) return [keyword, (value as readonly TSchema[]).map(toSchema)];
  if (!BY_NAME.has(keyword)) return [keyword, value];
  return [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toSchema(each as TSchema)]))];
}

/** What a value is when it is there: without the null of a value that may be unset, and without a default of null. */
export function present(schema: Schema): Schema {
  const { anyOf, default: initial, ...rest } = schema;
  const branches = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  const [only] = branches;
  const shape = branches.length === 1 && only ? { ...only, ...rest } : anyOf ? { ...rest, anyOf: branches } : rest;
  return initial === undefined || initial === null ? shape : { ...shape, default: initial };
}
