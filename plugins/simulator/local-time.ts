/** Local time of the house, computed with numbers only. */

export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Tells local from universal time: ms to add to a time in UTC. */
export type Offset = (at: number) => number;

/** Offset of an IANA time zone; throws a RangeError for a name that is none. */
export function zoneOffset(timeZone: string): Offset {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  let hour = Number.NaN;
  let offset = 0;
  return (at) => {
    const asked = Math.floor(at / HOUR);
    if (asked === hour) return offset;
    hour = asked;
    const match = /GMT([+-])(\d{2}):(\d{2})/.exec(format.format(asked * HOUR));
    const minutes = match ? Number(match[2]) * 60 + Number(match[3]) : 0;
    offset = (match?.[1] === '-' ? -minutes : minutes) * MINUTE;
    return offset;
  };
}

/** The time zone of the machine. */
export function systemZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** ms since local midnight, 0 to 86,400,000 */
export function timeOfDay(local: number): number {
  return local - Math.floor(local / DAY) * DAY;
}

export function weekday(local: number): Weekday {
  // 1970-01-01 was a Thursday.
  return WEEKDAYS[(((Math.floor(local / DAY) + 4) % 7) + 7) % 7] as Weekday;
}

/** ms since the epoch in UTC of a local time; of a time that a clock change skips, the moment of the change or shortly after. */
export function toUtc(local: number, offset: Offset): number {
  const guess = local - offset(local);
  return local - offset(guess);
}

/** ms since midnight of `HH:MM`; `undefined` when it is none. */
export function parseClock(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * HOUR + Number(match[2]) * MINUTE : undefined;
}
