import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import { commonKeys, placeOf } from '../config/check.ts';
import type { StoredEntry } from '../config/checked.ts';
import { formatProblem, type Problem, problemWith } from '../config/problem.ts';
import { masked, maskProblems, unmasked, veiled } from '../config/secrets.ts';
import {
  type ConfigurationPort,
  type DeviceEntry,
  type ShownDevice,
  type StoredDevice,
  type StoredKind,
  storedName,
  TRIED,
  type Trial,
} from '../configuration.ts';
import { fail, messageOf } from '../errors.ts';
import type { Composition, Written } from '../loading/composition.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store.ts';
import type { Catalogue } from './catalogue.ts';
import { withDeadline } from './deadline.ts';
import type { DeviceHandle } from './device-handle.ts';
import { type Kept, NOTHING_KEPT, readKept, toEntry, writeKept } from './stored-devices.ts';
import type { Turns } from './turns.ts';

/** Changes the part of the configuration that is kept in the database, by the same way that an edit of the file takes. */

export interface ConfigurationOptions {
  readonly file?: string | undefined;
  /** There only from the preparation of the house on */
  readonly store: Pick<Store, 'memory'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Edits of the file and of what is stored come one after the other. */
  readonly edits: Turns;
  readonly exchange: {
    readonly composition: Composition;
    readonly written: Written;
    change(written: Written): Promise<readonly Problem[]>;
  };
  readonly isRunning: () => boolean;
  readonly find: (path: string) => DeviceHandle<object, unknown> | undefined;
  readonly listTypes: () => Promise<Catalogue>;
}

export interface Configuration extends ConfigurationPort {
  /** Reads what is stored. Never rejects: without these devices there still is a house, in which they are not changed. */
  load(): Promise<void>;
  /** The stored devices, as they come into a configuration */
  entries(): readonly StoredEntry[];
  /** Says in the log which of them do not fit into what is in force now, once. */
  tell(composition: Composition): void;
}

/** ms that trying a device out may take, whatever its own deadline is */
const TRIAL = 20_000;
/** ms for which the list of types is used again: packages are not installed every minute */
const TYPES_AGE = 600_000;
/** Bounds of what is stored, so that nobody fills the database and the house with it */
const MOST_DEVICES = 200;
/** Characters of a title, which sessions are stored with */
const LONGEST_TITLE = 200;
/** Characters of an entry as JSON */
const LONGEST_ENTRY = 32_768;

