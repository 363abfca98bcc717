import type { ChargerReading, VehicleReading } from '../devices.ts';
import type { Sampled } from '../site.ts';

/**
 * Follows the soc of a car between the moments at which it is told: it rises with the charged energy, and how much energy a
 * percent takes is learned while charging. Pure.
 */

/** Share of the charged energy that reaches the battery, until it was learned */
const EFFICIENCY = 0.85;
/** % that must have been charged before anything is learned */
const LEARNING_SPAN = 10;
/** What takes more than this many times the capacity is no loss, but a wrong reading or a wrong capacity. */
const LARGEST_LOSS = 3;
/** ms for which a soc is known that nothing can be estimated from, while the car charges on */
const VALIDITY = 3_600_000;
/** Wh that change no soc */
const NOTHING = 1;

/** A soc that somebody told. */
export interface ToldSoc {
  /** % */
  readonly soc: number;
  /** ms since the epoch */
  readonly at: number;
  readonly by: 'charger' | 'vehicle' | 'user';
}

/** What a loadpoint remembers of the soc of its car: plain data, replaced as a whole. */
export interface SocMemory {
  /** %, estimated from what was told; °C for heaters; absent: unknown */
  readonly soc: number | undefined;
  /** What was told last, and Wh of the session at which the soc was reached; absent: nothing yet */
  readonly told: (ToldSoc & { readonly energy: number }) | undefined;
  /** From where on is learned how much energy a percent takes: %, and Wh of the session */
  readonly first: { readonly soc: number; readonly energy: number } | undefined;
  /** Wh at the charger, as learned; absent: not yet */
  readonly energyPerPercent: number | undefined;
  /** %, the highest full ten that was reached, at first that of the first soc; absent: none yet */
  readonly step: number | undefined;
}

export const UNKNOWN_SOC: SocMemory = {
  soc: undefined,
  told: undefined,
  first: undefined,
  energyPerPercent: undefined,
  step: undefined,
};

export interface SocInputs {
  /** ms since the epoch */
  readonly now: number;
  /** Absent: nobody told anything */
  readonly told: ToldSoc | undefined;
  /** Wh charged in this session; falls only when another one begins */
  readonly energy: number;
  /** Wh of the battery; absent: unknown, nothing is estimated */
  readonly capacity: number | undefined;
  /** false: only what was told counts */
  readonly estimate: boolean;
}

/** Takes what was told and charged into the memory. */
export function followSoc(memory: SocMemory, inputs: SocInputs): SocMemory {
  const next = counted(taken(memory, inputs), inputs.energy);
  const soc = estimated(next, inputs);
  return next === memory && soc === memory.soc ? memory : { ...next, soc };
}

/** Notes the full ten that the soc is in; `reached`: a new one, passed since the soc is followed. */
export function followSteps(memory: SocMemory): { readonly memory: SocMemory; readonly reached?: number } {
  if (memory.soc === undefined) return { memory };
  const reached = Math.floor(memory.soc / 10) * 10;
  if (memory.step === undefined) return { memory: { ...memory, step: reached } };
  return reached > memory.step ? { memory: { ...memory, step: reached }, reached } : { memory };
}

/** Wh at the charger for 100 %: the capacity with the losses of charging; absent: the capacity is unknown. */
export function chargeCapacity(
  { energyPerPercent }: Pick<SocMemory, 'energyPerPercent'>,
  capacity: number | undefined,
): number | undefined {
  if (capacity === undefined) return undefined;
  return energyPerPercent === undefined ? capacity / EFFICIENCY : Math.max(capacity, energyPerPercent * 100);
}

/**
 * What counts of all that is read: what the charger says, else what the car says. Values that no battery can have count as
 * unknown, and so does what a car said before it was connected, or too long ago while it is away.
 */
export function toldSoc(
  charger: Sampled<ChargerReading> | undefined,
  vehicle: Sampled<VehicleReading> | undefined,
  connectedAt: number | undefined,
): ToldSoc | undefined {
  const fromCharger = charger && !charger.stale ? charger.value.soc : undefined;
  if (charger && isSoc(fromCharger)) return { soc: fromCharger, at: charger.at, by: 'charger' };
  const counts = vehicle && (connectedAt === undefined ? !vehicle.stale : vehicle.at >= connectedAt);
  const fromVehicle = counts ? vehicle.value.soc : undefined;
  return vehicle && isSoc(fromVehicle) ? { soc: fromVehicle, at: vehicle.at, by: 'vehicle' } : undefined;
}

const isSoc = (soc: number | undefined): soc is number => soc !== undefined && soc >= 0 && soc <= 100;

/** A told value that repeats the one before says nothing new: cars count in whole percents, or answer from a cache. */
function taken(memory: SocMemory, { told, energy, capacity, estimate }: SocInputs): SocMemory {
  const before = memory.told;
  if (!told || (before && told.at <= before.at)) return memory;
  if (before && told.soc === before.soc && told.by === before.by && energy >= before.energy) {
    return { ...memory, told: { ...before, at: told.at } };
  }
  const here = { soc: told.soc, energy };
  const goesOn = before && told.by === before.by && told.soc > before.soc && energy >= before.energy;
  const first = (goesOn && memory.first) || here;
  const learned = estimate && capacity !== undefined ? energyPerPercent(first, here, capacity) : undefined;
  return { ...memory, told: { ...told, energy }, first, energyPerPercent: learned ?? memory.energyPerPercent };
}

/** Wh per percent between two moments; `undefined`: too little was charged, or it is not plausible. */
function energyPerPercent(
  from: { readonly soc: number; readonly energy: number },
  to: { readonly soc: number; readonly energy: number },
  capacity: number,
): number | undefined {
  const [percent, energy] = [to.soc - from.soc, to.energy - from.energy];
  if (percent <= LEARNING_SPAN || energy <= 0) return undefined;
  const learned = energy / percent;
  return learned <= (LARGEST_LOSS * capacity) / 100 ? learned : undefined;
}

/** When the energy is counted from zero again, the estimate goes on from where it is; learning begins anew. */
function counted(memory: SocMemory, energy: number): SocMemory {
  const { told, soc } = memory;
  if (!told || energy >= told.energy) return memory;
  return { ...memory, told: { ...told, soc: soc ?? told.soc, energy }, first: undefined };
}

function estimated(memory: SocMemory, { now, energy, capacity, estimate }: SocInputs): number | undefined {
  const { told } = memory;
  if (!told) return undefined;
  const full = estimate ? chargeCapacity(memory, capacity) : undefined;
  const charged = Math.max(0, energy - told.energy);
  if (full !== undefined) return Math.min(100, told.soc + (charged / full) * 100);
  return charged <= NOTHING || now - told.at <= VALIDITY ? told.soc : undefined;
}
