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
import { createDisplay } from './setting-display.ts';
import { createLapses } from './setting-lapses.ts';
import { createOrigins, createValueCheck, type ValueCheck } from './setting-origins.ts';
import { type Place, Places, replace } from './setting-places.ts';
import { allowed, fromText, shown } from './setting-values.ts';
import { SETTINGS } from './settings-table.ts';
import { createStoredSettings } from './stored-settings.ts';

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

export function createSettings(options: SettingsOptions): SettingsService {
  const { log, state } = options;
  const rows: Setting[] = [...SETTINGS];
  const places = new Places(rows);
  const stored = createStoredSettings(options.store, log);
  const isValid = createValueCheck();
  const targetOf = ({ scope, id, values }: Place): SettingTarget | undefined => options.target(scope, id, values);
  const origins = createOrigins(places, stored, isValid, targetOf);
  const display = createDisplay(rows, state, log, targetOf);
  const lapses = createLapses(places, origins, display, log);

  const rowOf = (scope: SettingScope, name: string): Setting | undefined =>
    rows.find((row) => row.scope === scope && row.name === name);
  /** Sets a value to what it is before anybody changes it. */
  const begin = (place: Place, row: Setting): void => replace(place, row.name, origins.initial(place, row));

  /** Sets what a command of the row means, and shows it; the promises are those of the store. */
  const change = (place: Place, row: Setting, input: unknown): Promise<void>[] => {
    const target = targetOf(place);
    const own = (target && row.sets?.(input, target)) ?? { [row.name]: input };
    const everywhere = row.setsEverywhere?.(input);
    const wanted: [Place, Readonly<Record<string, unknown>>][] = [[place, own]];
    if (everywhere) for (const each of places.of('loadpoint')) wanted.push([each, everywhere]);
    const changes = wanted.flatMap(([at, values]) =>
      Object.entries(values).flatMap(([name, value]) => {
        const of = rowOf(at.scope, name);
        // Only what was named is stored again though it stays.
        return of && (of === row || at.values[name] !== value) ? [{ at, of, value }] : [];
      }),
    );
    display.showAll(changes.flatMap(({ at, of, value }) => places.put(at, of, value)));
    return changes.map(({ at, of }) => origins.remember(at, of));
  };

  const service: SettingsService = {
    load: () => stored.load(),
    configure(scope, id, key, configured) {
      const { vehicle = null } = places.at(scope, id) ?? {};
      const place: Place = { scope, id, key, configured, vehicle, values: {}, lapses: new Map() };
      const before = places.again(place);
      places.add(place);
      for (const row of rows) if (row.scope === scope) begin(place, row);
      if (before) lapses.carry(before, place);
    },
    resize(loadpoints, vehicles = 0) {
      places.resize('loadpoint', loadpoints);
      places.resize('vehicle', vehicles);
    },
    site: () => (places.at('site', 0)?.values ?? {}) as unknown as SiteSettings,
    loadpoint: (id) => (places.at('loadpoint', id)?.values ?? {}) as unknown as LoadpointSettings,
    useVehicle(id, vehicle) {
      const place = places.at('loadpoint', id);
      if (!place) return;
      const before = places.vehicleAt(place);
      place.vehicle = vehicle === null ? null : `vehicle.${vehicle}`;
      const changed: Place[] = [place];
      // A vehicle that is nowhere has its own values, without those that the loadpoint lent it.
      if (before && !places.of('loadpoint').some((each) => each.vehicle === before.key)) {
        for (const row of rows) if (row.scope === 'vehicle') begin(before, row);
        changed.push(before);
      }
      for (const row of rows) {
        if (row.perVehicle && row.scope === 'loadpoint') {
          changed.push(...places.put(place, row, origins.initial(place, row)));
        }
      }
      display.showAll(changed);
    },
    assign(scope, id, name, value) {
      const place = places.at(scope, id);
      const row = rowOf(scope, name);
      if (!place || !row || place.values[name] === value) return;
      for (const work of change(place, row, value)) {
        work.catch((error: unknown) => log.error(`${row.name} could not be stored: ${messageOf(error)}`));
      }
    },
    reset(scope, id, name) {
      const place = places.at(scope, id);
      const row = rowOf(scope, name);
      if (place && row) service.assign(scope, id, name, origins.configured(place, row));
    },
    expire: (now) => lapses.expire(now),
    publish: () => display.showAll(places.all()),
    add(row) {
      if (rowOf(row.scope, row.name)) {
        throw new EvccError('EVCC_PLUGIN_FAILED', `there is already a ${row.scope} setting named "${row.name}"`);
      }
      rows.push(row);
      for (const place of places.of(row.scope)) {
        begin(place, row);
        display.show(place, row);
      }
      return () => {
        rows.splice(rows.indexOf(row), 1);
        const of = places.of(row.scope);
        for (const place of of) {
          const { [row.name]: _, ...values } = place.values;
          place.values = Object.freeze(values);
          place.lapses.delete(row);
        }
        display.hide(of, row);
      };
    },
    define: (row) => void service.add(row),
    rows: () => rows,
    get(scope, id, name) {
      const values = places.at(scope, id)?.values ?? {};
      return Object.hasOwn(values, name) ? values[name] : undefined;
    },
    async execute(command) {
      const { scope, id, name } = command;
      const addressed = places.at(scope, id);
      if (!addressed) throw new EvccError('EVCC_NOT_FOUND', `there is no ${scope} ${id}`);
      const row = rowOf(scope, name);
      if (!row) {
        const names = rows.filter((each) => each.scope === scope).map((each) => each.name);
        throw new EvccError('EVCC_NOT_FOUND', `there is no setting "${name}"${nearest(name, names)}`);
      }
      const value = readValue(row, command, isValid);
      assertAllowed(row, value, command, targetOf(addressed));
      await options.approve({ ...command, value });
      // Another command, or a changed configuration, may have come in between.
      const place = places.again(addressed);
      if (!place || !rows.includes(row)) throw new EvccError('EVCC_NOT_FOUND', `${scope} ${id} was just removed`);
      const target = targetOf(place);
      assertAllowed(row, value, command, target);
      const misfit = target && row.misfit?.(value, target);
      if (misfit !== undefined) log.warn(misfit);
      const before = place.values;
      if (target && row.apply) row.apply(value, target);
      const stores = row.apply ? [origins.remember(place, row)] : change(place, row, value);
      if (row.apply) display.show(place, row);
      const different =
        row.apply !== undefined || Object.keys(before).some((each) => before[each] !== place.values[each]);
      if (target) lapses.hold(place, row, value, target.now);
      options.changed(row, { ...command, id: place.id, value }, different);
      try {
        await Promise.all(stores);
      } catch (error) {
        const message = `${name} is set, but could not be stored: ${messageOf(error)}`;
        throw new EvccError('EVCC_STORE_FAILED', message, { cause: error });
      }
      const present = targetOf(place);
      return present && row.answer ? row.answer(value, present, command.value) : value;
    },
  };
  return service;
}

/** The value that a command stands for. Errors: `EVCC_COMMAND_INVALID`. */
function readValue(row: Setting, command: Command, isValid: ValueCheck): unknown {
  const value = row.parse ? row.parse(command.value) : fromText(row.schema, command.value);
  if (isValid(row.input ?? row.schema, value)) return value;
  throw new EvccError(
    'EVCC_COMMAND_INVALID',
    `invalid value for ${row.name}: ${shown(command.value)}; allowed is ${allowed(row)}`,
  );
}

/** Errors: `EVCC_COMMAND_INVALID` with the reason why the value is not allowed now. */
function assertAllowed(row: Setting, value: unknown, { strict }: Command, target: SettingTarget | undefined): void {
  const refusal = target && (row.check?.(value, target) ?? (strict && row.misfit?.(value, target)));
  if (typeof refusal === 'string') throw new EvccError('EVCC_COMMAND_INVALID', refusal);
}
