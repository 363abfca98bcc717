import type { Time } from '../../core/index.ts';
import type { Value } from './values.ts';

/** Placeholders in the form of evcc: `${chargedEnergy:%.1fk}`, with formats as Go has them. */

/** `%`, flags, width, precision, verb */
const FORMAT = /^%?([-+ 0]*)(\d*)(?:\.(\d*))?([a-zA-Z])?$/;

/** Writes a value in such a format; empty: as it is. `k` at its end divides numbers by 1000, `m` multiplies. */
export function formatLegacy({ value, kind }: Value, format: string, time: Time): string {
  const scale = format.endsWith('k') ? 0.001 : format.endsWith('m') ? 1_000 : 1;
  const [, flags = '', width = '', precision, verb = 'v'] =
    FORMAT.exec(scale === 1 ? format : format.slice(0, -1)) ?? [];
  const digits = precision === undefined ? undefined : Math.min(20, Number(precision));
  const text = (): string => {
    if (typeof value !== 'number') return cut(plain(value), digits);
    if (kind === 'time') return time.formatLocal(value);
    const counted = /[feEgGd]/.test(verb) || digits !== undefined;
    if (kind === 'duration' && !counted) return durationOf(value);
    const number = (kind === 'duration' ? Math.round(value / 1_000) : value) * scale;
    return `${flags.includes('+') && number >= 0 ? '+' : ''}${numberOf(number, verb, digits)}`;
  };
  const missing = (written: string): number => Math.min(100, Number(width)) - written.length;
  const written = text();
  if (missing(written) <= 0) return written;
  if (flags.includes('-')) return written + ' '.repeat(missing(written));
  if (!flags.includes('0') || typeof value !== 'number') return ' '.repeat(missing(written)) + written;
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/.exec(written) ?? [];
  return sign + '0'.repeat(missing(written)) + rest;
}

function numberOf(value: number, verb: string, digits: number | undefined): string {
  if (verb === 'd') return String(Math.round(value));
  if (verb === 'f' || (verb === 'v' && digits !== undefined)) return value.toFixed(digits ?? 6);
  if (verb === 'e' || verb === 'E') return value.toExponential(digits ?? 6);
  // Scaling adds noise behind the last digit.
  return String(Number(value.toPrecision(digits === undefined || digits === 0 ? 12 : digits)));
}

/** `1h25m3s`, as Go writes durations of whole seconds. */
function durationOf(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const sign = ms < 0 && seconds > 0 ? '-' : '';
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds % 60}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds % 60}s` : `${sign}${seconds}s`;
}

function plain(value: Value['value']): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const cut = (text: string, digits: number | undefined): string =>
  digits === undefined ? text : [...text].slice(0, digits).join('');
