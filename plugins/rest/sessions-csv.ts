import type { Session, Time } from '../../core/index.ts';
import { type CellNotation, COLUMNS } from './sessions-columns.ts';
import type { Language } from './sessions-language.ts';

/** Tells spreadsheet programs that the text is UTF-8 */
const BOM = '\uFEFF';

/** Sessions as a CSV file for spreadsheet programs of a language; without a language it has nothing but its mark. */
export function sessionsCsv(sessions: readonly Session[], language: Language | undefined, time: Time): string {
  if (!language) return BOM;
  const { decimal, separator } = language;
  const notation: CellNotation<string> = {
    text: (value) => value,
    number: (value, places) => (value === undefined ? '' : rounded(value, places).replace('.', decimal)),
    time: (value) => (value === undefined || !isTime(value) ? '' : time.formatLocal(value)),
    duration: spell,
  };
  const special = new RegExp(`^\\s|["\\r\\n${separator}]`);
  const field = (text: string): string => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (texts: readonly string[]): string => `${texts.map(field).join(separator)}\n`;
  const header = line(COLUMNS.map(([column]) => language.caption(column)));
  return BOM + header + sessions.map((each) => line(COLUMNS.map(([, write]) => write(each, notation)))).join('');
}

/** From the year 1 to the end of 9999 */
function isTime(value: number): boolean {
  return value >= -62_135_596_800_000 && value < 253_402_300_800_000;
}

/**
 * A number as short as it can be written with at most so many places. What lies exactly between two goes to the even one,
 * by the decimal digits that the number is known by, not by the binary ones behind them. Empty: it is none.
 */
export function rounded(value: number, places: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  // Doubles this large have no fraction, this small nothing else.
  if (size >= 2 ** 52) return BigInt(value).toString();
  if (size < 1e-6) return '0';
  const scale = 10 ** places;
  // Binary digits blur only what is next to the middle.
  const nearly = size * scale;
  const unsure = size > 1e9 || Math.abs((nearly % 1) - 0.5) < 1e-3;
  const shifted = unsure ? Number(`${size}e${places}`) : nearly;
  const below = Math.floor(shifted);
  const rest = shifted - below;
  const parts = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  return String((Math.sign(value) * parts) / scale + 0);
}

/** `1h30m0s`, of ms, to the second. */
export function spell(duration: number): string {
  const seconds = Math.max(0, Math.round(duration / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes % 60}m` : ''}${seconds % 60}s`;
}
