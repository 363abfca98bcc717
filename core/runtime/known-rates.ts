import type { Rate, TariffKind } from '../devices.ts';
import { checkReading } from './readings.ts';

/** What was last fetched of a tariff, as it is kept over failures and restarts. */
export interface KnownRates {
  /** Of the entry in the configuration that it was fetched for */
  readonly signature: string;
  readonly kind: TariffKind;
  /** The rates assume that the present one stays */
  readonly assumed: boolean;
  /** ms since the epoch when it was fetched */
  readonly at: number;
  /** ms from then until it is fetched again, as the tariff wants it; absent: it does not care */
  readonly pause?: number;
  /** Sorted, without overlap; also what earlier fetches said of times before */
  readonly rates: readonly Rate[];
}

/** ms after which an assumption is outdated: twice the time between two fetches of other tariffs */
const OUTDATED = 7_200_000;

/** Whether the rates may still be used: assumptions for a while, what is known ahead until it ends. */
export function serves({ assumed, at, rates }: KnownRates, now: number): boolean {
  if (assumed && Math.abs(now - at) > OUTDATED) return false;
  return (rates.at(-1)?.end ?? now) > now;
}

/** As text, short enough to be stored every hour. */
export function remember({ rates, ...rest }: KnownRates): string {
  return JSON.stringify({ ...rest, rates: rates.map(({ start, end, price }) => [start, end, price]) });
}

/** What `remember` wrote; `undefined`: nothing, or something else. */
export function recall(text: string | undefined): KnownRates | undefined {
  try {
    const { signature, kind, assumed, at, pause, rates } = JSON.parse(text ?? '') as Readonly<Record<string, unknown>>;
    if (typeof signature !== 'string' || typeof kind !== 'string' || typeof assumed !== 'boolean') return undefined;
    if (!Number.isFinite(at) || !Array.isArray(rates)) return undefined;
    const list = (rates as Record<number, number>[]).map((rate) => ({ start: rate[0], end: rate[1], price: rate[2] }));
    checkReading('tariff', list);
    const wanted = typeof pause === 'number' && { pause };
    return { signature, kind: kind as TariffKind, assumed, at: at as number, ...wanted, rates: list as Rate[] };
  } catch {
    return undefined;
  }
}
