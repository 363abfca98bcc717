import Type from 'typebox';
import type { ParameterShape, StoredKind } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Kinds of devices, as they stand in paths. */

/** Those that can be configured here */
export const STORED_CLASSES: readonly StoredKind[] = ['charger', 'meter', 'vehicle', 'tariff'];

export function classParameter(classes: readonly string[]): ParameterShape {
  return { description: 'Kind of device', schema: Type.Enum([...classes]), example: 'vehicle' };
}

/** The class in a path. */
export function classIn<C extends string>(text: unknown, classes: readonly C[]): C {
  const found = classes.find((each) => each === text);
  if (found !== undefined) return found;
  const shown = String(text).slice(0, 60);
  throw new Refusal(400, `${shown} does not belong to Class values, which are ${classes.join(', ')}`);
}
