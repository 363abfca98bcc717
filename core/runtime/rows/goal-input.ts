import Type, { type TProperties, type TSchema } from 'typebox';
import { formatTime, parseTime } from '../../clock.ts';
import type { ParameterShape, SettingTarget } from '../../settings.ts';
import { parseJson } from './schemas.ts';

/** Goals of plans as they are written: what shall be reached, and when. */

/** What a command gives. */
export interface Goal {
  /** % or kWh */
  readonly value: number;
  /** ms since the epoch */
  readonly time: number;
  /** s right before it that are charged in any case; absent: as before */
  readonly precondition?: number;
}

/** ms since the epoch; RFC 3339 knows no later year than 9999 */
export const LAST_TIME = 253_402_300_799_999;

/** The time in a path */
export const UNTIL: ParameterShape = {
  description: 'When it shall be reached, in the future, with any offset',
  schema: Type.String({ format: 'date-time' }),
  example: '2040-06-01T07:00:00Z',
};

/** Of a goal whose value is of the schema; null: none. */
export function goalSchema(value: TSchema, more: TProperties = {}): TSchema {
  const time = Type.Integer({ unit: 'ms since the epoch', minimum: 0, maximum: LAST_TIME });
  return Type.Union([Type.Object({ value, time, ...more }, { additionalProperties: false }), Type.Null()]);
}

/** A goal that was checked. */
export const goalOf = (input: unknown): Goal | null => input as Goal | null;

/** How the answer to a command repeats a goal. */
export function told(goal: Goal | null, name: 'soc' | 'energy'): Readonly<Record<string, unknown>> {
  return goal ? { [name]: goal.value, time: formatTime(goal.time) } : {};
}

/** Why a time cannot be wanted any more; `undefined`: it can. */
export const past = (time: number | null, { now }: Pick<SettingTarget, 'now'>): string | undefined =>
  time !== null && time <= now ? 'timestamp is in the past' : undefined;

/** `<value>/<time>`, which a query string may follow, or JSON with both; what is neither fails the schema. */
export function parseGoal(input: unknown): unknown {
  if (input === null || input === 'null') return null;
  const given = typeof input === 'string' ? (fromPath(input) ?? parseJson(input)) : input;
  if (typeof given !== 'object' || given === null || !('time' in given)) return given ?? 'null';
  return { ...given, time: parseTargetTime(given.time) };
}

function fromPath(text: string): object | undefined {
  const [, value, time, query] = /^(\d+(?:\.\d*)?)\/([^/?]+)(?:\?(.*))?$/.exec(text) ?? [];
  if (value === undefined) return undefined;
  const precondition = new URLSearchParams(query).get('precondition');
  const known = precondition && /^\d+$/.test(precondition) ? Number(precondition) : precondition;
  return { value: Number(value), time, ...(known && { precondition: known }) };
}

/** ms of an RFC 3339 text, `null` of the zero time that clears; anything else stays as it is and fails the schema. */
export function parseTargetTime(input: unknown): unknown {
  if (input === null || input === 'null' || input === '0001-01-01T00:00:00Z') return null;
  return typeof input === 'string' ? (parseTime(input) ?? input) : input;
}
