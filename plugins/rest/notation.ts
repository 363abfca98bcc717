import type { Session } from '../../core/index.ts';
import type { Notation } from './dialect.ts';

/** How dialects write what they write alike. */

/** The largest whole number that both a double and a signed 64-bit integer hold */
const LONGEST_DURATION = 2 ** 63 - 1024;

/** What all dialects tell of a session; `time`: how they write ms since the epoch, null being unset. */
export function sessionFields(session: Session, time: Notation['time']): Readonly<Record<string, unknown>> {
  return {
    id: session.id,
    created: time(session.created),
    finished: time(session.finished ?? null),
    loadpoint: session.loadpoint,
    identifier: session.identifier,
    vehicle: session.vehicle,
    odometer: session.odometer === undefined ? null : rounded(session.odometer, 10),
    meterStart: kwh(session.meterStart),
    meterStop: kwh(session.meterStop),
    chargedEnergy: kwh(session.energy),
    // The one duration that is in ns everywhere.
    chargeDuration: nanoseconds(session.duration),
    solarPercentage: session.solarPercentage ?? null,
    price: session.price ?? null,
    pricePerKWh: session.pricePerKwh ?? null,
    co2PerKWh: session.co2PerKwh ?? null,
  };
}

/** kWh of Wh; null: unknown. */
export function kwh(value: number | undefined): number | null {
  return value === undefined ? null : rounded(value / 1_000, 1e9);
}

/** ns of ms, always an integer that fits 64 bits. */
export function nanoseconds(value: number): number {
  return Math.max(-LONGEST_DURATION, Math.min(LONGEST_DURATION, Math.round(value * 1e6))) + 0;
}

/** A number with so many parts of one at most. */
export function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON that stays harmless inside a web page. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);
}
