/** What a tariff says of a time. */
export interface Rate {
  /** ms since the epoch */
  readonly start: number;
  readonly end: number;
  /** Currency per kWh, W or g/kWh */
  readonly value: number;
}

/** What `/api/tariff/<type>` answers; what is none is left out. */
export function ratesOf(answer: unknown): readonly Rate[] {
  const { rates } = (answer ?? {}) as { readonly rates?: unknown };
  if (!Array.isArray(rates)) return [];
  return rates.flatMap((rate: Readonly<Record<string, unknown>>): Rate[] => {
    const [start, end] = [Date.parse(String(rate.start)), Date.parse(String(rate.end))];
    const value = rate.value ?? rate.price;
    return start < end && typeof value === 'number' ? [{ start, end, value }] : [];
  });
}

const HOUR = 3_600_000;

/** Means of the hours from now on, as far as something is known of them; at most `most`. */
export function hourlyOf(rates: readonly Rate[], now: number, most: number): readonly Omit<Rate, 'end'>[] {
  const first = Math.floor(now / HOUR) * HOUR;
  return Array.from({ length: most }, (_, index) => first + index * HOUR).flatMap((start) => {
    const parts = rates.flatMap((rate) => {
      const known = Math.min(rate.end, start + HOUR) - Math.max(rate.start, start);
      return known > 0 ? [{ known, value: rate.value }] : [];
    });
    const known = parts.reduce((sum, part) => sum + part.known, 0);
    return known > 0 ? [{ start, value: parts.reduce((sum, part) => sum + part.value * part.known, 0) / known }] : [];
  });
}
