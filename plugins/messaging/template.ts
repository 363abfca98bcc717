import type { Time } from '../../core/index.ts';
import { format, problemOfFormat } from './format.ts';
import { formatLegacy } from './legacy.ts';
import { find, type Values } from './values.ts';

/** Texts with placeholders. They are filled in by these few rules; nothing in them is ever run. */

export interface Template {
  /** Names of the values that it shows */
  readonly names: readonly string[];
  /**
   * The text with all values filled in. A value that is not known, or empty, is written as its placeholder says, else as `?`;
   * `missing` are the names of those in the form of evcc that are not known, for which the message is not sent.
   */
  fill(values: Values): Filled;
}

export interface Filled {
  readonly text: string;
  readonly missing: readonly string[];
}

interface Place {
  readonly name: string;
  /** `undefined`: the value is not known */
  write(values: Values): string | undefined;
  /** Instead of a value that is not known; absent: the message is not sent */
  readonly otherwise?: string;
}

/** `{{name:format|otherwise}}`, or `${name:format}` */
const PLACEHOLDER = /\{\{(.*?)\}\}|\$\{(\w+)(?::([^}]*))?\}/gs;
const INNER = /^\s*\.?([A-Za-z][\w.]*)\s*(?::([^|]*))?(?:\|(.*))?$/s;

/** What a text cannot be filled in for is said by `invalid`. `words` are formats that every value is written in. */
export function compile(
  text: string,
  time: Time,
  invalid: (why: string) => never,
  words: readonly string[] = [],
): Template {
  const parts: (string | Place)[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [all, inner, legacy, legacyFormat = ''] = match;
    parts.push(text.slice(from, match.index));
    from = match.index + all.length;
    parts.push(
      inner === undefined ? ofEvcc(legacy ?? '', legacyFormat, time, words) : placeOf(inner, time, invalid, words),
    );
  }
  parts.push(text.slice(from));
  const places = parts.filter((part): part is Place => typeof part !== 'string');
  return {
    names: places.map(({ name }) => name),
    fill(values) {
      const missing: string[] = [];
      const filled = parts.map((part) => {
        if (typeof part === 'string') return part;
        const written = part.write(values);
        if (written !== undefined) return written;
        if (part.otherwise === undefined) missing.push(part.name);
        return part.otherwise ?? '?';
      });
      return { text: filled.join(''), missing };
    },
  };
}

function placeOf(inner: string, time: Time, invalid: (why: string) => never, more: readonly string[]): Place {
  const [, name, formats = '', otherwise = '?'] = INNER.exec(inner) ?? [];
  if (name === undefined) {
    return invalid(
      `{{${inner}}} cannot be understood; placeholders are like {{name}}, {{name:format}} or {{name|text}}`,
    );
  }
  const words = [...formats.split(/\s+/).filter((word) => word !== ''), ...more];
  for (const word of words) {
    const problem = problemOfFormat(word);
    if (problem !== undefined) return invalid(`{{${inner}}}: ${problem}`);
  }
  return {
    name,
    otherwise: format({ value: otherwise, kind: 'text' }, words, time),
    write(values) {
      const value = find(values, name);
      return value === undefined || value.value === '' ? undefined : format(value, words, time);
    },
  };
}

function ofEvcc(name: string, legacyFormat: string, time: Time, words: readonly string[]): Place {
  return {
    name,
    write(values) {
      const value = find(values, name);
      const written = value && formatLegacy(value, legacyFormat, time);
      return written === undefined ? undefined : format({ value: written, kind: 'text' }, words, time);
    },
  };
}
