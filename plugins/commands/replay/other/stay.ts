import type { LoadpointRecord } from '../../../../core/index.ts';

/** A car at a charger from plugging in to leaving, as recorded: what it took, and what it showed that it can take. */
export interface Stay {
  /** ms since the epoch */
  readonly from: number;
  /** ms since the epoch; absent: it has not left yet */
  to?: number;
  /** Name of the vehicle; absent: unknown */
  vehicle?: string;
  /** Wh; absent: unknown */
  capacity?: number;
  /** Wh that it took */
  energy: number;
  /** W, when it was last looked at */
  power: number;
  /** A, the most that it took on a phase */
  peak: number;
  /** A, the most that it was offered while it charged */
  offered: number;
  /** Phases that carried current; absent: it never charged */
  phases?: 1 | 2 | 3;
  /** %, first and last known; absent: unknown */
  socFrom?: number;
  socTo?: number;
  /** %, at which the car stops by itself */
  limitSoc?: number;
  /** ms since the epoch since when it takes nothing although it is offered something */
  refusesSince?: number | undefined;
  /** It had enough: it stopped by itself */
  full: boolean;
}

/** ms without charging at an offer after which a car is taken to be full */
const REFUSAL = 120_000;
/** A of difference between what is offered and taken that are no limit of the car */
const TOLERANCE = 1;

export function createStay(from: number): Stay {
  return { from, energy: 0, power: 0, peak: 0, offered: 0, full: false };
}

/** `elapsed` ms have passed since the last call; `power` is the present one, W. */
export function noteStay(
  stay: Stay,
  { inputs: { memory, vehicle, charger, settings } }: Pick<LoadpointRecord, 'inputs'>,
  power: number,
  { now, elapsed, voltage }: { readonly now: number; readonly elapsed: number; readonly voltage: number },
): void {
  stay.energy += (stay.power * elapsed) / 3_600_000;
  stay.power = power;
  if (vehicle) {
    stay.vehicle = vehicle.name;
    if (vehicle.capacity !== undefined) stay.capacity = vehicle.capacity;
    const limit = vehicle.sample?.value.limitSoc;
    if (limit !== undefined) stay.limitSoc = limit;
  }
  const soc = charger?.value.soc ?? vehicle?.sample?.value.soc;
  if (soc !== undefined) {
    stay.socFrom ??= soc;
    stay.socTo = soc;
  }
  const charges = memory.status === 'C' && power > 0;
  if (charges) {
    const phases = memory.phasesMeasured ?? (memory.phasesEnabled === 1 ? 1 : 3);
    const highest = charger?.value.currents ? Math.max(...charger.value.currents) : power / (phases * voltage);
    stay.peak = Math.max(stay.peak, highest);
    stay.offered = Math.max(stay.offered, memory.offeredCurrent);
    stay.phases = Math.max(stay.phases ?? 1, phases) as 1 | 2 | 3;
  }
  const refuses = !charges && memory.enabled && memory.offeredCurrent >= settings.minCurrent;
  stay.refusesSince = refuses ? (stay.refusesSince ?? now) : undefined;
  stay.full = stay.refusesSince !== undefined && stay.energy > 0 && now - stay.refusesSince >= REFUSAL;
}

export function endStay(stay: Stay | undefined, now: number): void {
  if (stay) stay.to ??= now;
}

/** Wh that the car could have taken: until it was full, as far as that is known, else what it took. */
export function appetite({ energy, full, capacity, socTo, limitSoc = 100 }: Stay): number {
  if (full || capacity === undefined || socTo === undefined) return energy;
  return energy + (Math.max(0, limitSoc - socTo) / 100) * capacity;
}

/** A per phase that the car takes at most; Infinity: it took all that it was offered. */
export function limitOf({ peak, offered }: Stay): number {
  return peak > 0 && offered > peak + TOLERANCE ? peak : Number.POSITIVE_INFINITY;
}

/** % when the car has got so many Wh, counted from what it had in the recording when it came; `undefined`: unknown. */
export function socAfter({ socFrom, socTo, energy, capacity }: Stay, delivered: number): number | undefined {
  if (socFrom === undefined) return undefined;
  const measured =
    socTo !== undefined && energy > MEASURABLE && socTo > socFrom ? (socTo - socFrom) / energy : undefined;
  const perWh = measured ?? (capacity === undefined ? 0 : 100 / capacity);
  return Math.min(100, Math.max(0, socFrom + delivered * perWh));
}

/** Wh from which the rise of the soc says something */
const MEASURABLE = 2_000;
