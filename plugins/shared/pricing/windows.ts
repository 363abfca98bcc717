import type { LocalTime } from './local-time.ts';

/** When an entry applies, as it is configured. Each absent or empty text means: always. */
export interface When {
  days?: string;
  months?: string;
  hours?: string;
}

/** Part of a day in minutes since midnight on the wall clock. */
export interface HourRange {
  /** Inclusive, 0 to 1439 */
  readonly from: number;
  /** Exclusive, greater than `from`, up to 1440 */
  readonly to: number;
}

/** When an entry applies: on these days of these months in each of these ranges. */
export interface Window {
  /** 0 Sunday to 6 Saturday */
  readonly days: ReadonlySet<number>;
  /** 1 January to 12 December */
  readonly months: ReadonlySet<number>;
  readonly hours: readonly HourRange[];
}

/** Minutes of a day without a change of the clock */
export const DAY: number = 24 * 60;

const DAYS = [
  ['Sunday', 'sun', 'so', '0', '7'],
  ['Monday', 'mon', 'mo', '1'],
  ['Tuesday', 'tue', 'di', '2'],
  ['Wednesday', 'wed', 'mi', '3'],
  ['Thursday', 'thu', 'do', '4'],
  ['Friday', 'fri', 'fr', '5'],
  ['Saturday', 'sat', 'sa', '6'],
] as const;

const MONTHS = [
  ['January', 'jan', '1'],
  ['February', 'feb', '2'],
  ['March', 'mar', 'mär', '3'],
  ['April', 'apr', '4'],
  ['May', 'mai', '5'],
  ['June', 'jun', '6'],
  ['July', 'jul', '7'],
  ['August', 'aug', '8'],
  ['September', 'sep', '9'],
  ['October', 'oct', 'okt', '10'],
  ['November', 'nov', '11'],
  ['December', 'dec', 'dez', '12'],
] as const;

/** Reads all three texts. What is wrong is given to `report`, with the name of the text; then the result is worthless. */
export function parseWindow(when: When, report: (name: keyof When, problem: string) => void): Window {
  const read = <T>(name: keyof When, parse: (text: string) => T | string, otherwise: T): T => {
    const result = parse(when[name] ?? '');
    if (typeof result !== 'string') return result;
    report(name, result);
    return otherwise;
  };
  return {
    days: read('days', parseDays, new Set<number>()),
    months: read('months', parseMonths, new Set<number>()),
    hours: read('hours', parseHours, []),
  };
}

/** Whether a window is open on a day. */
export function onDay(window: Window, local: Pick<LocalTime, 'weekday' | 'month'>): boolean {
  return window.days.has(local.weekday) && window.months.has(local.month);
}

/** Whether a moment is in a range of hours. */
export function during(range: HourRange, local: Pick<LocalTime, 'minute'>): boolean {
  return range.from <= local.minute && local.minute < range.to;
}

/** Whether a window is open at a moment. */
export function covers(window: Window, local: LocalTime): boolean {
  return onDay(window, local) && window.hours.some((range) => during(range, local));
}

/** Numbers of the days that a text like `Mo-Fr, sun` names; for other texts, what is wrong. */
export function parseDays(text: string): ReadonlySet<number> | string {
  const places = parsePlaces(
    text,
    DAYS,
    'day',
    'mon to sun, monday to sunday, mo di mi do fr sa so, or 0 (Sunday) to 7',
  );
  return typeof places === 'string' ? places : new Set(places);
}

/** Numbers of the months that a text like `Nov-Feb, 7` names; for other texts, what is wrong. */
export function parseMonths(text: string): ReadonlySet<number> | string {
  const allowed = 'jan to dec, january to december, jan feb mär apr mai jun jul aug sep okt nov dez, or 1 to 12';
  const places = parsePlaces(text, MONTHS, 'month', allowed);
  return typeof places === 'string' ? places : new Set(places.map((place) => place + 1));
}

/** Ranges that a text like `0-6, 22:30-0` names; for other texts, what is wrong. */
export function parseHours(text: string): readonly HourRange[] | string {
  if (text.trim() === '') return [{ from: 0, to: DAY }];
  const ranges: HourRange[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [start, end, ...more] = part.split('-').map(parseMinute);
    if (start === undefined || end === undefined || more.length > 0) {
      return `"${part}" is no range of hours: use H-H or H:MM-H:MM from 0 to 24, e.g. 8-12:30, several separated by commas`;
    }
    const to = end === 0 ? DAY : end;
    if (start === to) return `"${part}" is empty: a range ends after it begins`;
    if (start > to) {
      const [from = '', until = ''] = part.split('-').map((time) => time.trim());
      return `"${part}" ends before it begins: write a range across midnight as ${from}-0,0-${until}`;
    }
    ranges.push({ from: start, to });
  }
  return ranges;
}

/** Minutes since midnight, `undefined` for texts that are no time. */
function parseMinute(text: string): number | undefined {
  const [, hour, minute = '0'] = /^\s*(\d{1,2})(?::([0-5]\d))?\s*$/.exec(text) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  return hour !== undefined && minutes <= DAY ? minutes : undefined;
}

/** Places in a cycle of names; ranges may go past its end. The first name of each place is the one for messages. */
function parsePlaces(
  text: string,
  names: readonly (readonly string[])[],
  what: string,
  allowed: string,
): readonly number[] | string {
  if (text.trim() === '') return names.map((_, place) => place);
  const places = new Set<number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [first, last = first, ...more] = part.split('-').map((piece) => placeOf(piece.trim(), names));
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0) {
      return `"${part}" is no ${what} or range of ${what}s: use ${allowed}, e.g. "${names[1]?.[1]}-${names[5]?.[1]}"`;
    }
    if (part.includes('-') && first === last) return `"${part}" begins and ends with the same ${what}: name it once`;
    for (let place = first; ; place = (place + 1) % names.length) {
      if (places.has(place)) return `"${text}" names ${names[place]?.[0]} twice`;
      places.add(place);
      if (place === last) break;
    }
  }
  return [...places].sort((a, b) => a - b);
}

function placeOf(name: string, names: readonly (readonly string[])[]): number {
  const wanted = name.normalize('NFC').toLowerCase();
  return names.findIndex((all) => all.some((one) => one.toLowerCase() === wanted));
}
