import type { TSchema } from 'typebox';
import type { ParameterShape, SettingScope } from './settings.ts';

/** A question that surfaces hand on to a plugin. It is answered from what is known, and changes nothing. */
export interface Query {
  readonly scope: SettingScope;
  /** In camel case, unique, such as `getTariff` */
  readonly name: string;
  /** Heading under which it is described */
  readonly area: 'Plans' | 'Tariffs' | 'History';
  readonly description: string;
  /** Of path and query string, by name; absent: none */
  readonly parameters?: Readonly<Record<string, ParameterShape>>;
  /** Of the answer */
  readonly result: TSchema;
  /** Paths below the scope's prefix, with `:name` for parameters, by REST dialect; `current` absent: as `document` */
  readonly rest: { readonly document?: readonly string[]; readonly current?: readonly string[] };
  /**
   * Answers with plain data, times as RFC 3339. `id`: loadpoint, from 1, or 0 for the site; `parameters`: texts of path and
   * query string. Errors: `EVCC_COMMAND_INVALID` for parameters that make no sense, `EVCC_NOT_FOUND`.
   */
  answer(id: number, parameters: Readonly<Record<string, string>>): unknown;
}

/** What plugins answer. */
export interface QueriesPort {
  /** Adds a query; it disappears with the plugin. */
  define(query: Query): void;
  /** Those in force; another list as soon as one comes or goes */
  all(): readonly Query[];
}
