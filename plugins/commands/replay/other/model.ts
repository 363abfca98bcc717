import { book, type Counters, createSlots, type Slots } from '../../../shared/simulation/ledger.ts';
import type { History, Moment } from './history.ts';
import { appetite, limitOf, type Stay, socAfter } from './stay.ts';

/** The recorded house with other decisions: cars and battery that do at once what they are told, as far as they can. */

export interface ModelLoadpoint {
  readonly name: string;
  readonly title: string;
  readonly stays: readonly Stay[];
  readonly phasesWired: 1 | 3;
  enabled: boolean;
  /** A per phase */
  current: number;
  phases: 1 | 3;
  /** The car that is there; absent: none */
  stay: Stay | undefined;
  /** Wh that this car got since it came */
  delivered: number;
  /** Wh that this car had more than in the recording when it came; less is negative */
  lead: number;
  /** Wh, counter of the charger */
  energy: number;
  /** W at present */
  power: number;
  starts: number;
  phaseSwitches: number;
}

export interface ModelBattery {
  /** Wh */
  readonly capacity: number;
  /** W */
  readonly charge: number;
  readonly discharge: number;
  /** Wh */
  readonly floor: number;
  stored: number;
  mode: 'normal' | 'hold' | 'charge' | 'holdcharge';
}

export interface Model {
  readonly loadpoints: readonly ModelLoadpoint[];
  readonly battery: ModelBattery | undefined;
  readonly slots: Slots;
  /** W at present */
  readonly powers: { readonly grid: number; readonly pv: number; readonly battery: number };
  /** Brings what holds at a moment: cars come and leave. */
  begin(moment: Moment): void;
  /** Something was told to a charger or the battery. */
  settle(): void;
  /** Wh that cars took in the recording, but have not got by now */
  unmet(): number;
  /** Lets the time until the next moment pass, at these prices. */
  pass(prices: { readonly grid: number; readonly feedin: number }): void;
}

/** Share of the energy that is left in each direction */
const EFFICIENCY = 0.95;

export function createModel(history: History, slot: number, battery: ModelBattery | undefined): Model {
  const { voltage } = history;
  const slots = slotsOf(history, slot);
  const loadpoints = history.loadpoints.map(({ name, title, traits, canSwitchPhases, stays }): ModelLoadpoint => {
    const phasesWired = traits.phases ?? 3;
    return {
      name,
      title,
      stays,
      phasesWired,
      enabled: false,
      current: 0,
      phases: canSwitchPhases ? 1 : phasesWired,
      stay: undefined,
      delivered: 0,
      lead: 0,
      energy: 0,
      power: 0,
      starts: 0,
      phaseSwitches: 0,
    };
  });
  let moment: Moment | undefined;
  const powers = { grid: 0, pv: 0, battery: 0 };
  let counters = NO_COUNTERS;
  /** Wh that each car has more than in the recording since it left, by name */
  const leads = new Map<string, number>();

  const takeNote = (loadpoint: ModelLoadpoint): void => {
    const { stay, lead, delivered } = loadpoint;
    if (stay) leads.set(carOf(loadpoint, stay), lead + delivered - stay.energy);
  };

  const settle = (): void => {
    const { load = 0, pv = 0, duration = 0 } = moment ?? {};
    for (const loadpoint of loadpoints) {
      const before = loadpoint.power;
      loadpoint.power = powerOf(loadpoint, voltage, duration);
      if (loadpoint.power > 0 && before === 0) loadpoint.starts += 1;
    }
    const charging = loadpoints.reduce((sum, { power }) => sum + power, 0);
    powers.pv = pv;
    powers.battery = battery ? batteryPower(battery, load + charging - pv, duration) : 0;
    powers.grid = load + charging - pv - powers.battery;
  };

  return {
    loadpoints,
    battery,
    slots,
    powers,
    begin(next) {
      moment = next;
      for (const loadpoint of loadpoints) {
        const { now } = next;
        const stay = loadpoint.stays.find(({ from, to }) => from <= now && now < (to ?? Number.POSITIVE_INFINITY));
        if (stay === loadpoint.stay) continue;
        takeNote(loadpoint);
        loadpoint.stay = stay;
        loadpoint.delivered = 0;
        loadpoint.lead = stay ? (leads.get(carOf(loadpoint, stay)) ?? 0) : 0;
      }
      settle();
    },
    settle,
    unmet() {
      for (const loadpoint of loadpoints) takeNote(loadpoint);
      return [...leads.values()].reduce((sum, lead) => sum + Math.max(0, -lead), 0);
    },
    pass({ grid, feedin }) {
      if (!moment || moment.duration === 0) return;
      const hours = moment.duration / 3_600_000;
      for (const loadpoint of loadpoints) {
        const energy = loadpoint.power * hours;
        loadpoint.energy += energy;
        if (loadpoint.stay) loadpoint.delivered += energy;
      }
      if (battery) battery.stored -= powers.battery * hours * (powers.battery > 0 ? 1 / EFFICIENCY : EFFICIENCY);
      const after = counted(
        counters,
        { ...powers, charging: loadpoints.reduce((sum, { power }) => sum + power, 0) },
        hours,
      );
      const index = slotOf(slots, moment.now);
      book(slots, index, counters, after, { grid, feedin });
      if (battery) slots.soc[index] = (battery.stored / battery.capacity) * 100;
      counters = after;
    },
  };
}

