import Type, { type TNumber } from 'typebox';

/** Schemas that rows of several areas share. */

export const watts = (description: string): TNumber =>
  Type.Number({ minimum: -100_000, maximum: 100_000, unit: 'W', default: 0, description });

/** The value of another row, for checks against it. */
export const number = (values: Readonly<Record<string, unknown>>, name: string): number => Number(values[name] ?? 0);

/** The value of a JSON text; anything else stays as it is and fails the schema. */
export function parseJson(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
