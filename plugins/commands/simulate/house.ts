import { basename } from 'node:path';
import type { CommandContext } from '../../../core/index.ts';
import type { ChargingSession } from '../../shared/series/sessions-file.ts';
import type { Request } from './arguments.ts';
import { DEFAULT_HOUSE } from './default-house.ts';
import type { Inputs } from './inputs.ts';

/** Puts a configured house around the series. Errors: `EVCC_CONFIG_INVALID`. */

export interface House {
  /** What to run */
  readonly config: object;
  /** Folder of the configuration file */
  readonly directory: string;
  /** What to call the configuration in the result */
  readonly name: string;
  /** ms between two cycles */
  readonly interval: number;
  /** Cars leave with what they came for, whatever the mode */
  readonly ready: boolean;
  /** Energy and departure of each session become a goal */
  readonly plan: boolean;
  /** Keys of the configuration that play no part in a simulation and were left out */
  readonly omitted: readonly string[];
  /** Names of vehicles by the cars of the sessions */
  readonly vehicles: ReadonlyMap<string, string>;
}

/** Top-level keys that a simulation takes over; all others belong to surfaces, storage and log. */
const KEPT = ['interval', 'meters', 'chargers', 'vehicles', 'tariffs', 'site', 'loadpoints', 'plugins', 'simulator'];
/** Types that need nothing but the model and its clock */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  meters: ['simulator'],
  chargers: ['simulator'],
  vehicles: ['simulator', 'offline'],
  tariffs: ['simulator', 'fixed'],
};
const DEFAULT_INTERVAL = 10;
/** Name of the battery that `--battery` adds */
const BATTERY = 'simulated-battery';

type Fields = Readonly<Record<string, unknown>>;

export async function buildHouse(request: Request, inputs: Inputs, context: CommandContext): Promise<House> {
  const given = context.options.config;
  const loaded = given === undefined ? undefined : await context.loadConfig(given);
  const config = fields(loaded?.config ?? DEFAULT_HOUSE);
  requireSimulated(config, context);

  const interval = request.interval ?? (typeof config.interval === 'number' ? config.interval : DEFAULT_INTERVAL);
  const slot = inputs.profile.slot / 1_000;
  if (!Number.isInteger(slot / interval)) {
    const message = `an interval of ${interval} s does not divide the slots of ${slot} s`;
    context.fail('EVCC_CONFIG_INVALID', `${message}: use one that does, such as ${nearestDivisor(slot, interval)} s`);
  }
  const vehicles = assign(inputs, config, context);
  requireLoadpoints(vehicles, config, context);
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => KEPT.includes(key)));
  return {
    config: {
      ...kept,
      // On unless it is switched off.
      rest: false,
      history: false,
      interval,
      ...(request.plan && { vehicles: withoutSoc(config, vehicles) }),
      ...(request.battery !== undefined && withBattery(config, request.battery)),
      ...(request.mode !== undefined && { loadpoints: entries(config.loadpoints, { mode: request.mode }) }),
      simulator: {
        ...fields(config.simulator),
        profile: inputs.profileFile,
        ...(inputs.sessions && { sessions: written([...gone(inputs), ...inputs.sessions], vehicles, context) }),
        ...(request.seed !== undefined && { seed: request.seed }),
        ...(request.variation !== undefined && { variation: request.variation }),
      },
    },
    directory: loaded?.directory ?? context.directory,
    name: loaded === undefined ? 'built in' : basename(loaded.file),
    interval: interval * 1_000,
    ready: request.ready,
    plan: request.plan,
    omitted: Object.keys(config).filter((key) => !KEPT.includes(key)),
    vehicles,
  };
}

/** Devices that are not simulated would live in another time, and be commanded for real. */
function requireSimulated(config: Fields, { fail }: CommandContext): void {
  const wrong = Object.entries(TYPES).flatMap(([kind, allowed]) =>
    Object.entries(fields(config[kind])).flatMap(([name, entry]) => {
      const { type } = fields(entry);
      if (typeof type !== 'string' || allowed.includes(type)) return [];
      return [`  ${kind}.${name}.type: is "${type}", must be ${allowed.map((each) => `"${each}"`).join(' or ')}`];
    }),
  );
  if (wrong.length > 0) fail('EVCC_CONFIG_INVALID', `only simulated devices can be simulated:\n${wrong.join('\n')}`);
  const { grid } = fields(fields(config.site).meters);
  if (typeof grid !== 'string')
    fail('EVCC_CONFIG_INVALID', 'site.meters.grid is missing: costs are counted at the grid meter');
}

