import type { TSchema } from 'typebox';
import type { Session, Setting, StateChange, StateKey, StateReader, StateValue } from '../../core/index.ts';
import type { Schema } from './openapi/schema.ts';

/** How one generation of the public interface writes things. Routes and WebSocket are the same for all of them. */
export interface Dialect {
  /** Key of its paths in `rest` of rows and queries */
  readonly name: 'document' | 'current';
  /** Paths of a row or query below its scope's prefix, each with a leading slash; empty: not in this dialect */
  paths(row: Pick<Setting, 'rest'>): readonly string[];
  /** Body of a successful answer */
  success(result: unknown): string;
  /** Body of any other answer */
  failure(message: string): string;
  /** Result of a request that sets a value: of what the row answers, and of the value in force */
  answer(row: Setting, answer: unknown, value: unknown): unknown;
  /** Result of a request that clears a value, of what it would be otherwise */
  cleared(answer: unknown): unknown;
  /** All that is published, in `/api/state` */
  state(state: StateReader): object;
  /** Name of a published key there, such as `grid.power` for a part of an object; null: it is not there */
  stateName(key: StateKey | undefined, name: string): string | null;
  /** A published value there */
  stateValue(key: StateKey | undefined, value: StateValue): unknown;
  /** All that is published, on the WebSocket: names with values */
  everything(state: StateReader): LiveEntries;
  /** What of it changed */
  changed(state: StateReader, changes: readonly StateChange[]): LiveEntries;
  /** Path of the request to end the process */
  readonly shutdown: string;
  /** Years and months of sessions are those of the local clocks, instead of UTC */
  readonly localPeriods: boolean;
  /** A charging session in the list of sessions */
  session(session: Session): unknown;
  /** How all that looks */
  readonly schemas: DialectSchemas;
}

export type LiveEntries = readonly (readonly [string, unknown])[];

/** What the description of the API says of a dialect. */
export interface DialectSchemas {
  /** In a sentence, what to know of all its bodies */
  readonly about: string;
  /** Of the body of a successful answer */
  success(result: Schema): Schema;
  /** Of the body of any other answer */
  readonly failure: Schema;
  /** Of the result of a request that sets a row's value */
  answer(row: Setting): TSchema;
  /** Of the result of a request that clears it */
  cleared(row: Setting): TSchema;
  /** Components by name, among them `State`, `Decision` and `Session`; they follow the table of keys. */
  components(state: Pick<StateReader, 'keys'>): Readonly<Record<string, Schema>>;
}

/** How values of the kinds without a JSON type of their own are written; `null` is unknown or unset. */
export interface Notation {
  /** of ms */
  duration(value: number | null): unknown;
  /** of ms since the epoch */
  time(value: number | null): unknown;
}

type Shape = Pick<StateKey, 'kind' | 'fields'>;

/** Writes a published value by its row in the table of keys, at every depth; numbers JSON does not know become null. */
export function encode(shape: Shape | undefined, value: StateValue, notation: Notation): unknown {
  if (isList(value)) return value.map((item) => encode(shape, item, notation));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, encode(shape?.fields?.[name] ?? shape, field, notation)]),
    );
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  const known = value !== null && Number.isFinite(value) ? value : null;
  if (shape?.kind === 'duration') return notation.duration(known);
  if (shape?.kind === 'time') return notation.time(known);
  return shape?.kind === 'integer' && known !== null ? Math.round(known) : known;
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}
