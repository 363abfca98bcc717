import { createMemoryHistory, type HistoryStore } from './history.ts';

/** Port of a database. Every promise that resolves means: survives a kill of the process. Errors: `EVCC_STORE_FAILED`. */
export interface Store {
  /** Where data is kept, as a person would look for it; absent: it is lost at the end of the process. */
  readonly location?: string;
  readonly settings: SettingsStore;
  readonly sessions: SessionStore;
  readonly memory: MemoryStore;
  readonly history: HistoryStore;
  /** Absent: it keeps nothing that could be copied */
  readonly copy?: StoreCopy;
  close(): Promise<void>;
}

/** A value of a table as it is stored: times in ms since the epoch, null for what is absent. */
export type StoredValue = string | number | null;

/** Rows of one table. */
export interface StoredRows {
  readonly table: string;
  readonly columns: readonly string[];
  /** Values in the order of the columns */
  readonly rows: readonly (readonly StoredValue[])[];
}

/** The whole content of a database, in a form that is the same for all of them: for backups. */
export interface StoreCopy {
  /** Version of the tables, which grows with releases */
  readonly version: number;
  /** Every row as it was at one moment, whatever is written meanwhile; in portions. */
  read(): AsyncIterable<StoredRows>;
  /** Puts rows, whose tables and columns are among those of `version`, in the place of the whole content, or changes nothing. */
  replace(rows: AsyncIterable<StoredRows>): Promise<void>;
}

/** Texts by key, e.g. `loadpoint.garage.mode`. */
export interface SettingsStore {
  all(): Promise<ReadonlyMap<string, string>>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What the house and its plugins have to know again after a restart: texts by key, e.g. `loadpoint.garage`. */
export interface MemoryStore {
  all(): Promise<ReadonlyMap<string, string>>;
  /** Sets the texts and deletes those that are null, all or none of them. */
  save(changes: ReadonlyMap<string, string | null>): Promise<void>;
}

/** A charging session: from the first charge after a car was connected until it left. */
export interface Session {
  /** Given by the store when the session is first saved */
  readonly id?: number;
  /** ms since the epoch when charging first began */
  readonly created: number;
  /** ms since the epoch when charging was last seen; a running session has the time of its last cycle */
  readonly finished?: number;
  /** Title of the loadpoint */
  readonly loadpoint: string;
  /** Title of the vehicle, empty: unknown */
  readonly vehicle: string;
  /** What identified the car at the charger, empty: nothing */
  readonly identifier: string;
  /** km */
  readonly odometer?: number;
  /** Wh, counter of the charge meter at the beginning */
  readonly meterStart?: number;
  /** Wh, counter of the charge meter at the end */
  readonly meterStop?: number;
  /** Wh */
  readonly energy: number;
  /** ms during which energy flowed */
  readonly duration: number;
  /** %, share of solar and battery energy */
  readonly solarPercentage?: number;
  /** Currency, of the whole session */
  readonly price?: number;
  /** Currency per kWh of the energy whose price was known */
  readonly pricePerKwh?: number;
  /** g/kWh of the energy whose CO2 was known */
  readonly co2PerKwh?: number;
  /** %, of the car, first and last known */
  readonly socStart?: number;
  readonly socEnd?: number;
  /** km gained, by the range that the car shows at its last soc */
  readonly addedRange?: number;
  /** Currency per kWh, mean price of the 24 h from the connection on: what charging at any time would have cost */
  readonly referencePricePerKwh?: number;
  /** g/kWh, mean CO2 of the same time */
  readonly referenceCo2PerKwh?: number;
}

/** A session that the store knows */
export interface StoredSession extends Session {
  readonly id: number;
}

/** What a person may correct of a session; an odometer of `null` becomes unknown. */
export interface SessionEdit {
  readonly loadpoint?: string;
  readonly vehicle?: string;
  /** km */
  readonly odometer?: number | null;
}

export interface SessionStore {
  /**
   * Inserts a session without id; replaces one with id, except for the fields in `kept`, unless it was deleted since.
   * Answers with the id.
   */
  save(session: Session, kept?: readonly (keyof SessionEdit)[]): Promise<number>;
  /** Inserts sessions from elsewhere, whatever their ids were; all or none of them. */
  add(sessions: readonly Session[]): Promise<void>;
  /** Newest first; only those created at or after `from` and before `until`, ms since the epoch, where given. */
  list(created?: { readonly from?: number; readonly until?: number }): Promise<readonly StoredSession[]>;
  /** Changes the given fields and nothing else; false: there is no such session. */
  edit(id: number, changes: SessionEdit): Promise<boolean>;
  /** False: there is no such session. */
  delete(id: number): Promise<boolean>;
}

/** Keeps everything in memory: for simulations, and to go on without a database. */
export function createMemoryStore(): Store {
  const settings = new Map<string, string>();
  const sessions = new Map<number, StoredSession>();
  let lastSession = 0;
  const memory = new Map<string, string>();
  return {
    settings: {
      all: async () => new Map(settings),
      set: async (key, value) => void settings.set(key, value),
      delete: async (key) => void settings.delete(key),
    },
    sessions: {
      save: async (session, kept = []) => {
        const { id } = session;
        if (id === undefined) {
          lastSession += 1;
          sessions.set(lastSession, { ...session, id: lastSession });
          return lastSession;
        }
        const before = sessions.get(id);
        if (before) sessions.set(id, replaced(before, session, kept));
        return id;
      },
      add: async (added) => {
        for (const session of added) {
          lastSession += 1;
          sessions.set(lastSession, { ...session, id: lastSession });
        }
      },
      list: async ({ from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = {}) =>
        [...sessions.values()]
          .filter(({ created }) => created >= from && created < until)
          .sort((a, b) => b.created - a.created || b.id - a.id),
      edit: async (id, { loadpoint, vehicle, odometer }) => {
        const before = sessions.get(id);
        if (!before) return false;
        const { odometer: known, ...others } = before;
        const read = odometer === undefined ? known : (odometer ?? undefined);
        sessions.set(id, {
          ...others,
          ...(loadpoint !== undefined && { loadpoint }),
          ...(vehicle !== undefined && { vehicle }),
          ...(read !== undefined && { odometer: read }),
        });
        return true;
      },
      delete: async (id) => sessions.delete(id),
    },
    memory: {
      all: async () => new Map(memory),
      save: async (changes) => {
        for (const [key, value] of changes) {
          if (value === null) memory.delete(key);
          else memory.set(key, value);
        }
      },
    },
    history: createMemoryHistory(),
    close: async () => {},
  };
}

function replaced(before: StoredSession, session: Session, kept: readonly (keyof SessionEdit)[]): StoredSession {
  const { odometer, ...others } = session;
  const read = kept.includes('odometer') ? before.odometer : odometer;
  return {
    ...others,
    id: before.id,
    loadpoint: kept.includes('loadpoint') ? before.loadpoint : session.loadpoint,
    vehicle: kept.includes('vehicle') ? before.vehicle : session.vehicle,
    ...(read !== undefined && { odometer: read }),
  };
}