/** The recorded house in the same books. */
export function recordedSlots(history: History, slot: number): Slots {
  const slots = slotsOf(history, slot);
  let before = NO_COUNTERS;
  for (const { now, duration, grid, pv, battery, soc, charging, gridPrice, feedinPrice } of history.moments) {
    if (duration === 0) continue;
    const power = charging.reduce((sum, each) => sum + each, 0);
    const after = counted(before, { grid, pv, battery, charging: power }, duration / 3_600_000);
    const index = slotOf(slots, now);
    book(slots, index, before, after, { grid: gridPrice, feedin: feedinPrice });
    slots.soc[index] = soc;
    before = after;
  }
  return slots;
}

const NO_COUNTERS: Counters = { imported: 0, exported: 0, pv: 0, discharged: 0, charged: 0, charging: 0 };

function counted(
  before: Counters,
  {
    grid,
    pv,
    battery,
    charging,
  }: { readonly grid: number; readonly pv: number; readonly battery: number; readonly charging: number },
  hours: number,
): Counters {
  return {
    imported: before.imported + Math.max(0, grid) * hours,
    exported: before.exported + Math.max(0, -grid) * hours,
    pv: before.pv + pv * hours,
    discharged: before.discharged + Math.max(0, battery) * hours,
    charged: before.charged + Math.max(0, -battery) * hours,
    charging: before.charging + charging * hours,
  };
}

function slotsOf({ from, to }: History, slot: number): Slots {
  const start = Math.floor(from / slot) * slot;
  return createSlots(start, slot, Math.max(1, Math.floor((to - start) / slot) + 1));
}

function slotOf({ start, slot, count }: Slots, now: number): number {
  return Math.min(count - 1, Math.floor((now - start) / slot));
}

/** W that a car takes of what it is offered, no more than it still wants in `duration` ms. */
function powerOf(
  { stay, enabled, current, phases, delivered, lead }: ModelLoadpoint,
  voltage: number,
  duration: number,
): number {
  if (!stay || !enabled || current <= 0) return 0;
  const missing = appetite(stay) - lead - delivered;
  if (missing <= NOTHING) return 0;
  const power = Math.min(current, limitOf(stay)) * Math.min(phases, stay.phases ?? 3) * voltage;
  return duration === 0 ? power : Math.min(power, (missing * 3_600_000) / duration);
}

/** Wh that counts as nothing */
const NOTHING = 1e-6;

/** W, + discharge: what covers `demand` W, as far as content, limits and mode allow. */
function batteryPower(
  { mode, capacity, stored, floor, charge, discharge }: ModelBattery,
  demand: number,
  duration: number,
): number {
  const hours = Math.max(duration, 1_000) / 3_600_000;
  const wanted = mode === 'charge' ? -charge : demand;
  if (wanted > 0) {
    const left = (Math.max(0, stored - floor) * EFFICIENCY) / hours;
    return mode === 'hold' ? 0 : Math.min(wanted, discharge, left);
  }
  const room = Math.max(0, capacity - stored) / EFFICIENCY / hours;
  return mode === 'holdcharge' ? 0 : -Math.min(-wanted, charge, room);
}

/** % of the car that is there; `undefined`: none, or unknown. */
export function carSoc({ stay, delivered, lead }: ModelLoadpoint): number | undefined {
  return stay && socAfter(stay, lead + delivered);
}

/** What a car goes by: its name, or where it charges. */
function carOf(loadpoint: ModelLoadpoint, stay: Stay): string {
  return stay.vehicle ?? `at ${loadpoint.name}`;
}
