import { EvccError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { SettingsStore } from '../store.ts';

/** Values of settings that outlive the process, by their keys. */

/** A stored value, with what was configured where it was stored. */
export interface Stored {
  readonly value: unknown;
  readonly base: unknown;
  /** Where that was; values of vehicles come along to other loadpoints */
  readonly at?: string;
}

export interface StoredSettings {
  /** Reads what is there. Errors: `EVCC_STORE_FAILED`. */
  load(): Promise<void>;
  get(key: string): Stored | undefined;
  /** Resolves when it would survive a kill. */
  set(key: string, record: Stored): Promise<void>;
  delete(key: string): void;
}

export function createStoredSettings(store: SettingsStore, log: Logger): StoredSettings {
  const records = new Map<string, Stored>();
  return {
    async load() {
      const texts = await store.all().catch((error: unknown): never => {
        const message = `stored settings cannot be read: ${messageOf(error)}`;
        throw new EvccError('EVCC_STORE_FAILED', message, { cause: error });
      });
      for (const [key, text] of texts) {
        const record = parse(text);
        if (record) records.set(key, record);
        else log.warn(`stored setting ${key} is not readable and is ignored`);
      }
    },
    get: (key) => records.get(key),
    set(key, record) {
      records.set(key, record);
      return store.set(key, JSON.stringify(record));
    },
    delete(key) {
      records.delete(key);
      store.delete(key).catch((error: unknown) => {
        log.error(`stored setting ${key} could not be deleted: ${messageOf(error)}`);
      });
    },
  };
}

function parse(text: string): Stored | undefined {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null && 'value' in record
      ? {
          value: record.value,
          base: 'base' in record ? record.base : null,
          ...('at' in record && typeof record.at === 'string' && { at: record.at }),
        }
      : undefined;
  } catch {
    return undefined;
  }
}
