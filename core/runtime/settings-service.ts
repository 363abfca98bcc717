import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { EvccError, messageOf } from '../errors.ts';
import { nearest } from '../loading/nearest.ts';
import type { Logger } from '../log.ts';
import type {
  Command,
  LoadpointSettings,
  Setting,
  SettingScope,
  SettingsPort,
  SettingTarget,
  SiteSettings,
} from '../settings.ts';
import type { State } from '../state.ts';
import type { SettingsStore } from '../store.ts';
import { allowed, fromText, kindOf, shown } from './setting-values.ts';
import { SETTINGS } from './settings-table.ts';

/** Values of the rows: configured, stored, changed by commands. */

export interface SettingsOptions {
  readonly store: SettingsStore;
  readonly state: State;
  readonly log: Logger;
  /** What rows may look at; `undefined`: no such site or loadpoint */
  readonly target: (
    scope: SettingScope,
    id: number,
    values: Readonly<Record<string, unknown>>,
  ) => SettingTarget | undefined;
  /** Asks the plugins whether a valid command may be applied; rejects with the reason. */
  readonly approve: (command: Command) => Promise<void>;
  /** A command was applied; `different`: to another value than before. */
  readonly changed: (row: Setting, command: Command, different: boolean) => void;
}

/** What the runtime needs besides what surfaces need. */
export interface SettingsService extends SettingsPort {
  /** Reads what is stored; before the first `configure`. */
  load(): Promise<void>;
  /**
   * Takes over the configured values of the site (id 0), a vehicle or a loadpoint, in this order; stored values go before
   * them, unless the configuration was edited since. `key` is where values are stored, e.g. `loadpoint.garage`.
   */
  configure(scope: SettingScope, id: number, key: string, configured: Readonly<Record<string, unknown>>): void;
  /** Forgets loadpoints and vehicles beyond these counts. */
  resize(loadpoints: number, vehicles?: number): void;
  site(): Readonly<SiteSettings>;
  loadpoint(id: number): Readonly<LoadpointSettings>;
  /**
   * Brings the values kept with a vehicle into force, by its name; `null`: no vehicle. What is configured for the vehicle goes
   * before what is configured for the loadpoint.
   */
  useVehicle(id: number, vehicle: string | null): void;
  /** Sets a value from inside, without checks, and stores it. */
  assign(scope: SettingScope, id: number, name: string, value: unknown): void;
  /** Sets the configured value of a row, and stores it. */
  reset(scope: SettingScope, id: number, name: string): void;
  /** Lets values lapse that were not set again in time. */
  expire(now: number): void;
  /** Publishes all values. */
  publish(): void;
  /** Adds a row for a plugin; the returned function takes it away. */
  add(row: Setting): () => void;
}

/** The site, a loadpoint or a vehicle. */
interface Instance {
  readonly scope: SettingScope;
  readonly id: number;
  readonly key: string;
  readonly configured: Readonly<Record<string, unknown>>;
  /** Key of the vehicle at a loadpoint; null: none */
  vehicle: string | null;
  values: Readonly<Record<string, unknown>>;
  /** ms since the epoch at which values lapse, by row */
  readonly lapses: Map<Setting, number>;
}

/** A stored value, with what was configured where it was stored. */
interface Stored {
  readonly value: unknown;
  readonly base: unknown;
  /** Where that was; values of vehicles come along to other loadpoints */
  readonly at?: string;
}

