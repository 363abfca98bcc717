import type { StateKey, StateValue } from '../../core/index.ts';

/** How published values become topics and payloads. Pure. */

/** What of a key's row decides how its value is written. */
export type Format = Pick<StateKey, 'kind' | 'fields'>;

const TEXT: Format = { kind: 'text' };

/**
 * Topics and payloads of one value, `topic` being its own. An empty payload means: nothing is retained there.
 * - records: each field at `<topic>/<field>`
 * - three numbers (L1 to L3): `<topic>/l1` to `/l3`, and their sum at `<topic>`
 * - other lists: the count at `<topic>`, elements at `<topic>/1` and so on
 * - what belongs together (kind json): one JSON text at `<topic>`
 */
export function flatten(topic: string, value: StateValue, format: Format = TEXT): readonly [string, string][] {
  const out: [string, string][] = [];
  add(out, topic, value, format);
  return out;
}

function add(out: [string, string][], topic: string, value: StateValue, format: Format): void {
  if (typeof value !== 'object' || value === null) {
    out.push([topic, scalar(value, format.kind)]);
  } else if (format.kind === 'json') {
    out.push([topic, JSON.stringify(whole(value, format))]);
  } else if (isPerPhase(value)) {
    value.forEach((item, index) => {
      out.push([`${topic}/l${index + 1}`, scalar(item, format.kind)]);
    });
    out.push([topic, scalar(sum(value), format.kind)]);
  } else if (isList(value)) {
    out.push([topic, String(value.length)]);
    value.forEach((item, index) => {
      add(out, `${topic}/${index + 1}`, item, format);
    });
  } else {
    for (const [name, field] of Object.entries(value)) {
      add(out, `${topic}/${level(name)}`, field, format.fields?.[name] ?? format);
    }
  }
}

/** A value inside a JSON text: durations and times in whole seconds, as in payloads of their own. */
function whole(value: StateValue, format: Format): StateValue {
  if (isList(value)) return value.map((item) => whole(item, format));
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    return Object.fromEntries(fields.map(([name, field]) => [name, whole(field, format.fields?.[name] ?? format)]));
  }
  if (typeof value !== 'number') return value;
  return format.kind === 'duration' || format.kind === 'time' ? Math.floor(value / 1000) : value;
}

/** The payload of a plain value: numbers as plain decimals, durations and times (ms) in whole seconds, null empty. */
export function scalar(value: number | string | boolean | null, kind: StateKey['kind']): string {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return '';
  if (kind === 'duration') return plain(Math.trunc(value / 1000));
  return plain(kind === 'time' ? Math.floor(value / 1000) : value);
}

/** A number as plain decimal, with all its digits and without exponent. */
export function plain(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** A name as one level of a topic: separators and wildcards are replaced. */
function level(name: string): string {
  return name.replace(/[/+#\0]/g, '_');
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}

function isPerPhase(value: StateValue): value is readonly (number | null)[] {
  return isList(value) && value.length === 3 && value.every((item) => item === null || typeof item === 'number');
}

/** Sum without the noise of binary fractions; null when a phase is unknown. */
function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return Math.round(total * 1e9) / 1e9;
}