export function createConfiguration(options: ConfigurationOptions): Configuration {
  const { file, clock, log, edits, exchange, isRunning, find, listTypes } = options;
  let kept: Kept = NOTHING_KEPT;
  let isReadable = true;
  let told = '';
  let listed: { readonly at: number; readonly types: Promise<Catalogue> } | undefined;

  const deviceOf = (kind: StoredKind, id: number): StoredDevice =>
    kept.devices.find((each) => each.kind === kind && each.id === id) ??
    fail('EVCC_NOT_FOUND', `there is no stored ${kind} with the id ${id}`);

  const shown = (device: StoredDevice): ShownDevice => {
    const name = storedName(device.id);
    const { type, ...rest } = device.entry;
    const ready = exchange.composition.entries.get(placeOf({ kind: device.kind, name }));
    // Without its type nobody knows what is secret.
    const config =
      ready && !ready.misfit ? masked(ready.definition.schema, rest) : veiled(rest, commonKeys(device.kind));
    return { ...device, name, entry: { type, ...(config as DeviceEntry) } };
  };

  /** What a client means by an entry of which it may have seen another one. */
  const meant = (given: DeviceEntry, before?: StoredDevice): DeviceEntry => {
    if (isDeep(given)) refuse([{ path: '', message: 'lists and objects stand in each other too often' }]);
    if (partsOf(given) > MOST_PARTS) refuse([{ path: '', message: `must consist of ${MOST_PARTS} values at most` }]);
    const seen = before && shown(before).entry;
    const masks = maskProblems(given, seen, before?.entry, before ? commonKeys(before.kind) : []);
    if (masks.length > 0) refuse(masks);
    const entry = unmasked(given, seen, before?.entry) as DeviceEntry;
    if (JSON.stringify(entry).length > LONGEST_ENTRY) {
      refuse([{ path: '', message: `must have ${LONGEST_ENTRY} characters at most` }]);
    }
    const { title = '' } = entry;
    if (typeof title === 'string' && (title.length > LONGEST_TITLE || /\p{Cc}/u.test(title))) {
      const message = `must be a text of up to ${LONGEST_TITLE} characters in one line`;
      refuse([problemWith('title', title, message)]);
    }
    if (typeof entry.type !== 'string') refuse([problemWith('type', entry.type, 'must be the name of a type')]);
    return entry;
  };

  /** Brings stored devices into force; with `changed` the one that has to fit. */
  const take = async (devices: readonly StoredEntry[], changed?: StoredEntry): Promise<void> => {
    if (!isRunning()) fail('EVCC_STORE_FAILED', 'the house is not running');
    const { config } = exchange.written;
    const named = changed && { changed: changed.name };
    const problems = await exchange.change({ config, stored: devices, ...named });
    if (problems.length > 0) refuse(changed ? problems.map((problem) => within(problem, placeOf(changed))) : problems);
  };

  /** Brings what shall be kept into force, then stores it; what cannot be stored is not in force either. */
  const keep = async (next: Kept, changed?: StoredEntry): Promise<void> => {
    if (!isReadable) fail('EVCC_STORE_FAILED', 'the devices of the database could not be read, and are left alone');
    await take(next.devices.map(toEntry), changed);
    try {
      await writeKept(options.store, next);
      kept = next;
    } catch (error) {
      await take(kept.devices.map(toEntry)).catch((why: unknown) =>
        log.error(`what was there is not back: ${messageOf(why)}`),
      );
      fail('EVCC_STORE_FAILED', `the devices could not be stored: ${messageOf(error)}`, { cause: error });
    }
  };

  const tried = async (handle: DeviceHandle<object, unknown>): Promise<Trial> => {
    const began = clock.now();
    try {
      await withDeadline(clock, TRIAL, 'reading it', async () => handle.refresh());
    } catch (error) {
      return { error: messageOf(error) };
    }
    const sample = handle.sample(clock.now());
    const { reason } = handle.report();
    return sample && (sample.at >= began || reason === '')
      ? { reading: sample.value, error: '' }
      : { error: reason || 'it was not read' };
  };

  return {
    ...(file !== undefined && { file }),
    entries: () => kept.devices.map(toEntry),
    devices: () => kept.devices.map(shown),
    tell({ misfits }) {
      const text = misfits.map((each) => `\n  ${formatProblem(each)}`).join('');
      if (text !== '' && text !== told) log.warn(`devices of the database do not fit and are not available:${text}`);
      told = text;
    },
    async load() {
      try {
        kept = await readKept(options.store, log);
      } catch (error) {
        isReadable = false;
        log.warn(messageOf(error));
      }
    },
    create: (kind, given) =>
      edits(async () => {
        if (kept.devices.length >= MOST_DEVICES)
          fail('EVCC_COMMAND_INVALID', `there are ${MOST_DEVICES} devices already`);
        const id = kept.last + 1;
        const device: StoredDevice = { id, kind, entry: meant(given) };
        await keep({ last: id, devices: [...kept.devices, device] }, toEntry(device));
        log.info(`${kind} ${storedName(id)} was added`);
        return id;
      }),
    change: (kind, id, given) =>
      edits(async () => {
        const before = deviceOf(kind, id);
        const device: StoredDevice = {
          id,
          kind,
          entry: meant({ ...given, type: given.type ?? before.entry.type }, before),
        };
        const devices = kept.devices.map((each) => (each === before ? device : each));
        await keep({ ...kept, devices }, toEntry(device));
        log.info(`${kind} ${storedName(id)} was changed`);
      }),
    remove: (kind, id) =>
      edits(async () => {
        const device = deviceOf(kind, id);
        await keep({ ...kept, devices: kept.devices.filter((each) => each !== device) });
        log.info(`${kind} ${storedName(id)} was removed`);
      }),
    test: (kind, given, id) =>
      edits(async () => {
        const before = id === undefined ? undefined : deviceOf(kind, id);
        const entry = meant({ ...(before && shown(before).entry), ...given }, before);
        const all = kept.devices.map(toEntry);
        const same = before && isDeepStrictEqual(entry, before.entry);
        const running = same && find(placeOf(toEntry(before)));
        // What runs already may let nobody else in.
        if (running) return await tried(running);
        const trial: StoredEntry = { kind, name: TRIED, entry, trial: true };
        await take([...all, trial], trial);
        try {
          const handle = find(placeOf(trial)) ?? fail('EVCC_PLUGIN_FAILED', 'it was not made');
          return await tried(handle);
        } finally {
          await take(all);
        }
      }),
    types() {
      const now = clock.now();
      if (!listed || Math.abs(now - listed.at) > TYPES_AGE) {
        const types = listTypes();
        listed = { at: now, types };
        types.catch(() => {
          listed = undefined;
        });
      }
      return listed.types;
    },
  };
}

/** Levels of lists and objects in an entry; sources of `custom` have the most */
const LEVELS = 32;

/** Whether something is nested too deep to be looked at. */
function isDeep(value: unknown, levels = LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeep(item, levels - 1));
}

/** Values in an entry at all depths: the check of each takes its time */
const MOST_PARTS = 1_000;

function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, item) => sum + partsOf(item), 1);
}

function refuse(problems: readonly Problem[]): never {
  return fail('EVCC_COMMAND_INVALID', problems.map(formatProblem).join('\n'));
}

/** A problem of a device by the names of its own options; others are told as they are. */
function within(problem: Problem, place: string): Problem {
  const { path } = problem;
  if (path === place) return { ...problem, path: '' };
  if (path.startsWith(`${place}.`)) return { ...problem, path: path.slice(place.length + 1) };
  return path.startsWith(`${place}[`) ? { ...problem, path: path.slice(place.length) } : problem;
}
