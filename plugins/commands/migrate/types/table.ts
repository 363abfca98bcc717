import type { Fields } from '../draft.ts';

/** How a template or type of evcc is written here. */
export interface Row {
  /** Our type */
  readonly type: string;
  /** Options that the name of the template implies */
  readonly options?: Fields;
  /** Our name for options of evcc that are called otherwise, by their name in lower case; empty: not needed here */
  readonly names?: Readonly<Record<string, string>>;
  /** Port that evcc takes unless another one is named, where ours has no such default */
  readonly usualPort?: number;
  /** What has to be looked at, since both are not the same */
  readonly choice?: string;
}

/** By name of evcc's template or type, in lower case. Source: docs.evcc.io, devices; github.com/evcc-io/evcc, templates */
export type Table = Readonly<Record<string, Row>>;

/** Rows of one type, by name with the options that the name implies. */
export function rows(
  type: string,
  options: Readonly<Record<string, Fields>>,
  more: Omit<Row, 'type' | 'options'> = {},
): Table {
  return Object.fromEntries(Object.entries(options).map(([name, each]) => [name, { type, options: each, ...more }]));
}

/** Names that mean the same type without more. */
export function same(type: string, names: readonly string[], more: Omit<Row, 'type'> = {}): Table {
  return Object.fromEntries(names.map((name) => [name, { type, ...more }]));
}
