import type { TSchema } from 'typebox';

/**
 * The keywords of JSON Schema that the configuration check understands on its own; the others are left to typebox. Schemas
 * of third parties are plain JSON, made with their own copy of typebox or by hand.
 */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string | RegExp;
  readonly format?: string;
  readonly description?: string;
  /** Keyword of ours: the value appears in no log, state or message. */
  readonly secret?: boolean;
  /** Keyword of ours: it may only stand in the file, since it runs programs or reads files of this machine. */
  readonly local?: boolean;
  /** Keyword of ours: unit of a number. */
  readonly unit?: string;
}

export type Definitions = Readonly<Record<string, JsonSchema>>;

/** A schema of typebox or of third parties, as the plain JSON that it is. */
export function asJson(schema: TSchema): JsonSchema {
  return schema as JsonSchema;
}

/** Follows references and merges parts (`allOf`), so that what remains says itself what it allows. */
export function resolve(schema: JsonSchema, definitions: Definitions): JsonSchema {
  let current = schema;
  for (let hops = 0; current.$ref !== undefined && hops < 16; hops += 1) {
    const name = current.$ref.replace(/^#\/\$defs\//, '');
    const target = current.$defs?.[name] ?? definitions[name];
    if (target === undefined) return {};
    const { $ref: _, ...rest } = current;
    current = { ...target, ...rest };
  }
  if (!current.allOf) return current;
  const { allOf, ...base } = current;
  const parts = allOf.map((part) => resolve(part, { ...definitions, ...current.$defs }));
  return parts.reduce<JsonSchema>((merged, part) => merge(merged, part), base);
}

/** The alternatives of a union, each complete with what stands beside them; `undefined`: it is none. */
export function alternatives(schema: JsonSchema, definitions: Definitions): readonly JsonSchema[] | undefined {
  const branches = schema.anyOf ?? schema.oneOf;
  if (!branches) return undefined;
  const { anyOf: _, oneOf: __, default: ___, ...base } = schema;
  return branches.map((branch) => merge(base, resolve(branch, definitions)));
}

/** The values that a schema lists; `undefined`: it lists none. */
export function listed(schema: JsonSchema, definitions: Definitions = {}): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  if (schema.enum) return schema.enum;
  const branches = alternatives(schema, definitions)?.map((branch) => listed(branch, definitions));
  return branches?.every((values) => values !== undefined) ? branches.flat() : undefined;
}

/** Whether a schema describes objects with keys. */
export function isObjectSchema(schema: JsonSchema): boolean {
  return schema.type === 'object' || schema.properties !== undefined || schema.patternProperties !== undefined;
}

function merge(a: JsonSchema, b: JsonSchema): JsonSchema {
  const properties = a.properties || b.properties ? { ...a.properties, ...b.properties } : undefined;
  const required = a.required || b.required ? [...new Set([...(a.required ?? []), ...(b.required ?? [])])] : undefined;
  return { ...a, ...b, ...(properties && { properties }), ...(required && { required }) };
}

/** Keywords of which the check of options has the last word, and those that say nothing of what is allowed. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['type', 'const', 'enum', 'default', 'properties', 'required', 'additionalProperties', 'patternProperties'],
  ...['items', 'prefixItems', 'minItems', 'maxItems', 'anyOf', '$ref', '$defs', '$id', '~kind', '~optional', '~unsafe'],
  ...[
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'minLength',
    'maxLength',
    'pattern',
    'format',
  ],
  ...['description', 'title', 'examples', 'secret', 'local', 'unit'],
]);

/** Whether a schema has nothing but keywords that are understood, at every depth. */
export function isUnderstood(schema: JsonSchema): boolean {
  const { properties, patternProperties, additionalProperties, items, prefixItems, anyOf, $defs } = schema;
  const below = [
    ...Object.values(properties ?? {}),
    ...Object.values(patternProperties ?? {}),
    ...Object.values($defs ?? {}),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
    ...(items === undefined ? [] : [items].flat()),
    ...(prefixItems ?? []),
    ...(anyOf ?? []),
  ];
  return Object.keys(schema).every((keyword) => UNDERSTOOD.has(keyword)) && below.every(isUnderstood);
}
