import type { BatteryState, LoadpointState, SiteState } from '../../core/index.ts';
import { powersOf } from '../shared/charge-power.ts';
import { limitEnergy, limitSoc, usesEnergyLimit } from '../shared/goals.ts';
import type { BatteryRequest } from './request.ts';
import { mean, type Slot } from './slots.ts';

/** What home batteries and cars add to a request. Pure. */

/** 0..1, of charging and of discharging */
export const EFFICIENCY = 0.9;
/** What the plugin is configured with. */
export interface Assumed {
  /** W that home batteries charge and discharge with, where they do not say */
  readonly batteryPower: number;
  /** 0..1, how full home batteries stay at least */
  readonly batteryReserve: number;
}

/** Whose battery it is. */
export interface BatteryDetail {
  readonly type: 'battery' | 'vehicle';
  readonly title: string;
  /** Of the meter, or of the loadpoint, in the configuration */
  readonly name: string;
  /** kWh; 0: unknown */
  readonly capacity: number;
}

/** What a battery adds to the request. */
export interface BatteryInput {
  readonly detail: BatteryDetail;
  readonly request: BatteryRequest;
}

/** `undefined`: its capacity or soc is unknown. */
export function homeRequest(
  { name, title, sample, capacity, dischargePower, controllable }: BatteryState,
  { settings }: Pick<SiteState, 'settings'>,
  worth: number,
  { batteryPower, batteryReserve }: Assumed,
): BatteryInput | undefined {
  const soc = sample?.stale ? undefined : sample?.value.soc;
  if (soc === undefined || capacity === undefined) return undefined;
  const power = dischargePower ?? batteryPower;
  return {
    detail: { type: 'battery', title, name, capacity: capacity / 1_000 },
    request: {
      charge_from_grid: controllable === true,
      discharge_to_grid: controllable === true && settings.batteryGridDischarge,
      s_capacity: capacity,
      s_min: capacity * batteryReserve,
      s_max: capacity,
      s_initial: (capacity * soc) / 100,
      c_min: 0,
      c_max: power,
      d_max: power,
      p_a: worth,
    },
  };
}

/** Wh of a car at the loadpoint: what it holds, what it shall hold at most */
interface Tank {
  /** Absent: unknown, only what is to be added counts */
  readonly capacity?: number;
  readonly initial: number;
  readonly most: number;
  /** Of a goal */
  readonly of: (kind: 'soc' | 'energy', value: number) => number | undefined;
}

/** `undefined`: there is no car, it is not to be charged, or nobody knows how much it takes. */
export function carRequest(
  loadpoint: LoadpointState,
  site: SiteState,
  worth: number,
  slots: readonly Slot[],
): BatteryInput | undefined {
  const { name, title, connected, traits, settings, vehicle } = loadpoint;
  if (!connected || traits.heating || traits.integrated || settings.mode === 'off') return undefined;
  const tank = tankOf(loadpoint);
  if (!tank) return undefined;
  const { fullPower, minPower } = powersOf(loadpoint, site);
  const plan = site.plans.get(loadpoint.id);
  const goal = plan?.goal && tank.of(plan.goal.kind, plan.goal.value);
  const most = Math.max(tank.most, Math.min(goal ?? 0, tank.capacity ?? Number.POSITIVE_INFINITY));
  const last = plan ? slots.findLastIndex(({ end }) => end <= plan.target) : -1;
  const soon = plan !== undefined && (slots[0]?.end ?? 0) > plan.target;
  const ahead = plan !== undefined && (slots.at(-1)?.end ?? 0) >= plan.target;
  const goals =
    goal !== undefined && ahead
      ? slots.map((_, at) => (at === Math.max(0, last) ? Math.min(goal, most) : 0))
      : undefined;
  const demand = demandOf(loadpoint, site, slots, {
    room: Math.max(0, most - tank.initial),
    urgent:
      Math.max(tank.capacity === undefined ? 0 : (tank.capacity * settings.minSoc) / 100, soon ? (goal ?? 0) : 0) -
      tank.initial,
    fullPower,
    minPower,
  });
  return {
    detail: {
      type: 'vehicle',
      title: vehicle ? `${title} (${vehicle.title})` : title,
      name,
      capacity: (tank.capacity ?? 0) / 1_000,
    },
    request: {
      charge_from_grid: true,
      discharge_to_grid: false,
      ...(tank.capacity !== undefined && { s_capacity: tank.capacity }),
      s_min: 0,
      s_max: most,
      s_initial: tank.initial,
      c_min: Math.min(minPower, fullPower),
      c_max: fullPower,
      d_max: 0,
      p_a: worth,
      ...(demand.some((energy) => energy > 0) && { p_demand: demand }),
      ...(goals?.some((energy) => energy > 0) && { s_goal: goals }),
    },
  };
}

function tankOf(loadpoint: LoadpointState): Tank | undefined {
  const { soc, vehicle, chargeCapacity, sessionEnergy, settings } = loadpoint;
  const charged = sessionEnergy * EFFICIENCY;
  const capacity = vehicle?.capacity ?? (chargeCapacity === undefined ? undefined : chargeCapacity * EFFICIENCY);
  if (soc !== undefined && capacity !== undefined && !usesEnergyLimit(loadpoint)) {
    const initial = (capacity * soc) / 100;
    const limit = Math.min(limitSoc(loadpoint), vehicle?.sample?.value.limitSoc ?? 100);
    return {
      capacity,
      initial,
      most: (capacity * limit) / 100,
      of: (kind, value) => (kind === 'soc' ? (capacity * value) / 100 : initial + value * EFFICIENCY - charged),
    };
  }
  const energy = Math.max(limitEnergy(loadpoint), settings.planEnergy) * 1_000;
  if (energy <= 0) return undefined;
  return {
    initial: charged,
    most: energy * EFFICIENCY,
    of: (kind, value) => (kind === 'energy' ? value * EFFICIENCY : undefined),
  };
}

interface Need {
  /** Wh that still fit in */
  readonly room: number;
  /** Wh that are wanted as soon as possible; less than 0: none */
  readonly urgent: number;
  /** W */
  readonly fullPower: number;
  readonly minPower: number;
}

/** Wh that the loadpoint will charge in each slot whatever is suggested, because of its mode, minimum soc or price limit. */
function demandOf(
  { settings }: LoadpointState,
  site: SiteState,
  slots: readonly Slot[],
  { room, urgent, fullPower, minPower }: Need,
): number[] {
  const { planner } = site.rates;
  const limit = settings.smartCostLimit ?? (site.settings.smartCostLimit || null);
  const rateOf = planner && planner.kind !== 'pricestatic' && limit !== null ? mean(planner.rates) : undefined;
  const always = settings.mode === 'now' ? fullPower : settings.mode === 'minpv' ? Math.min(minPower, fullPower) : 0;
  let left = room / EFFICIENCY;
  let first = Math.min(room, urgent) / EFFICIENCY;
  return slots.map(({ start, end }) => {
    const hours = (end - start) / 3_600_000;
    const rate = rateOf?.(start, end);
    const cheap = rate !== undefined && limit !== null && rate <= limit;
    const wanted = Math.max((cheap ? fullPower : always) * hours, Math.min(Math.max(0, first), fullPower * hours));
    const energy = Math.max(0, Math.min(wanted, left));
    left -= energy;
    first -= energy;
    return energy;
  });
}
