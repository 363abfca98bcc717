import type { TSchema } from 'typebox';
import { alternatives, asJson, type Definitions, isObjectSchema, type JsonSchema, resolve } from './json-schema.ts';
import { canBe, isPlainObject } from './options.ts';
import { at, type Problem } from './problem.ts';

/**
 * What of a value that fits its schema may only stand in the file: what the schema marks as `local`, since it runs programs or
 * reads files of this machine.
 */
export function findLocal(path: string, schema: TSchema, value: unknown): Problem[] {
  return find(asJson(schema), value, path, {});
}

function find(raw: JsonSchema, value: unknown, path: string, outer: Definitions): Problem[] {
  if (value === undefined) return [];
  const definitions = raw.$defs ? { ...outer, ...raw.$defs } : outer;
  const schema = resolve(raw, definitions);
  if (schema.local)
    return [{ path, message: 'may only stand in the configuration file, since it reaches this machine' }];
  const branches = alternatives(schema, definitions);
  if (branches) {
    const likely = branches.filter(
      (branch) =>
        canBe(branch, value) &&
        (alternatives(branch, definitions) !== undefined || isObjectSchema(branch) === isPlainObject(value)),
    );
    return likely.flatMap((branch) => find(branch, value, path, definitions)).slice(0, 1);
  }
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.flatMap((item, index) =>
      find(Array.isArray(items) ? (items[index] ?? {}) : (items as JsonSchema), item, at(path, index), definitions),
    );
  }
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => find(childOf(schema, key), item, at(path, key), definitions));
}

function childOf(
  { properties = {}, patternProperties = {}, additionalProperties }: JsonSchema,
  key: string,
): JsonSchema {
  if (Object.hasOwn(properties, key)) return properties[key] ?? {};
  const pattern = Object.keys(patternProperties).find((each) => new RegExp(each, 'u').test(key));
  if (pattern !== undefined) return patternProperties[pattern] ?? {};
  return typeof additionalProperties === 'object' ? additionalProperties : {};
}
