import { alternatives, type Definitions, isObjectSchema, type JsonSchema, listed, resolve } from './json-schema.ts';

/** What a schema allows, for people: `a number from 1 to 3600 s`, `one of "off", "pv"`. */
export function describe(schema: JsonSchema, definitions: Definitions = {}): string {
  return describeAt(schema, definitions, 0);
}

function describeAt(raw: JsonSchema, outer: Definitions, depth: number): string {
  const definitions = { ...outer, ...raw.$defs };
  const schema = resolve(raw, definitions);
  const values = listed(schema, definitions);
  if (values) return values.length === 1 ? text(values[0]) : `one of ${values.map(text).join(', ')}`;
  const branches = alternatives(schema, definitions);
  if (branches) return describeChoice(branches, definitions, depth);
  if (Array.isArray(schema.type)) {
    return schema.type.map((type: string) => describeAt({ ...schema, type }, definitions, depth + 1)).join(' or ');
  }
  if (isObjectSchema(schema)) return describeObject(schema, definitions);
  if (schema.type === 'array') return describeList(schema, definitions, depth);
  if (schema.type === 'number' || schema.type === 'integer') return describeNumber(schema);
  if (schema.type === 'string') return describeText(schema);
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'null') return 'null';
  return 'a value';
}

function describeNumber(schema: JsonSchema): string {
  const { minimum: least, maximum: most, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const noun = schema.type === 'integer' ? 'a whole number' : 'a number';
  const unit = schema.unit ? ` ${schema.unit}` : '';
  const step = schema.multipleOf === undefined ? '' : ` in steps of ${schema.multipleOf}`;
  if (least !== undefined && most !== undefined) return `${noun} from ${least} to ${most}${unit}${step}`;
  const low = least !== undefined ? `of at least ${least}` : above !== undefined ? `above ${above}` : undefined;
  const high = most !== undefined ? `up to ${most}` : below !== undefined ? `below ${below}` : undefined;
  const range = [low, high].filter((part) => part !== undefined).join(' and ');
  if (range !== '') return `${noun} ${range}${unit}${step}`;
  return `${noun}${unit && ` (${schema.unit})`}${step}`;
}

function describeText(schema: JsonSchema): string {
  if (schema.pattern !== undefined) return `a text like /${String(schema.pattern).replace(/^\/|\/$/g, '')}/`;
  if (schema.format !== undefined) return `a text (${schema.format})`;
  const { minLength: least = 0, maxLength: most } = schema;
  if (least > 1) return `a text of ${most === undefined ? `at least ${least}` : `${least} to ${most}`} characters`;
  return least > 0 ? 'a text that is not empty' : 'a text';
}

function describeList(schema: JsonSchema, definitions: Definitions, depth: number): string {
  const { minItems: least, maxItems: most, items } = schema;
  const of =
    !Array.isArray(items) && items && depth < 2
      ? `, each ${describeAt(items as JsonSchema, definitions, depth + 1)}`
      : '';
  const fixed = schema.prefixItems?.length ?? (Array.isArray(items) ? items.length : undefined);
  if (fixed !== undefined || (least !== undefined && least === most)) return `a list of ${fixed ?? least} values${of}`;
  if (least !== undefined && most !== undefined) return `a list of ${least} to ${most} values${of}`;
  if (least !== undefined && least > 0) return `a list of at least ${least} ${least === 1 ? 'value' : 'values'}${of}`;
  if (most !== undefined) return `a list of at most ${most} values${of}`;
  return `a list${of}`;
}

/** Objects that are told apart by the value of one key are described together. */
function describeChoice(branches: readonly JsonSchema[], definitions: Definitions, depth: number): string {
  const texts = new Map<string, string[]>();
  for (const branch of branches) {
    const [fixed, ...more] = isObjectSchema(branch) ? fixedKeys(branch, definitions) : [];
    if (fixed && more.length === 0) {
      const start = `an object with ${fixed.key}: `;
      texts.set(start, [...(texts.get(start) ?? []), fixed.value]);
    } else texts.set(describeAt(branch, definitions, depth + 1), []);
  }
  return [...texts].map(([start, values]) => `${start}${[...new Set(values)].join(' | ')}`).join(' or ');
}

/** Objects are told apart by the keys whose value is fixed, else by the keys that they must have. */
function describeObject(schema: JsonSchema, definitions: Definitions): string {
  const fixed = fixedKeys(schema, definitions).map(({ key, value }) => `${key}: ${value}`);
  if (fixed.length > 0) return `an object with ${fixed.join(', ')}`;
  const required = schema.required ?? [];
  return required.length > 0 ? `an object with ${required.join(', ')}` : 'an object';
}

function fixedKeys(schema: JsonSchema, definitions: Definitions): { readonly key: string; readonly value: string }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const values = listed(resolve(property, definitions), definitions);
    return values?.length === 1 && schema.required?.includes(key) ? [{ key, value: text(values[0]) }] : [];
  });
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
