import type { TSchema } from 'typebox';
import type { Setting } from '../settings.ts';

/** Values of settings as texts: how they are read, and how messages speak of them. */

/** Plain decimals only: what is written otherwise is more likely a mistake than a number. */
const DECIMAL = /^-?(\d+(\.\d*)?|\.\d+)$/;
const FLAGS: Readonly<Record<string, boolean>> = { true: true, t: true, '1': true, false: false, f: false, '0': false };

/** A moment for people, in local time */
const TIME = new Intl.DateTimeFormat('sv-SE', {
  dateStyle: 'short',
  timeStyle: 'short',
  hourCycle: 'h23',
});

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly unit?: string;
}

/** The schema of what a value is when it is there; `nullable`: it may also be null. */
function shapeOf(schema: TSchema): Shape & { readonly nullable: boolean } {
  const { anyOf } = schema as { anyOf?: readonly Shape[] };
  const branches = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  const [only] = branches;
  const nullable = anyOf !== undefined && branches.length < anyOf.length;
  return { ...(branches.length === 1 && only ? only : (schema as Shape)), nullable };
}

/** Reads the text of a path or payload by the type of the schema; what does not fit is left as it is. */
export function fromText(schema: TSchema, input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const { type, enum: values, nullable } = shapeOf(schema);
  if (nullable && (input === '' || input === 'null')) return null;
  if (type === 'boolean') return FLAGS[input] ?? input;
  if (type === 'object' || type === 'array') return fromJson(input);
  const numeric = type === 'number' || type === 'integer' || values?.every((value) => typeof value === 'number');
  return numeric && DECIMAL.test(input) ? Number(input) : input;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a row accepts, as a person says it: `a number from 0 to 100 (%)`. */
export function allowed(row: Setting): string {
  // What is written as something else than it is kept as is said by the description.
  if (row.parse) return lowered(row.description);
  const schema = shapeOf(row.schema);
  const nothing = schema.nullable ? ', or null' : '';
  if (schema.enum) return `${schema.enum.join(', ')}${nothing}`;
  const unit = schema.unit ? ` (${schema.unit})` : '';
  const { minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : '';
  if (schema.type === 'integer') return `a whole number${range}${unit}${nothing}`;
  if (schema.type === 'number') return `a number${range}${unit}${nothing}`;
  if (schema.type === 'boolean') return 'true or false';
  return lowered(row.description);
}

/** A description within a sentence. */
const lowered = (text: string): string => `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;

/** What was given, as far as a message may repeat it. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text !== undefined && text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}

/** A value that is in force, in words of the log: times in local time, records as JSON. */
export function told(row: Setting, value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'number' && shapeOf(row.schema).unit === 'ms since the epoch') return TIME.format(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Kind of the state key that shows values of a schema. */
export function kindOf(schema: TSchema): 'number' | 'integer' | 'text' | 'flag' | 'list' | 'record' {
  const { type } = shapeOf(schema);
  if (type === 'number' || type === 'integer') return type;
  if (type === 'array') return 'list';
  if (type === 'object') return 'record';
  return type === 'boolean' ? 'flag' : 'text';
}
