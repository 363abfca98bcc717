import type { Time } from '../../core/index.ts';
import type { Value } from './values.ts';

/** How values are written for people. */

/** Words that may stand behind the name of a value. */
export const FORMATS: Readonly<Record<string, string>> = {
  '0': 'that many decimals, up to 6',
  k: 'in thousands: W become kW, Wh become kWh',
  unit: 'with its unit',
  seconds: 'a duration as a number of seconds',
  date: 'a time as a date, such as 2025-06-15',
  time: 'a time as an hour, such as 14:05',
  iso: 'a time as 2025-06-15T12:05:00Z',
  url: 'as a part of an address',
  json: 'as JSON, texts with their quotes',
};

/** Why a word is no format; `undefined`: it is one. */
export function problemOfFormat(word: string): string | undefined {
  if (/^[0-6]$/.test(word) || Object.hasOwn(FORMATS, word)) return undefined;
  return `"${word}" is no format; there are ${Object.keys(FORMATS).join(', ')}`;
}

/** Writes a value as the words of its placeholder want it. */
export function format(value: Value, words: readonly string[], time: Time): string {
  const text = written(value, words, time);
  if (words.includes('json')) return JSON.stringify(typeof value.value === 'string' ? text : jsonOf(value, text));
  return words.includes('url') ? encodeURIComponent(text.toWellFormed()) : text;
}

function jsonOf({ value, kind }: Value, text: string): unknown {
  return kind === 'duration' || kind === 'time' ? text : value;
}

function written({ value, kind, unit }: Value, words: readonly string[], time: Time): string {
  if (typeof value === 'number') {
    if (kind === 'time') return moment(value, words, time);
    if (kind === 'duration' && !words.includes('seconds')) return durationText(value);
    const thousands = words.includes('k');
    const number = decimals((kind === 'duration' ? value / 1_000 : value) / (thousands ? 1_000 : 1), words);
    return words.includes('unit') && unit !== undefined ? `${number} ${thousands ? 'k' : ''}${unit}` : number;
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value))
    return value.map((item) => (isPlain(item) ? String(item) : JSON.stringify(item))).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isPlain = (value: unknown): boolean => typeof value !== 'object';

/** Two decimals at most, unless so many are asked for. */
function decimals(value: number, words: readonly string[]): string {
  const wanted = words.find((word) => /^\d$/.test(word));
  return wanted === undefined ? String(Math.round(value * 100) / 100) : value.toFixed(Number(wanted));
}

/** `2 h 5 min`, `12 min`, `40 s` */
export function durationText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const sign = ms < 0 && seconds > 0 ? '−' : '';
  if (seconds < 60) return `${sign}${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${sign}${minutes} min`;
  return `${sign}${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const WEEKDAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });

/** By the clocks of the house: `Sun 14:05`. */
function moment(at: number, words: readonly string[], { format: rfc3339, formatLocal }: Time): string {
  if (words.includes('iso')) return rfc3339(at);
  const [date = '', hour = ''] = formatLocal(at).split(' ');
  if (words.includes('date')) return date;
  return words.includes('time') ? hour.slice(0, 5) : `${WEEKDAY.format(at)} ${hour.slice(0, 5)}`;
}
