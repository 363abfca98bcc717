import type { Generated } from 'kysely';

/** Tables of every SQL database. Internal units; times are ms since the epoch. NULL stands for what is absent. */
export interface Tables {
  readonly settings: TextsTable;
  readonly memory: TextsTable;
  readonly sessions: SessionsTable;
  readonly history: HistoryTable;
  readonly evcc_migrations: MigrationsTable;
}

interface TextsTable {
  key: string;
  value: string;
}

/** Meaning of the columns: `Session` in core. */
export interface SessionsTable {
  id: Generated<number>;
  /** ms since the epoch */
  created: number;
  /** ms since the epoch */
  finished: number | null;
  loadpoint: string;
  vehicle: string;
  identifier: string;
  /** km */
  odometer: number | null;
  /** Wh */
  meter_start: number | null;
  /** Wh */
  meter_stop: number | null;
  /** Wh */
  energy: number;
  /** ms */
  duration: number;
  /** % */
  solar_percentage: number | null;
  /** Currency */
  price: number | null;
  /** Currency per kWh */
  price_per_kwh: number | null;
  /** g/kWh */
  co2_per_kwh: number | null;
  /** % */
  soc_start: number | null;
  /** % */
  soc_end: number | null;
  /** km */
  added_range: number | null;
  /** Currency per kWh */
  reference_price_per_kwh: number | null;
  /** g/kWh */
  reference_co2_per_kwh: number | null;
}

/** Meaning of the columns: `HistoryRow` in core. */
export interface HistoryTable {
  series: string;
  /** ms since the epoch */
  start: number;
  /** ms */
  length: number;
  mean: number;
  /** ms */
  known: number;
}

/** One row for each migration that was applied; the largest version is that of the database. */
interface MigrationsTable {
  version: number;
  /** ms since the epoch */
  applied: number;
}