export function createSettings(options: SettingsOptions): SettingsService {
  const rows: Setting[] = [...SETTINGS];
  const validators = new Map<TSchema, Validator>();
  /** By id; the site's is 0 */
  const instances: Readonly<Record<SettingScope, Instance[]>> = { site: [], loadpoint: [], vehicle: [] };
  const stored = new Map<string, Stored>();
  /** Those with a value that holds for a while only */
  const lapsing = new Set<Instance>();

  const instanceOf = (scope: SettingScope, id: number): Instance | undefined => instances[scope]?.[id];
  const all = (): Instance[] => Object.values(instances).flatMap((list) => list.filter((each) => each !== undefined));
  const rowOf = (scope: SettingScope, name: string): Setting | undefined =>
    rows.find((row) => row.scope === scope && row.name === name);
  const vehicleOf = ({ vehicle }: Instance): Instance | undefined =>
    vehicle === null ? undefined : instances.vehicle.find((each) => each?.key === vehicle);
  const storageKey = (instance: Instance, row: Setting): string =>
    `${(row.perVehicle ? instance.vehicle : null) ?? instance.key}.${row.shares ?? row.name}`;
  const isValid = (schema: TSchema, value: unknown): boolean => {
    const validator = validators.get(schema) ?? Compile(schema);
    validators.set(schema, validator);
    return validator.Check(value);
  };
  const configuredValue = (instance: Instance, row: Setting): unknown =>
    (row.perVehicle ? vehicleOf(instance)?.configured[row.name] : undefined) ??
    instance.configured[row.shares ?? row.name] ??
    (row.schema as { default?: unknown }).default ??
    null;

  /** The configuration was edited since: it would be confusing if the value came back when it is edited again. */
  const forget = (key: string): void => {
    stored.delete(key);
    options.store.delete(key).catch((error: unknown) => {
      options.log.error(`stored setting ${key} could not be deleted: ${messageOf(error)}`);
    });
  };

  /** Stored value where there is a usable one, else the configured one. */
  const initial = (instance: Instance, row: Setting): unknown => {
    const base = configuredValue(instance, row);
    if (row.stored === false) return base;
    const key = storageKey(instance, row);
    const kept = stored.get(key);
    if (!kept || !isValid(row.schema, kept.value)) return base;
    if ((kept.at ?? instance.key) === instance.key && JSON.stringify(kept.base) !== JSON.stringify(base)) {
      forget(key);
      return base;
    }
    const target = options.target(instance.scope, instance.id, instance.values);
    const mayLapse = (row.perVehicle || row.shares) && !row.input && kept.value !== null;
    const outdated = mayLapse && target && row.check?.(kept.value, target) !== undefined;
    return outdated ? base : kept.value;
  };

  const replace = (instance: Instance, name: string, value: unknown): void => {
    instance.values = Object.freeze({ ...instance.values, [name]: value });
  };

  /** The vehicle that keeps a value of a loadpoint, and all loadpoints that it is at; or the other way round. */
  const sharers = (instance: Instance, row: Setting): [Instance, string][] => {
    const name = row.shares ?? (row.perVehicle ? row.name : undefined);
    const key = instance.scope === 'vehicle' ? instance.key : instance.vehicle;
    if (name === undefined || key === null) return [];
    const ofVehicle = rows.find((each) => each.scope === 'vehicle' && each.shares === name);
    return all().flatMap((each): [Instance, string][] => {
      if (each === instance) return [];
      if (each.key === key && ofVehicle) return [[each, ofVehicle.name]];
      return each.vehicle === key ? [[each, name]] : [];
    });
  };

  /** Replaces a value wherever it is kept; answers with the instances that show it. */
  const put = (instance: Instance, row: Setting, value: unknown): Instance[] => {
    const places: [Instance, string][] = [[instance, row.name], ...sharers(instance, row)];
    for (const [place, name] of places) replace(place, name, value);
    return places.map(([place]) => place);
  };

  const show = (instance: Instance, row: Setting): void => {
    if (row.state === null) return;
    const value = instance.values[row.name];
    const target = options.target(instance.scope, instance.id, instance.values);
    const key = row.state ?? row.name;
    if (!options.state.describe(row.scope, key)) {
      options.state.define(row.scope, { name: key, kind: kindOf(row.schema), description: row.description });
    }
    options.state.set(row.scope, instance.id, key, target && row.show ? shownBy(row, value, target) : value);
  };

  /** What one value shows may depend on others. */
  const showAll = (...changed: readonly Instance[]): void => {
    for (const instance of new Set(changed))
      for (const row of rows) if (row.scope === instance.scope) show(instance, row);
  };

  /** What a plugin's row makes of its value must not break the other rows. */
  const shownBy = (row: Setting, value: unknown, target: SettingTarget): unknown => {
    try {
      return row.show?.(value, target);
    } catch (error) {
      options.log.error(`setting ${row.name} cannot be shown: ${messageOf(error)}`, error);
      return undefined;
    }
  };

  const remember = (instance: Instance, row: Setting): Promise<void> => {
    if (row.stored === false) return Promise.resolve();
    const { key: at, values } = instance;
    const record: Stored = { value: values[row.name], base: configuredValue(instance, row), at };
    const key = storageKey(instance, row);
    stored.set(key, record);
    return options.store.set(key, JSON.stringify(record));
  };

  /** Sets what a command of the row means, and shows it; the promises are those of the store. */
  const change = (instance: Instance, row: Setting, input: unknown): Promise<void>[] => {
    const target = options.target(instance.scope, instance.id, instance.values);
    const own = (target && row.sets?.(input, target)) ?? { [row.name]: input };
    const places: [Instance, Readonly<Record<string, unknown>>][] = [[instance, own]];
    const everywhere = row.setsEverywhere?.(input);
    for (const place of everywhere ? instances.loadpoint : []) if (place) places.push([place, everywhere ?? {}]);
    const changes = places.flatMap(([place, values]) =>
      Object.entries(values).flatMap(([name, value]) => {
        const of = rowOf(place.scope, name);
        // Only what was named is stored again though it stays.
        return of && (of === row || place.values[name] !== value) ? [{ place, of, value }] : [];
      }),
    );
    showAll(...changes.flatMap(({ place, of, value }) => put(place, of, value)));
    return changes.map(({ place, of }) => remember(place, of));
  };

  const service: SettingsService = {
    async load() {
      const texts = await options.store.all().catch((error: unknown): never => {
        const message = `stored settings cannot be read: ${messageOf(error)}`;
        throw new EvccError('EVCC_STORE_FAILED', message, { cause: error });
      });
      for (const [key, text] of texts) {
        const record = parseStored(text);
        if (record) stored.set(key, record);
        else options.log.warn(`stored setting ${key} is not readable and is ignored`);
      }
    },
    configure(scope, id, key, configured) {
      const { vehicle = null } = instanceOf(scope, id) ?? {};
      const instance: Instance = { scope, id, key, configured, vehicle, values: {}, lapses: new Map() };
      instances[scope][id] = instance;
      for (const row of rows) if (row.scope === scope) replace(instance, row.name, initial(instance, row));
    },
    resize(loadpoints, vehicles = 0) {
      instances.loadpoint.length = Math.min(instances.loadpoint.length, loadpoints + 1);
      instances.vehicle.length = Math.min(instances.vehicle.length, vehicles + 1);
    },
    site: () => (instances.site[0]?.values ?? {}) as unknown as SiteSettings,
    loadpoint: (id) => (instances.loadpoint[id]?.values ?? {}) as unknown as LoadpointSettings,
    useVehicle(id, vehicle) {
      const instance = instanceOf('loadpoint', id);
      if (!instance) return;
      const before = vehicleOf(instance);
      instance.vehicle = vehicle === null ? null : `vehicle.${vehicle}`;
      // A vehicle that is nowhere has its own values, without those that the loadpoint lent it.
      if (before && !instances.loadpoint.some((each) => each?.vehicle === before.key)) {
        for (const row of rows) if (row.scope === 'vehicle') replace(before, row.name, initial(before, row));
        showAll(before);
      }
      const shown: Instance[] = [instance];
      for (const row of rows) {
        if (row.perVehicle && row.scope === 'loadpoint') shown.push(...put(instance, row, initial(instance, row)));
      }
      showAll(...shown);
    },
    assign(scope, id, name, value) {
      const instance = instanceOf(scope, id);
      const row = rowOf(scope, name);
      if (!instance || !row || instance.values[name] === value) return;
      for (const work of change(instance, row, value)) {
        work.catch((error: unknown) => options.log.error(`${row.name} could not be stored: ${messageOf(error)}`));
      }
    },
    reset(scope, id, name) {
      const instance = instanceOf(scope, id);
      const row = rowOf(scope, name);
      if (instance && row) service.assign(scope, id, name, configuredValue(instance, row));
    },
    expire(now) {
      for (const instance of lapsing) {
        const present = instanceOf(instance.scope, instance.id) === instance;
        if (!present || instance.lapses.size === 0) lapsing.delete(instance);
        if (!present) continue;
        for (const [row, at] of instance.lapses) {
          // Also when the clock was set back: it must not hold for longer than it may.
          if (now < at && at - now <= (row.expires ?? 0)) continue;
          instance.lapses.delete(row);
          replace(instance, row.name, configuredValue(instance, row));
          showAll(instance);
          options.log.info(`${row.name} was not set again within ${(row.expires ?? 0) / 1_000} s and lapsed`);
        }
      }
    },
    publish() {
      showAll(...all());
    },
    add(row) {
      if (rowOf(row.scope, row.name)) {
        throw new EvccError('EVCC_PLUGIN_FAILED', `there is already a ${row.scope} setting named "${row.name}"`);
      }
      rows.push(row);
      for (const instance of all()) {
        if (instance.scope !== row.scope) continue;
        replace(instance, row.name, initial(instance, row));
        show(instance, row);
      }
      return () => {
        rows.splice(rows.indexOf(row), 1);
        for (const instance of all()) {
          if (instance.scope !== row.scope) continue;
          const { [row.name]: _, ...values } = instance.values;
          instance.values = Object.freeze(values);
          if (row.state !== null) options.state.set(row.scope, instance.id, row.state ?? row.name, undefined);
        }
        if (row.state !== null) options.state.forget(row.scope, row.state ?? row.name);
      };
    },
    define(row) {
      service.add(row);
    },
    rows: () => rows,
    get(scope, id, name) {
      const values = instanceOf(scope, id)?.values ?? {};
      return Object.hasOwn(values, name) ? values[name] : undefined;
    },
    async execute(command) {
      const { scope, id, name } = command;
      let instance = instanceOf(scope, id);
      if (!instance) throw new EvccError('EVCC_NOT_FOUND', `there is no ${scope} ${id}`);
      const row = rowOf(scope, name);
      if (!row) {
        const names = rows.filter((each) => each.scope === scope).map((each) => each.name);
        throw new EvccError('EVCC_NOT_FOUND', `there is no setting "${name}"${nearest(name, names)}`);
      }
      const value = row.parse ? row.parse(command.value) : fromText(row.schema, command.value);
      if (!isValid(row.input ?? row.schema, value)) {
        throw new EvccError(
          'EVCC_COMMAND_INVALID',
          `invalid value for ${name}: ${shown(command.value)}; allowed is ${allowed(row)}`,
        );
      }
      const check = (of: Instance) => {
        const target = options.target(scope, of.id, of.values);
        const refusal = target && (row.check?.(value, target) ?? (command.strict && row.misfit?.(value, target)));
        if (typeof refusal === 'string') throw new EvccError('EVCC_COMMAND_INVALID', refusal);
        return target;
      };
      check(instance);
      await options.approve({ ...command, value });
      // Another command, or a changed configuration, may have come in between.
      const { key } = instance;
      instance = instances[scope].find((each) => each?.key === key);
      if (!instance || !rows.includes(row)) throw new EvccError('EVCC_NOT_FOUND', `${scope} ${id} was just removed`);
      const target = check(instance);
      const misfit = target && row.misfit?.(value, target);
      if (misfit !== undefined) options.log.warn(misfit);
      const before = instance.values;
      if (target && row.apply) row.apply(value, target);
      const stores = row.apply ? [remember(instance, row)] : change(instance, row, value);
      if (row.apply) show(instance, row);
      const different =
        row.apply !== undefined || Object.keys(before).some((each) => before[each] !== instance?.values[each]);
      if (row.expires !== undefined && target) {
        if (value === configuredValue(instance, row)) instance.lapses.delete(row);
        else {
          instance.lapses.set(row, target.now + row.expires);
          lapsing.add(instance);
        }
      }
      options.changed(row, { ...command, id: instance.id, value }, different);
      try {
        await Promise.all(stores);
      } catch (error) {
        throw new EvccError('EVCC_STORE_FAILED', `${name} is set, but could not be stored: ${messageOf(error)}`, {
          cause: error,
        });
      }
      const present = options.target(scope, instance.id, instance.values);
      return present && row.answer ? row.answer(value, present, command.value) : value;
    },
  };
  return service;
}

function parseStored(text: string): Stored | undefined {
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
