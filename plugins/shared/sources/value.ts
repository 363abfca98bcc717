import { describeText } from '../http/client.ts';
import type { CustomValue } from './options.ts';

/** Strict conversions of what devices say. A result of `undefined` means: it is none. */

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A decimal number with a point and without a unit. */
export function toNumber(value: CustomValue): number | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string' && !NUMBER.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const TRUE = new Set(['true', 'on', 'yes', '1']);
const FALSE = new Set(['false', 'off', 'no', '0']);

export function toBoolean(value: CustomValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = String(value).trim().toLowerCase();
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

/** One of the letters that a status may have here. */
export function toStatus<T extends string>(value: CustomValue, letters: readonly T[]): T | undefined {
  const text = String(value).trim().toUpperCase();
  return letters.find((letter) => letter === text);
}

/** A single value of JSON; null, lists and objects are none. */
export function toValue(value: unknown): CustomValue | undefined {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

/** A value for error messages. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.trim() === '' ? 'an empty text' : describeText(value);
}

/** `value × scale + offset`, without the noise of binary fractions. */
export function scaled(value: number, scale = 1, offset = 0): number {
  return scale === 1 && offset === 0 ? value : tidy(value * scale + offset);
}

/** Twelve digits: more than any device measures, less than where binary fractions show. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
