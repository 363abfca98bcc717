import { at } from '../config/problem.ts';
import type { Cycle } from '../cycle/cycle.ts';
import type { RecordedHouse } from '../cycle/replay.ts';
import type { Composition } from '../loading/composition.ts';
import type { State } from '../state.ts';
import { siteSettings, vehicleSettings } from './configured-settings.ts';
import type { DevicePool } from './device-pool.ts';
import type { Equipment } from './equipment.ts';
import type { Scheduler } from './scheduler.ts';
import type { SettingsService } from './settings-service.ts';
import type { TariffBook } from './tariffs.ts';
import type { Vehicles } from './vehicles.ts';

/** What a composition is brought into force in. */
export interface Site {
  readonly pool: DevicePool;
  readonly tariffs: TariffBook;
  readonly cycle: Cycle;
  readonly scheduler: Scheduler;
  readonly settings: SettingsService;
  readonly vehicles: Vehicles;
  readonly state: State;
  readonly version: string;
  /** What recordings say of the configuration */
  readonly house: RecordedHouse;
  /** Takes over the equipment, before anything asks for it. */
  readonly use: (equipment: Equipment) => void;
}

/** Brings a composition into force: devices, loadpoints, settings and what is known without measuring. */
export function install(composition: Composition, site: Site): void {
  const { config } = composition;
  const { pool, tariffs, cycle, scheduler, settings, state } = site;
  const { equipment, tariffs: handles } = pool.use(composition);
  site.use(equipment);
  tariffs.use(handles);
  cycle.use(equipment, config.interval, config.site.voltage, site.house);
  scheduler.setInterval(config.interval);
  const { loadpoints } = equipment;
  const vehicles = [...equipment.vehicles.values()].map(({ spec }) => spec);
  state.resize(loadpoints.length);
  state.useVehicles(vehicles.map(({ name }) => name));
  settings.resize(loadpoints.length, vehicles.length);
  settings.configure('site', 0, 'site', siteSettings(config.site));
  for (const [index, spec] of vehicles.entries()) {
    settings.configure('vehicle', index + 1, `vehicle.${spec.name}`, vehicleSettings(spec));
  }
  for (const { spec } of loadpoints) settings.configure('loadpoint', spec.id, `loadpoint.${spec.name}`, spec.settings);
  site.vehicles.use(equipment);
  publishFacts(composition, equipment, state, site.version);
  settings.publish();
}

/** What plays no part any more in the next composition: chargers without loadpoint, batteries that are none or made anew. */
export function leavers(
  { loadpoints, battery }: Equipment,
  before: Composition,
  next: Composition,
): Pick<Equipment, 'loadpoints' | 'battery'> {
  const chargers = new Set(next.config.loadpoints.map(({ charger }) => charger));
  return {
    loadpoints: loadpoints.filter(({ charger }) => !chargers.has(charger.name)),
    battery: battery.filter(({ handle }) => !stays(handle.name, before, next)),
  };
}

/** Whether a battery is still one, and its device the same. */
function stays(battery: string, { entries, config }: Composition, next: Composition): boolean {
  const path = at('meters', battery);
  const [before, after] = [entries.get(path), next.entries.get(path)];
  return (
    before?.signature === after?.signature &&
    before?.owner === after?.owner &&
    config.site.voltage === next.config.site.voltage &&
    next.config.site.meters.battery.includes(battery)
  );
}

function publishFacts({ config }: Composition, equipment: Equipment, state: State, version: string): void {
  const set = (key: string, value: unknown): void => state.set('site', 0, key, value);
  const has = {
    grid: equipment.grid !== null,
    pv: equipment.pv.length > 0,
    battery: equipment.battery.length > 0,
    aux: equipment.aux.length > 0,
  };
  set('siteTitle', config.site.title);
  set('version', version);
  set('currency', config.currency);
  set('gridConfigured', has.grid);
  set('pvConfigured', has.pv);
  set('batteryConfigured', has.battery);
  const vehicles = [...equipment.vehicles.values()].map(({ spec }) => spec);
  set(
    'vehicles',
    vehicles.map(({ title }) => title),
  );
  for (const [
    index,
    { title, icon, capacity, phases, minCurrent, maxCurrent, priority, features },
  ] of vehicles.entries()) {
    const facts = { title, icon: icon || undefined, capacity, phases, minCurrent, maxCurrent, priority, features };
    for (const [key, value] of Object.entries(facts)) state.set('vehicle', index + 1, key, value);
  }
  // What was measured by meters that are gone is not known any more.
  for (const [part, keys] of Object.entries(MEASURED)) {
    if (!has[part as keyof typeof has]) for (const key of keys) set(key, undefined);
  }
}

/** Keys that are only published with the meters for them. */
const MEASURED = {
  grid: ['gridPower', 'gridPowers', 'gridCurrents', 'gridEnergy'],
  pv: ['pvEnergy', 'pv'],
  battery: ['batteryPower', 'batterySoc', 'batteryCapacity', 'batteryEnergy', 'battery'],
  aux: ['auxPower', 'aux'],
} as const;
