import { followSoc, followSteps, toldSoc, UNKNOWN_SOC } from '../cycle/soc.ts';
import type { LoadpointEvent } from '../events.ts';
import type { Logger } from '../log.ts';
import { type Equipment, type EquippedVehicle, NO_EQUIPMENT } from './equipment.ts';
import { identified } from './identifiers.ts';
import type { Loadpoint } from './loadpoint.ts';
import type { SettingsService } from './settings-service.ts';
import { candidates } from './vehicle-reading.ts';

/** Knows which vehicle is at which loadpoint: the usual one, the one that was found, or the one that the user named. */

/** ms after which nobody looks any more for the vehicle that was connected: it is a guest */
const DETECTION_LIMIT = 600_000;

export class Vehicles {
  readonly #settings: SettingsService;
  readonly #log: Logger;
  #equipment: Equipment = NO_EQUIPMENT;

  constructor(settings: SettingsService, log: Logger) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Takes over the equipment, and brings the settings of the active vehicles into force; the loadpoints are configured. */
  use(equipment: Equipment): void {
    this.#equipment = equipment;
    for (const loadpoint of equipment.loadpoints) this.#useSettings(loadpoint);
  }

  /** The active vehicle; `undefined`: none. */
  at(loadpoint: Loadpoint): EquippedVehicle | undefined {
    return this.#equipment.vehicles.get(loadpoint.vehicle ?? '');
  }

  /** The user says which vehicle it is; null: a guest. Nobody looks for it any more. */
  select(loadpoint: Loadpoint, name: string | null): void {
    if (name === loadpoint.vehicle) {
      loadpoint.memory = { ...loadpoint.memory, detection: undefined };
    } else {
      this.#activate(loadpoint, name);
      this.#applyMode(loadpoint);
    }
  }

  /** The user wants it found out which vehicle it is. */
  detect(loadpoint: Loadpoint, now: number): void {
    this.#activate(loadpoint, null);
    if (loadpoint.memory.connectedAt !== undefined) this.#look(loadpoint, now);
  }

  /** The user says how full the car is; null: that is not known any more. */
  tellSoc(loadpoint: Loadpoint, soc: number | null, now: number): void {
    const energy = loadpoint.memory.connectedAt === undefined ? 0 : loadpoint.account.energy;
    const told = soc === null ? undefined : { soc, at: now, by: 'user' as const };
    const inputs = { now, told, energy, capacity: undefined, estimate: false };
    loadpoint.memory = { ...loadpoint.memory, soc: followSoc(UNKNOWN_SOC, inputs) };
  }

  /** Follows what happened at a loadpoint, before the session is told. */
  follow(loadpoint: Loadpoint, { kind, at, observed }: LoadpointEvent): void {
    if (kind === 'connect') this.#connected(loadpoint, at, observed);
    if (kind === 'disconnect') this.#disconnected(loadpoint);
    // The car is asked how things are now.
    if (kind === 'start' || kind === 'stop') loadpoint.memory = { ...loadpoint.memory, polled: undefined };
  }

  /** Looks in every cycle who is connected, and how full it is; answers with what happened. */
  update(loadpoint: Loadpoint, now: number): LoadpointEvent[] {
    const events: LoadpointEvent[] = [];
    const happened = (kind: LoadpointEvent['kind'], more: Pick<LoadpointEvent, 'soc'> = {}): void =>
      void events.push({ kind, loadpoint: loadpoint.spec.id, at: now, observed: true, ...more });
    if (loadpoint.memory.connectedAt !== undefined && !isIntegrated(loadpoint)) {
      this.#identify(loadpoint, now);
      if (loadpoint.memory.detection && this.#search(loadpoint, now)) happened('guest');
    }
    const reached = this.#followSoc(loadpoint, now);
    if (reached !== undefined) happened('soc', { soc: reached });
    return events;
  }

  #connected(loadpoint: Loadpoint, now: number, observed: boolean): void {
    const { told } = loadpoint.memory.soc;
    // What the user said before the car was connected was meant for this.
    const soc = told?.by === 'user' ? { ...UNKNOWN_SOC, soc: told.soc, told: { ...told, energy: 0 } } : UNKNOWN_SOC;
    loadpoint.memory = { ...loadpoint.memory, identifier: '', detection: undefined, polled: undefined, soc };
    if (isIntegrated(loadpoint)) {
      this.#take(loadpoint, null);
      return;
    }
    const chosen = loadpoint.vehicle !== null && !this.#isElsewhere(loadpoint, loadpoint.vehicle);
    const vehicle = chosen ? loadpoint.vehicle : this.#usual(loadpoint);
    this.#activate(loadpoint, vehicle);
    loadpoint.memory = { ...loadpoint.memory, soc };
    // What is found at the start was identified before.
    if (observed) this.#applyMode(loadpoint);
    if (vehicle === null && this.#equipment.vehicles.size > 0) this.#look(loadpoint, now);
  }

  #disconnected(loadpoint: Loadpoint): void {
    const { soc } = loadpoint.memory;
    loadpoint.memory = {
      ...loadpoint.memory,
      identifier: '',
      detection: undefined,
      polled: undefined,
      // What a user said held for this connection.
      soc: soc.told?.by === 'user' ? UNKNOWN_SOC : soc,
    };
    if (isIntegrated(loadpoint)) return;
    const vehicle = this.#usual(loadpoint);
    if (vehicle !== loadpoint.vehicle) this.#activate(loadpoint, vehicle);
    // Whoever it was taken away from may have it back.
    for (const other of this.#equipment.loadpoints) {
      if (other.vehicle === null && other.memory.connectedAt === undefined) this.#take(other, this.#usual(other));
    }
  }

