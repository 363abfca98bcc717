import Type, { type TObject } from 'typebox';
import type { SessionEdit } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Characters of a title */
const LONGEST_TITLE = 200;
/** km */
const LARGEST_ODOMETER = 10_000_000;

const TITLE = Type.Union([Type.String({ maxLength: LONGEST_TITLE }), Type.Null()]);

/** What can be changed of a session; at least one of it. */
export const EDIT: TObject = Type.Object(
  {
    vehicle: Type.Optional(TITLE),
    loadpoint: Type.Optional(TITLE),
    odometer: Type.Optional(
      Type.Union([Type.Number({ minimum: 0, maximum: LARGEST_ODOMETER, unit: 'km' }), Type.Null()]),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);

const ALLOWED = 'vehicle and loadpoint (text or null), odometer (km or null)';

/** What a body wants to be changed of a session: a JSON object of fields. */
export function readEdit(body: Uint8Array): SessionEdit {
  const fields = parsed(body);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Refusal(400, `the body must be a JSON object; allowed is ${ALLOWED}`);
  }
  const edit: { loadpoint?: string; vehicle?: string; odometer?: number | null } = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'vehicle' || name === 'loadpoint') edit[name] = title(name, value);
    else if (name === 'odometer') edit.odometer = odometer(value);
    else throw new Refusal(400, `"${name.slice(0, 60)}" cannot be changed; allowed is ${ALLOWED}`);
  }
  if (Object.keys(edit).length === 0) throw new Refusal(400, `nothing to update; allowed is ${ALLOWED}`);
  return edit;
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal(400, `the body is no JSON; allowed is ${ALLOWED}`);
  }
}

function title(name: string, value: unknown): string {
  if (value === null) return '';
  const fits = typeof value === 'string' && value.length <= LONGEST_TITLE && !/\p{Cc}/u.test(value);
  if (fits && value.isWellFormed()) return value;
  throw new Refusal(400, `invalid ${name}; allowed is a line of up to ${LONGEST_TITLE} characters, or null`);
}

function odometer(value: unknown): number | null {
  if (value === null || (typeof value === 'number' && value >= 0 && value <= LARGEST_ODOMETER)) return value;
  throw new Refusal(400, `invalid odometer; allowed is a number from 0 to ${LARGEST_ODOMETER} km, or null`);
}
