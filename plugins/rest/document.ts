import type { StateChange, StateKey, StateReader, StateScope, StateValue, Time } from '../../core/index.ts';
import { type Dialect, encode, type Notation } from './dialect.ts';
import { DOCUMENT_SCHEMAS } from './document-schemas.ts';
import { nanoseconds, sessionFields, toJson } from './notation.ts';

/** The dialect of the API document: results in an envelope, durations in ns, an unset time is the year 1. */

const UNSET_TIME = '0001-01-01T00:00:00Z';
/** ms since the epoch of the years 1 and 10000, between which RFC 3339 can write */
const FIRST_TIME = -62_135_596_800_000;
const END_OF_TIME = 253_402_300_800_000;

export interface DocumentDialect extends Dialect {
  /** A published value on the WebSocket */
  liveValue(key: StateKey | undefined, value: StateValue): unknown;
}

export function createDocumentDialect(time: Time): DocumentDialect {
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
  const written = (reader: StateReader, scope: StateScope, values: StateReader['site']): object =>
    Object.fromEntries([...values].map(([key, value]) => [key, encode(reader.describe(scope, key), value, state)]));
  const entry = (reader: StateReader, { scope, id, key, value }: StateChange): [string, unknown] => [
    scope === 'site' ? key : `loadpoints.${id - 1}.${key}`,
    encode(reader.describe(scope, key), value, live),
  ];
  return {
    name: 'document',
    paths: (row) => row.rest?.document ?? [],
    success: (result) => `${toJson({ result: result ?? null })}\n`,
    failure: (message) => `${toJson({ error: message })}\n`,
    schemas: DOCUMENT_SCHEMAS,
    stateName: (_, name) => name,
    stateValue: (key, value) => encode(key, value, state),
    liveValue: (key, value) => encode(key, value, live),
    session: (session) => sessionFields(session, state.time),
    answer: (_, answer) => answer,
    // Whatever the row says of it.
    cleared: () => ({}),
    shutdown: '/api/shutdown',
    localPeriods: false,
    state: (reader) => ({
      ...written(reader, 'site', reader.site),
      loadpoints: reader.loadpoints.map((values) => written(reader, 'loadpoint', values)),
    }),
    everything: (reader) => [
      ...[...reader.site].map(([key, value]) => entry(reader, { scope: 'site', id: 0, key, value })),
      ...reader.loadpoints.flatMap((values, index) =>
        [...values].map(([key, value]) => entry(reader, { scope: 'loadpoint', id: index + 1, key, value })),
      ),
    ],
    changed: (reader, changes) =>
      // Vehicles are a list of titles here, and nothing more.
      changes.filter(({ scope }) => scope !== 'vehicle').map((change) => entry(reader, change)),
  };
}