  /** Only a change of what the charger reads says something: a user may have corrected it since. */
  #identify(loadpoint: Loadpoint, now: number): void {
    const sample = loadpoint.charger.sample(now);
    const identifier = sample && !sample.stale ? sample.value.identifier : undefined;
    if (identifier === undefined || identifier === loadpoint.memory.identifier) return;
    loadpoint.memory = { ...loadpoint.memory, identifier };
    const name = identified(
      identifier,
      [...this.#equipment.vehicles.values()].map(({ spec }) => spec),
    );
    if (name !== undefined) this.select(loadpoint, name);
  }

  /** Looks which vehicle says that it is connected; true: none was found in time, it is a guest. */
  #search(loadpoint: Loadpoint, now: number): boolean {
    const { detection, status } = loadpoint.memory;
    if (!detection) return false;
    const { since } = detection;
    if (now - since >= DETECTION_LIMIT || now < since) {
      loadpoint.memory = { ...loadpoint.memory, detection: undefined };
      return true;
    }
    const plugged = candidates(this.#equipment, loadpoint).flatMap(({ spec, handle }) => {
      const sample = handle.sample(now);
      const says = sample && !sample.stale && sample.at >= since ? sample.value.status : undefined;
      return says === 'B' || says === 'C' ? [{ name: spec.name, alike: says === status }] : [];
    });
    const alike = plugged.filter((each) => each.alike);
    const likely = alike.length > 0 ? alike : plugged;
    const [found] = likely;
    if (found && likely.length === 1) {
      this.select(loadpoint, found.name);
    } else if (found && !detection.ambiguous) {
      const names = likely.map(({ name }) => name).join(', ');
      this.#log.warn(`${loadpoint.spec.title}: several vehicles say that they are connected: ${names}`);
      loadpoint.memory = { ...loadpoint.memory, detection: { ...detection, ambiguous: true } };
    }
    return false;
  }

  #look(loadpoint: Loadpoint, now: number): void {
    const detection = { since: now, askedAt: undefined, ambiguous: false };
    loadpoint.memory = { ...loadpoint.memory, detection };
  }

  /** Takes the soc into the memory; answers with the full ten that was reached. */
  #followSoc(loadpoint: Loadpoint, now: number): number | undefined {
    const { charger, memory, account, spec } = loadpoint;
    const sample = charger.sample(now);
    if (charger.device?.traits?.heating) {
      // A temperature falls as fast as it rises: only what is measured now counts.
      const soc = sample?.stale ? undefined : sample?.value.soc;
      if (soc !== memory.soc.soc) loadpoint.memory = { ...memory, soc: { ...UNKNOWN_SOC, soc } };
      return undefined;
    }
    const vehicle = this.at(loadpoint);
    const told = toldSoc(sample, vehicle?.handle.sample(now), memory.connectedAt);
    const soc = followSoc(memory.soc, {
      now,
      told,
      energy: account.energy,
      capacity: vehicle?.spec.capacity,
      estimate: spec.soc.estimate,
    });
    const steps = memory.connectedAt === undefined ? { memory: soc } : followSteps(soc);
    if (steps.memory !== memory.soc) loadpoint.memory = { ...memory, soc: steps.memory };
    return steps.reached;
  }

  /** Makes a vehicle the active one; whoever had it before has none then, and is not looking for one either. */
  #activate(loadpoint: Loadpoint, name: string | null): void {
    for (const other of this.#equipment.loadpoints) {
      if (name !== null && other !== loadpoint && other.vehicle === name) this.#take(other, null);
    }
    this.#take(loadpoint, name);
  }

  #take(loadpoint: Loadpoint, vehicle: string | null): void {
    const { soc } = loadpoint.memory;
    // What a car said of itself holds for no other; what the charger or a user said is announced anew.
    const known = soc.told?.by === 'vehicle' ? UNKNOWN_SOC : { ...soc, step: undefined };
    loadpoint.memory = {
      ...loadpoint.memory,
      detection: undefined,
      soc: vehicle === loadpoint.vehicle ? soc : known,
    };
    loadpoint.vehicle = vehicle;
    this.#useSettings(loadpoint);
  }

  #useSettings(loadpoint: Loadpoint): void {
    this.#settings.useVehicle(loadpoint.spec.id, loadpoint.vehicle);
  }

  #applyMode(loadpoint: Loadpoint): void {
    const position = [...this.#equipment.vehicles.keys()].indexOf(loadpoint.vehicle ?? '') + 1;
    const mode = this.#settings.get('vehicle', position, 'mode') ?? null;
    if (mode !== null) this.#settings.assign('loadpoint', loadpoint.spec.id, 'mode', mode);
  }

  /** The vehicle that usually charges here, unless it charges elsewhere at the moment. */
  #usual(loadpoint: Loadpoint): string | null {
    const { vehicle } = loadpoint.spec;
    return vehicle === undefined || this.#isElsewhere(loadpoint, vehicle) ? null : vehicle;
  }

  #isElsewhere(loadpoint: Loadpoint, vehicle: string): boolean {
    return this.#equipment.loadpoints.some(
      (other) => other !== loadpoint && other.vehicle === vehicle && other.memory.connectedAt !== undefined,
    );
  }
}

const isIntegrated = ({ charger }: Loadpoint): boolean => charger.device?.traits?.integrated ?? false;
