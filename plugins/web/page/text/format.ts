import { isRightToLeft } from './languages.ts';

/** Numbers, prices and times in the words of a language and region. */
export interface Format {
  /** `3,4 kW`, `640 W`; null or absent: a dash */
  power(watts: number | null | undefined): string;
  /** `12.3 kWh`, from Wh */
  energy(wattHours: number | null | undefined): string;
  /** `16 A` */
  current(amperes: number | null | undefined): string;
  /** `62 %` */
  percent(value: number | null | undefined): string;
  /** `54 °C` */
  temperature(value: number | null | undefined): string;
  /** `320 km` */
  distance(km: number | null | undefined): string;
  /** `24.2 ct/kWh` */
  price(perKwh: number | null | undefined, currency: string): string;
  /** `€ 3.20` */
  money(amount: number | null | undefined, currency: string): string;
  /** `5 h 4 min`, `40 s`, from s */
  duration(seconds: number | null | undefined): string;
  /** `14:05`, with the weekday where it is another day */
  clock(time: number | string | null | undefined, now: number): string;
  /** `March 2026`, `Mar`, `2026`, `Tue 3 March`, `Tue 3 Mar 2026, 14:05` */
  date(time: number, kind: DateKind): string;
  /** `16–22 November 2026`; both ends are in it */
  days(start: number, end: number): string;
  number(value: number | null | undefined, digits?: number): string;
}

export type DateKind = keyof typeof DATES;

const DATES = {
  month: { month: 'long', year: 'numeric' },
  shortMonth: { month: 'short' },
  year: { year: 'numeric' },
  date: { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
  hour: { hour: '2-digit', minute: '2-digit' },
  weekday: { weekday: 'short' },
  day: { weekday: 'short', day: 'numeric', month: 'long' },
  daySpan: { day: 'numeric', month: 'long', year: 'numeric' },
  moment: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

export const UNKNOWN = '–';

/** Currencies whose hundredth has a common sign */
const CENTS: Readonly<Record<string, string>> = {
  EUR: 'ct',
  USD: '¢',
  AUD: '¢',
  CAD: '¢',
  NZD: '¢',
  GBP: 'p',
  CHF: 'rp',
};

/** How prices per kWh are written: `scale` times the number, with the unit. */
export function priceUnit(currency: string): { readonly scale: number; readonly name: string } {
  const cent = CENTS[currency];
  return cent === undefined ? { scale: 1, name: `${currency}/kWh` } : { scale: 100, name: `${cent}/kWh` };
}

const DAY = 86_400_000;

/** `locale`: a tag such as `de-AT`; `zone`: absent: that of the device */
export function createFormat(locale: string, zone?: string): Format {
  const known = new Map<string, Intl.NumberFormat>();
  const dates = new Map<DateKind, Intl.DateTimeFormat>();
  const write = (
    value: number | null | undefined,
    least: number,
    most: number,
    more: Intl.NumberFormatOptions = {},
  ) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return UNKNOWN;
    const options = { minimumFractionDigits: least, maximumFractionDigits: most, ...more };
    const key = JSON.stringify(options);
    const format = known.get(key) ?? new Intl.NumberFormat(locale, options);
    known.set(key, format);
    // No negative zero
    return format.format(Math.abs(value) < 10 ** -most / 2 ? 0 : value);
  };
  const unit = (value: number | null | undefined, name: string, least = 0, most = least): string => {
    const text = write(value, least, most);
    return text === UNKNOWN ? UNKNOWN : `${begin}${text}\u00A0${name}${end}`;
  };
  // Units stay behind their numbers in texts that are written from the right, too.
  const [begin, end] = isRightToLeft(locale) ? ['\u2066', '\u2069'] : ['', ''];
  const digits = (value: number): number => (Math.abs(value) < 10_000 ? 1 : 0);
  const times = { hour: '2-digit', minute: '2-digit', ...(zone !== undefined && { timeZone: zone }) } as const;
  const time = new Intl.DateTimeFormat(locale, times);
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', ...times });
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...times });
  const dayOf = new Intl.DateTimeFormat('en-CA', zone === undefined ? {} : { timeZone: zone });

  const dated = (kind: DateKind): Intl.DateTimeFormat => {
    const format = dates.get(kind) ?? new Intl.DateTimeFormat(locale, { ...DATES[kind], timeZone: zone });
    dates.set(kind, format);
    return format;
  };

  return {
    power(watts) {
      if (typeof watts !== 'number') return UNKNOWN;
      const rounded = Math.abs(watts) < 1_000 ? Math.round(watts / 10) * 10 : watts;
      return Math.abs(rounded) < 1_000 ? unit(rounded, 'W') : unit(rounded / 1_000, 'kW', digits(rounded));
    },
    energy(wattHours) {
      if (typeof wattHours !== 'number') return UNKNOWN;
      return unit(wattHours / 1_000, 'kWh', Math.abs(wattHours) < 100_000 ? 1 : 0);
    },
    current: (amperes) => unit(amperes, 'A', 0, 1),
    percent: (value) => unit(value, '%'),
    temperature: (value) => unit(value, '°C'),
    distance: (km) => unit(km, 'km'),
    price(perKwh, currency) {
      const { scale, name } = priceUnit(currency);
      const small = scale > 1 && typeof perKwh === 'number' && Math.abs(perKwh) < 10;
      return small ? unit(perKwh * scale, name, 1) : unit(perKwh, `${currency}/kWh`, 2);
    },
    money: (amount, currency) => write(amount, 2, 2, { style: 'currency', currency }),
    duration(seconds) {
      if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return UNKNOWN;
      const whole = Math.max(0, Math.round(seconds));
      if (whole < 60) return unit(whole, 's');
      const minutes = Math.round(whole / 60);
      if (minutes < 60) return unit(minutes, 'min');
      const hours = Math.floor(minutes / 60);
      if (hours >= 48) return `${unit(Math.floor(hours / 24), 'd')} ${unit(hours % 24, 'h')}`;
      return minutes % 60 === 0 ? unit(hours, 'h') : `${unit(hours, 'h')} ${unit(minutes % 60, 'min')}`;
    },
    clock(moment, now) {
      const at = typeof moment === 'string' ? Date.parse(moment) : moment;
      if (typeof at !== 'number' || !Number.isFinite(at)) return UNKNOWN;
      if (dayOf.format(at) === dayOf.format(now)) return time.format(at);
      return (Math.abs(at - now) < 6 * DAY ? day : date).format(at);
    },
    date: (moment, kind) => dated(kind).format(moment),
    days: (start, end) => dated('daySpan').formatRange(start, end),
    number: (value, most = 2) => write(value, 0, most),
  };
}
