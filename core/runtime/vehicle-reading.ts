import type { Detection, LoadpointMemory } from '../cycle/memory.ts';
import type { VehicleReading } from '../devices.ts';
import type { Sampled, VehicleFeature, VehicleState } from '../site.ts';
import type { Equipment, EquippedVehicle } from './equipment.ts';
import type { Loadpoint } from './loadpoint.ts';

/**
 * When vehicles are read, and what counts of their readings. Car makers allow few questions a day and asking wakes cars up, so
 * they are asked when something depends on the answer, and not again at once when they do not answer.
 */

/** Attempts to read a vehicle in a row, until it is asked again only when something happened, or after the interval */
const ATTEMPTS = 3;
/** ms between two rounds of asking all vehicles which of them was connected */
const DETECTION_PAUSE = 60_000;

/** Starts the readings of vehicles that are due, and creates those that could not be created yet; the promises never reject. */
export function refreshVehicles(equipment: Equipment, now: number): Promise<void>[] {
  const started: Promise<void>[] = [];
  const add = (work: Promise<void> | undefined): boolean => {
    if (work !== undefined) started.push(work);
    return work !== undefined;
  };
  for (const { handle } of equipment.vehicles.values()) if (!handle.device) add(handle.prepare());
  for (const loadpoint of equipment.loadpoints) {
    const { memory } = loadpoint;
    const { detection } = memory;
    const vehicle = equipment.vehicles.get(loadpoint.vehicle ?? '');
    if (vehicle && isDue(vehicle, loadpoint, now)) {
      if (!memory.polled) forget(vehicle);
      if (add(vehicle.handle.refresh())) loadpoint.memory = { ...memory, polled: attempted(vehicle, loadpoint, now) };
    } else if (detection && isRound(detection, now)) {
      for (const candidate of candidates(equipment, loadpoint)) {
        forget(candidate);
        add(candidate.handle.refresh());
      }
      loadpoint.memory = { ...memory, detection: { ...detection, askedAt: now } };
    }
  }
  return started;
}

/**
 * A vehicle is read while it charges, and once after it was connected, began or ended charging; besides, as configured, now and
 * then while it stands there, or always.
 */
function isDue(vehicle: EquippedVehicle, { memory, spec }: Loadpoint, now: number): boolean {
  const features = featuresOf(vehicle);
  if (features.includes('offline')) return false;
  if (features.includes('streaming') || memory.status === 'C') return true;
  const { mode, interval } = spec.soc.poll;
  if (memory.connectedAt === undefined && mode !== 'always') return false;
  const { polled } = memory;
  if (!polled || (!hasAnswered(vehicle, polled.at, now) && polled.attempts < ATTEMPTS)) return true;
  return mode !== 'charging' && isOver(polled.at, interval, now);
}

/** A reading that fails is tried again a few times; any other one begins a new count. */
function attempted(vehicle: EquippedVehicle, { memory: { polled } }: Loadpoint, now: number) {
  const again = polled && polled.attempts < ATTEMPTS && !hasAnswered(vehicle, polled.at, now);
  return again ? { ...polled, attempts: polled.attempts + 1 } : { at: now, attempts: 1 };
}

const hasAnswered = ({ handle }: EquippedVehicle, since: number, now: number): boolean => {
  const at = handle.sample(now)?.at;
  return at !== undefined && at >= since;
};

const isRound = ({ askedAt }: Detection, now: number): boolean =>
  askedAt === undefined || isOver(askedAt, DETECTION_PAUSE, now);

/** Also when the clock was set back behind it, so that nothing waits for hours then. */
const isOver = (at: number, ms: number, now: number): boolean => now - at >= ms || now < at;

/** What a driver does wrong here is no reason not to read it. */
function forget({ handle: { device } }: EquippedVehicle): void {
  try {
    device?.forget?.();
  } catch {}
}

/** Vehicles that may be the one that was connected: those that say where they are, and are not known to be elsewhere. */
export function candidates({ vehicles, loadpoints }: Equipment, loadpoint: Loadpoint): EquippedVehicle[] {
  const elsewhere = new Set(
    loadpoints
      .filter((other) => other !== loadpoint && other.memory.connectedAt !== undefined)
      .map((other) => other.vehicle),
  );
  return [...vehicles.values()].filter((vehicle) => {
    const features = featuresOf(vehicle);
    return (
      !elsewhere.has(vehicle.spec.name) && !features.includes('offline') && !features.includes('autodetectDisabled')
    );
  });
}

/** What was configured, and what the driver says of itself; a driver that is not there yet is not known to be offline. */
export function featuresOf({ spec, handle }: EquippedVehicle): readonly VehicleFeature[] {
  const traits = handle.device?.traits ?? {};
  const further = (['offline', 'streaming'] as const).filter((each) => traits[each] && !spec.features.includes(each));
  return further.length === 0 ? spec.features : [...spec.features, ...further];
}

/** What the car said before it was connected says nothing of it any more. */
export function vehicleState(
  vehicle: EquippedVehicle | undefined,
  { connectedAt, status }: Pick<LoadpointMemory, 'connectedAt' | 'status'>,
  now: number,
): VehicleState | undefined {
  if (!vehicle) return undefined;
  const { spec, handle } = vehicle;
  const last = handle.sample(now);
  const features = featuresOf(vehicle);
  const isAsked = status === 'C' || features.includes('streaming');
  return {
    name: spec.name,
    title: spec.title,
    icon: spec.icon,
    features,
    ...(handle.device?.wakeUp && { canWakeUp: true }),
    ...(spec.capacity !== undefined && { capacity: spec.capacity }),
    ...(spec.phases !== undefined && { phases: spec.phases }),
    ...(spec.minCurrent !== undefined && { minCurrent: spec.minCurrent }),
    ...(spec.maxCurrent !== undefined && { maxCurrent: spec.maxCurrent }),
    ...(spec.maxPower !== undefined && { maxPower: spec.maxPower }),
    ...(spec.priority !== undefined && { priority: spec.priority }),
    ...(last &&
      last.at >= (connectedAt ?? 0) && { sample: counting(last, isAsked && !features.includes('climaterDisabled')) }),
  };
}

/** An old reading without what changes fast; climate control is known to run only while the car is asked in every cycle. */
function counting(sample: Sampled<VehicleReading>, withClimater: boolean): Sampled<VehicleReading> {
  const { soc, status, climater, ...slow } = sample.value;
  if (sample.stale) return { ...sample, value: slow };
  if (climater === undefined || withClimater) return sample;
  return { ...sample, value: { ...slow, ...(soc !== undefined && { soc }), ...(status && { status }) } };
}
