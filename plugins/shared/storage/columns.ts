import type { StoredRows, StoredValue } from '../../../core/index.ts';

/** Tables that make up a backup, and what their columns hold. */

export interface Column {
  readonly type: 'text' | 'integer' | 'number';
  /** It may be null, or missing */
  readonly optional?: true;
}

export interface TableSpec {
  /** Columns of its primary key */
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
}

const TEXT: Column = { type: 'text' };
const INTEGER: Column = { type: 'integer' };
const NUMBER: Column = { type: 'number' };
const optional = (column: Column): Column => ({ ...column, optional: true });
const TEXTS: TableSpec = { key: ['key'], columns: { key: TEXT, value: TEXT } };

export const TABLES: Readonly<Record<string, TableSpec>> = {
  settings: TEXTS,
  memory: TEXTS,
  sessions: {
    key: ['id'],
    columns: {
      id: INTEGER,
      created: INTEGER,
      finished: optional(INTEGER),
      loadpoint: TEXT,
      vehicle: TEXT,
      identifier: TEXT,
      odometer: optional(NUMBER),
      meter_start: optional(NUMBER),
      meter_stop: optional(NUMBER),
      energy: NUMBER,
      duration: INTEGER,
      solar_percentage: optional(NUMBER),
      price: optional(NUMBER),
      price_per_kwh: optional(NUMBER),
      co2_per_kwh: optional(NUMBER),
      soc_start: optional(NUMBER),
      soc_end: optional(NUMBER),
      added_range: optional(NUMBER),
      reference_price_per_kwh: optional(NUMBER),
      reference_co2_per_kwh: optional(NUMBER),
    },
  },
  history: {
    key: ['start', 'series'],
    columns: { series: TEXT, start: INTEGER, length: INTEGER, mean: NUMBER, known: INTEGER },
  },
};

/** Why columns are not those of a table; `undefined`: they are. */
export function columnsProblem({ table, columns }: Pick<StoredRows, 'table' | 'columns'>): string | undefined {
  const spec = Object.hasOwn(TABLES, table) ? TABLES[table] : undefined;
  if (!spec) return `there is no table "${table}"`;
  const unknown = columns.find((name) => !Object.hasOwn(spec.columns, name));
  if (unknown !== undefined) return `table ${table} has no column "${unknown}"`;
  if (new Set(columns).size < columns.length) return `table ${table} has a column twice`;
  const missing = Object.entries(spec.columns).find(([name, { optional }]) => !optional && !columns.includes(name));
  return missing && `table ${table} lacks the column "${missing[0]}"`;
}

/** Why a row does not fit the columns, which are those of the table; `undefined`: it does. */
export function rowProblem(
  { table, columns }: Pick<StoredRows, 'table' | 'columns'>,
  row: readonly unknown[],
): string | undefined {
  if (row.length !== columns.length) return `${row.length} values instead of ${columns.length}`;
  for (const [index, name] of columns.entries()) {
    const column = TABLES[table]?.columns[name];
    if (column && !fits(column, row[index])) return `${name} is no ${column.type}`;
  }
  return undefined;
}

function fits({ type, optional }: Column, value: unknown): value is StoredValue {
  if (value === null) return optional === true;
  if (type === 'text') return typeof value === 'string';
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'number' && Number.isFinite(value);
}
