import type { Time } from '../../core/index.ts';
import { type Dialect, encode, type Notation } from './dialect.ts';
import { DOCUMENT_SCHEMAS } from './document-schemas.ts';

/** The dialect of the API document: results in an envelope, durations in ns, an unset time is the year 1. */

const UNSET_TIME = '0001-01-01T00:00:00Z';
/** ms since the epoch of the years 1 and 10000, between which RFC 3339 can write */
const FIRST_TIME = -62_135_596_800_000;
const END_OF_TIME = 253_402_300_800_000;
/** The largest whole number that both a double and a signed 64-bit integer hold */
const LONGEST_DURATION = 2 ** 63 - 1024;

export function createDocumentDialect(time: Time): Dialect {
  const format = (value: number | null | undefined): string | null =>
    typeof value === 'number' && value >= FIRST_TIME && value < END_OF_TIME ? time.format(value) : null;
  const state: Notation = {
    // Typed clients expect an integer, so what is unknown is 0.
    duration: (value) => nanoseconds(value ?? 0),
    time: (value) => format(value) ?? UNSET_TIME,
  };
  const live: Notation = {
    duration: (value) => Math.trunc((value ?? 0) / 1_000) + 0,
    time: (value) => format(value === null ? null : Math.floor(value / 1_000) * 1_000),
  };
  return {
    name: 'document',
    paths: (row) => row.rest?.document ?? [],
    success: (result) => `${toJson({ result: result ?? null })}\n`,
    failure: (message) => `${toJson({ error: message })}\n`,
    cleared: {},
    schemas: DOCUMENT_SCHEMAS,
    stateValue: (key, value) => encode(key, value, state),
    liveValue: (key, value) => encode(key, value, live),
    session: (session) => ({
      id: session.id,
      created: state.time(session.created),
      finished: state.time(session.finished ?? null),
      loadpoint: session.loadpoint,
      identifier: session.identifier,
      vehicle: session.vehicle,
      odometer: session.odometer === undefined ? null : rounded(session.odometer, 10),
      meterStart: kwh(session.meterStart),
      meterStop: kwh(session.meterStop),
      chargedEnergy: kwh(session.energy),
      chargeDuration: nanoseconds(session.duration),
      solarPercentage: session.solarPercentage ?? null,
      price: session.price ?? null,
      pricePerKWh: session.pricePerKwh ?? null,
      co2PerKWh: session.co2PerKwh ?? null,
    }),
  };
}

/** kWh of Wh; null: unknown. */
function kwh(value: number | undefined): number | null {
  return value === undefined ? null : rounded(value / 1_000, 1e9);
}

/** ns of ms, always an integer that fits 64 bits. */
function nanoseconds(value: number): number {
  return Math.max(-LONGEST_DURATION, Math.min(LONGEST_DURATION, Math.round(value * 1e6))) + 0;
}

function rounded(value: number, parts: number): number {
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
function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPES[character] ?? character);
}
