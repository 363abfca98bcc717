import type { StateKey, StateShape } from '../../../core/index.ts';
import type { Schema } from './schema.ts';

/** How a dialect writes what has no JSON type of its own. */
export interface SchemaNotation {
  readonly duration: Schema;
  readonly time: Schema;
}

/** A record of published values by their keys; a key that was never known is absent. */
export function stateSchema(keys: readonly StateKey[], notation: SchemaNotation): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(keys.map((key) => [key.name, keySchema(key, notation)])),
    required: keys.filter(({ always }) => always).map(({ name }) => name),
  };
}

/** A published value; it is null when it was known before and is not any more. */
export function keySchema(key: StateKey, notation: SchemaNotation): Schema {
  return { ...shapeSchema(key, notation, !key.always), description: key.description };
}

export function shapeSchema(shape: StateShape, notation: SchemaNotation, nullable: boolean): Schema {
  const typed = (type: string): Schema => ({ type: nullable ? [type, 'null'] : type });
  const unit = shape.unit !== undefined && { 'x-unit': shape.unit };
  switch (shape.kind) {
    case 'duration':
      return notation.duration;
    case 'time':
      return notation.time;
    case 'number':
    case 'integer':
      return { ...typed(shape.kind), ...unit };
    case 'text':
      return shape.values ? { enum: [...shape.values, ...(nullable ? [null] : [])] } : typed('string');
    case 'flag':
      return typed('boolean');
    case 'list':
      return { ...typed('array'), items: itemSchema(shape, notation) };
    case 'record':
      return { ...typed('object'), ...recordSchema(shape, notation) };
    case 'json':
      return shape.fields ? { ...typed('object'), ...recordSchema(shape, notation) } : {};
  }
}

function itemSchema(shape: StateShape, notation: SchemaNotation): Schema {
  if (shape.fields) return { type: 'object', ...recordSchema(shape, notation) };
  const { fields: _, items, ...rest } = shape;
  return shapeSchema({ ...rest, kind: items ?? 'number' }, notation, items === undefined || items === 'number');
}

function recordSchema({ fields, byName }: StateShape, notation: SchemaNotation): Schema {
  if (!fields) return {};
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, shapeSchema(field, notation, isNumber(field))]),
  );
  return byName ? { additionalProperties: { type: 'object', properties } } : { properties };
}

/** Numbers of records may be unknown, while their texts are left out. */
const isNumber = ({ kind }: StateShape): boolean => kind === 'number' || kind === 'integer';
