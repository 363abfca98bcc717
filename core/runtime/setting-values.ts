import type { TSchema } from 'typebox';
import type { Setting } from '../settings.ts';

/** Values of settings as texts: how they are read, and how messages speak of them. */

/** Plain decimals only: what is written otherwise is more likely a mistake than a number. */
const DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)$/;
const FLAGS: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false };

/** Reads the text of a path or payload by the type of the schema; what does not fit is left as it is. */
export function fromText(schema: TSchema, input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const { type, enum: values } = schema as { type?: string; enum?: readonly unknown[] };
  if (type === 'boolean') return FLAGS[input] ?? input;
  const numeric = type === 'number' || type === 'integer' || values?.every((value) => typeof value === 'number');
  return numeric && DECIMAL.test(input) ? Number(input) : input;
}

/** What a row accepts, as a person says it: `a number from 0 to 100 (%)`. */
export function allowed(row: Setting): string {
  const schema = row.schema as {
    type?: string;
    enum?: readonly unknown[];
    minimum?: number;
    maximum?: number;
    unit?: string;
  };
  if (schema.enum) return schema.enum.join(', ');
  const unit = schema.unit ? ` (${schema.unit})` : '';
  const { minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : '';
  if (schema.type === 'integer') return `a whole number${range}${unit}`;
  if (schema.type === 'number') return `a number${range}${unit}`;
  if (schema.type === 'boolean') return 'true or false';
  return row.description;
}

/** What was given, as far as a message may repeat it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text !== undefined && text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

/** Kind of the state key that shows values of a schema. */
export function kindOf(schema: TSchema): 'number' | 'integer' | 'text' | 'flag' {
  const { type } = schema as { type?: string };
  if (type === 'number' || type === 'integer') return type;
  return type === 'boolean' ? 'flag' : 'text';
}
