import type { StoredEntry } from '../config/checked.ts';
import { isPlainObject } from '../config/options.ts';
import { STORED_KINDS, type StoredDevice, storedName } from '../configuration.ts';
import { EvccError, fail, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import { parsed } from './kept.ts';

/** The devices of the database, under one key of it: with the last id, since none is given twice. */
export interface Kept {
  readonly last: number;
  /** In the order of their ids */
  readonly devices: readonly StoredDevice[];
}

export const NOTHING_KEPT: Kept = { last: 0, devices: [] };

const KEY = 'devices';

/** What is kept. Errors: `EVCC_STORE_FAILED`. What is not readable is left alone and ignored. */
export async function readKept({ memory }: Pick<Store, 'memory'>, log: Logger): Promise<Kept> {
  const texts = await memory.all().catch((error: unknown): never => {
    throw new EvccError('EVCC_STORE_FAILED', `stored devices cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const text = texts.get(KEY);
  if (text === undefined) return NOTHING_KEPT;
  const found = parsed(text);
  const list: readonly unknown[] = isPlainObject(found) && Array.isArray(found.devices) ? found.devices : [];
  const devices = list.filter(isDevice).sort((a, b) => a.id - b.id);
  if (!isPlainObject(found) || devices.length < list.length) log.warn('some stored devices are not readable');
  const last = isPlainObject(found) && Number.isSafeInteger(found.last) ? Number(found.last) : 0;
  return { last: Math.max(last, ...devices.map(({ id }) => id)), devices };
}

/**
 * Resolves when it would survive a kill. Errors: `EVCC_STORE_FAILED`, also when it was dropped, since everything that is stored was
 * replaced meanwhile.
 */
export async function writeKept({ memory }: Pick<Store, 'memory'>, kept: Kept): Promise<void> {
  const text = JSON.stringify(kept);
  await memory.save(new Map([[KEY, text]]));
  if ((await memory.all()).get(KEY) !== text) fail('EVCC_STORE_FAILED', 'the content of the database was replaced');
}

/** As it comes into a configuration. */
export function toEntry({ id, kind, entry }: StoredDevice): StoredEntry {
  return { kind, name: storedName(id), entry };
}

function isDevice(value: unknown): value is StoredDevice {
  if (!isPlainObject(value)) return false;
  const { id, kind, entry } = value;
  const known = STORED_KINDS.some((each) => each === kind);
  return known && Number.isSafeInteger(id) && Number(id) > 0 && isPlainObject(entry) && typeof entry.type === 'string';
}
