/** Kinds of values, for tables of what clients read. */

/** Whether a value is of a kind; a text says what it would have to be. */
export type Kind = (value: unknown) => boolean;

export const number: Kind = (value) => typeof value === 'number' && Number.isFinite(value);
export const integer: Kind = (value) => Number.isInteger(value);
export const text: Kind = (value) => typeof value === 'string';
export const flag: Kind = (value) => typeof value === 'boolean';
/** ns; typed clients read a 64-bit integer */
export const duration: Kind = (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 63;
export const time: Kind = (value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
export const phases: Kind = (value) => Array.isArray(value) && value.length === 3 && value.every(number);
export const record: Kind = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const oneOf =
  (...values: readonly unknown[]): Kind =>
  (value) =>
    values.includes(value);
export const orNull =
  (kind: Kind): Kind =>
  (value) =>
    value === null || kind(value);
/** Clients live without it */
export const orAbsent =
  (kind: Kind): Kind =>
  (value) =>
    value === undefined || kind(value);
export const listOf =
  (kind: Kind): Kind =>
  (value) =>
    Array.isArray(value) && value.every(kind);
export const between =
  (least: number, most: number): Kind =>
  (value) =>
    number(value) && (value as number) >= least && (value as number) <= most;
/** With these fields, each of its kind */
export const fields =
  (kinds: Readonly<Record<string, Kind>>): Kind =>
  (value) =>
    record(value) && Object.entries(kinds).every(([name, kind]) => kind((value as Record<string, unknown>)[name]));

/** Keys of a record whose values are not of their kind, with what they are. */
export function offences(
  values: Readonly<Record<string, unknown>> | undefined,
  kinds: Readonly<Record<string, Kind>>,
): string[] {
  return Object.entries(kinds)
    .filter(([key, kind]) => !kind(values?.[key]))
    .map(([key]) => `${key}: ${JSON.stringify(values?.[key])}`);
}