/**
 * Gives each car of the sessions a simulated vehicle: the one of its name, else the next that is left. One that does not come
 * in the simulated time may do without.
 */
function assign(
  { sessions = [], cars }: Inputs,
  config: Fields,
  { fail }: CommandContext,
): ReadonlyMap<string, string> {
  const names = Object.entries(fields(config.vehicles)).flatMap(([name, entry]) =>
    fields(entry).type === 'simulator' ? [name] : [],
  );
  const coming = [...new Set(sessions.map((session) => session.car))];
  const free = names.filter((name) => !cars.includes(name));
  return new Map(
    [...new Set([...coming, ...cars])].flatMap((car): [string, string][] => {
      const vehicle = names.includes(car) ? car : free.shift();
      if (vehicle !== undefined) return [[car, vehicle]];
      if (!coming.includes(car)) return [];
      const message = `there are sessions of ${coming.join(', ')}, but the house has ${names.length} simulated vehicles`;
      return fail('EVCC_CONFIG_INVALID', `${message}: choose one with --car, or configure vehicles of these names`);
    }),
  );
}

/** A car that charges nowhere would make the result look better than it is. */
function requireLoadpoints(driven: ReadonlyMap<string, string>, config: Fields, { fail }: CommandContext): void {
  const served = [config.loadpoints ?? []].flat().map((loadpoint) => fields(loadpoint).charger);
  const wrong = [...driven.values()].flatMap((name) => {
    const { charger } = fields(fields(config.vehicles)[name]);
    return served.includes(charger)
      ? []
      : [`  vehicles.${name}.charger: there is no loadpoint with charger ${JSON.stringify(charger)}`];
  });
  if (wrong.length > 0) fail('EVCC_CONFIG_INVALID', `cars with sessions need a loadpoint:\n${wrong.join('\n')}`);
}

/** Cars without a session in the simulated time are away: they left before it. */
function gone({ sessions = [], cars, from }: Inputs): ChargingSession[] {
  return cars
    .filter((car) => !sessions.some((session) => session.car === car))
    .map((car) => ({ car, plugIn: from - 2, plugOut: from - 1, energy: 0 }));
}

function written(
  sessions: readonly ChargingSession[],
  vehicles: ReadonlyMap<string, string>,
  { time }: CommandContext,
): object[] {
  const driven = sessions.filter(({ car }) => vehicles.has(car));
  return driven.map(({ car, plugIn, plugOut, energy }) => ({
    car: vehicles.get(car),
    plugIn: time.format(plugIn),
    plugOut: time.format(plugOut),
    energy: energy / 1_000,
  }));
}

/** Sessions say what energy cars take, not what their batteries hold. */
function withoutSoc(config: Fields, driven: ReadonlyMap<string, string>): object {
  const vehicles = fields(config.vehicles);
  const names = [...driven.values()];
  return Object.fromEntries(
    Object.entries(vehicles).map(([name, entry]) => {
      const vehicle = fields(entry);
      const features = [vehicle.features ?? []].flat();
      return [name, names.includes(name) ? { ...vehicle, features: [...new Set([...features, 'offline'])] } : vehicle];
    }),
  );
}

function withBattery(config: Fields, capacity: number): object {
  const site = fields(config.site);
  const meters = fields(site.meters);
  return {
    meters: {
      ...fields(config.meters),
      [BATTERY]: { type: 'simulator', usage: 'battery', title: 'Battery', capacity },
    },
    site: { ...site, meters: { ...meters, battery: [...[meters.battery ?? []].flat(), BATTERY] } },
  };
}

function entries(list: unknown, change: object): unknown {
  return Array.isArray(list) ? list.map((entry) => ({ ...fields(entry), ...change })) : list;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function nearestDivisor(slot: number, interval: number): number {
  let best = slot;
  for (let candidate = 1; candidate <= slot; candidate += 1) {
    if (slot % candidate === 0 && Math.abs(candidate - interval) < Math.abs(best - interval)) best = candidate;
  }
  return best;
}
