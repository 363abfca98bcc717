import type { Schema } from './schema.ts';

/** What a schema allows, as a person says it: `number from 0 to 100 %, default 50`. */
export function inWords(schema: Schema): string {
  const { default: initial } = schema;
  const said = [shapeInWords(schema), initial === undefined ? '' : `default ${JSON.stringify(initial)}`];
  return said.filter((part) => part !== '').join(', ');
}

/** Name of the component that a schema refers to, itself or as what its list holds; `undefined`: none. */
export function componentOf({ $ref, items, anyOf = [] }: Schema): string | undefined {
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  for (const part of [...(items ? [items] : []), ...anyOf]) {
    const name = componentOf(part);
    if (name !== undefined) return name;
  }
  return undefined;
}

function shapeInWords(schema: Schema): string {
  const { $ref, const: only, enum: values, anyOf, items, format, type } = schema;
  if ($ref !== undefined) return componentOf(schema) ?? '';
  if (only !== undefined) return JSON.stringify(only);
  if (values) return values.map((value) => (value === '' ? 'empty' : String(value))).join(', ');
  if (anyOf) return anyOf.map(shapeInWords).join(' or ');
  if (typeof type === 'object') return type.map((each) => shapeInWords({ ...schema, type: each })).join(' or ');
  switch (type) {
    case undefined:
      return 'anything';
    case 'null':
      return 'null';
    case 'array':
      return items ? `list of ${shapeInWords(items)}` : 'list';
    case 'object':
      return fieldsInWords(schema);
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${rangeInWords(schema)}`;
    case 'string':
      return format === 'date-time' ? 'RFC 3339 time' : `text${lengthInWords(schema)}`;
    default:
      return `${type}${rangeInWords(schema)}`;
  }
}

function fieldsInWords({ properties, additionalProperties: others }: Schema): string {
  if (typeof others === 'object') return `by name: ${shapeInWords(others)}`;
  const names = Object.keys(properties ?? {});
  return names.length === 0 ? 'object' : `{ ${names.join(', ')} }`;
}

function rangeInWords({ minimum, exclusiveMinimum, maximum, 'x-unit': unit }: Schema): string {
  const least = minimum ?? exclusiveMinimum;
  const from = minimum === undefined && exclusiveMinimum !== undefined ? 'above' : maximum === undefined ? 'from' : '';
  const range = [
    least === undefined ? '' : `${from || 'from'} ${least}`,
    maximum === undefined ? '' : `${least === undefined ? 'up to' : 'to'} ${maximum}`,
    unit === undefined ? '' : `(${unit})`,
  ];
  const said = range.filter((part) => part !== '').join(' ');
  return said === '' ? '' : ` ${said}`;
}

function lengthInWords({ pattern, maxLength }: Schema): string {
  if (pattern !== undefined) return ` like ${pattern}`;
  return maxLength === undefined ? '' : ` of up to ${maxLength} characters`;
}
