import type { ChargerReading, ChargerTraits, MeterReading, Phases } from '../devices.ts';
import type { LoadpointSettings } from '../settings.ts';
import type { LoadpointState, PhaseOrder, Sampled, VehicleState } from '../site.ts';
import type { LoadpointMemory } from './memory.ts';
import { isConnected } from './observe.ts';
import { chargeCapacity } from './soc.ts';

/** Forms the picture of one loadpoint from its readings, settings and memory. Pure. */

/** IEC 61851-1: no charging below 6 A */
const LOWEST_CURRENT = 6;
/** A above the measured current that a car may still be ramping up to */
const HEADROOM = 2;

export interface LoadpointInputs {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly settings: Readonly<LoadpointSettings>;
  readonly enableDelay: number;
  readonly disableDelay: number;
  readonly guardDuration: number;
  readonly charger: Sampled<ChargerReading> | undefined;
  /** Reading of the separate charge meter, if there is one */
  readonly meter: Sampled<MeterReading> | undefined;
  readonly traits: ChargerTraits;
  readonly canSwitchPhases: boolean;
  readonly canWakeUp: boolean;
  readonly welcome: boolean;
  readonly circuit: string | undefined;
  readonly phaseOrder: PhaseOrder;
  readonly vehicle: VehicleState | undefined;
  readonly sessionEnergy: number;
  readonly memory: LoadpointMemory;
}

export function loadpointState(inputs: LoadpointInputs, voltage: number): LoadpointState {
  const { settings, memory, traits, vehicle, charger, canSwitchPhases } = inputs;
  const reading = charger?.value;
  const connected = isConnected(memory.status);
  const charging = memory.status === 'C';
  const phasesActive = smallest(memory.phasesEnabled, memory.phasesMeasured, vehicle?.phases, traits.phases);
  const measured =
    inputs.meter && !inputs.meter.stale ? inputs.meter.value : charger && !charger.stale ? reading : undefined;
  const chargeCurrents = measured?.currents;
  const step = traits.currentStep ?? 1;
  const currentStep = vehicle?.features.includes('coarseCurrent') ? Math.ceil(step) : step;
  const maxCurrent = Math.min(
    settings.maxCurrent,
    traits.maxCurrent ?? Number.POSITIVE_INFINITY,
    vehicle?.maxCurrent ?? Number.POSITIVE_INFINITY,
  );
  const usualMinimum = roundUp(
    Math.max(traits.minCurrent ?? LOWEST_CURRENT, vehicle?.minCurrent ?? 0, settings.minCurrent),
    currentStep,
  );
  const minCurrent = traits.switch ? switchedCurrent(inputs, measured?.power, phasesActive * voltage) : usualMinimum;
  const toldCurrent = traits.switch ? minCurrent : memory.offeredCurrent;
  const offeredCurrent = memory.enabled ? toldCurrent : 0;
  const derivedPower = charging ? offeredCurrent * phasesActive * voltage : 0;
  const chargePower = Math.max(0, measured?.power ?? derivedPower);
  // Heaters and the like are slow to take what they are offered: what they really take counts.
  const taken = traits.integrated
    ? chargePower / (phasesActive * voltage)
    : Math.min(chargeCurrents ? Math.max(...chargeCurrents) + HEADROOM : offeredCurrent, offeredCurrent);
  return {
    id: inputs.id,
    name: inputs.name,
    title: inputs.title,
    settings,
    enableDelay: inputs.enableDelay,
    disableDelay: inputs.disableDelay,
    guardDuration: inputs.guardDuration,
    traits,
    canSwitchPhases,
    canWakeUp: inputs.canWakeUp,
    welcome: inputs.welcome,
    circuit: inputs.circuit,
    phaseOrder: inputs.phaseOrder,
    connected,
    charging,
    enabled: memory.enabled,
    offeredCurrent,
    permittedCurrent: permitted(memory, toldCurrent, maxCurrent),
    effectiveCurrent: charging ? taken : 0,
    fastCharging: charging && memory.setpoint?.fast === true,
    phasesEnabled: memory.phasesEnabled,
    phasesActive,
    phasesMax: largestPhases(inputs),
    priority: vehicle?.priority ?? settings.priority,
    currentStep,
    minCurrent,
    maxCurrent,
    chargePower,
    sessionEnergy: inputs.sessionEnergy,
    timers: memory.timers,
    charger,
    chargeCurrents,
    vehicle,
    soc: memory.soc.soc,
    chargeCapacity: chargeCapacity(memory.soc, vehicle?.capacity),
    phasesMeasured: memory.phasesMeasured,
    connectedAt: memory.connectedAt,
    wishedAt: memory.wishedAt,
    switchedAt: memory.switchedAt,
    phasesSwitchedAt: memory.phasesSwitchedAt,
  };
}

/** A that something takes which can only be switched on: as measured, else as its driver or the user says. */
function switchedCurrent(
  { memory, traits, settings }: LoadpointInputs,
  power: number | undefined,
  perAmpere: number,
): number {
  // A little less, so that what it takes never falls short of its minimum by a rounding.
  const measured = memory.status === 'C' ? Math.floor((10 * (power ?? 0)) / perAmpere) / 10 : 0;
  return measured > 0 ? measured : (traits.minCurrent ?? settings.minCurrent);
}

/** A command whose outcome is unknown may have let the car take all that a charger is ever told. */
function permitted({ enabled, enabledKnown, currentKnown }: LoadpointMemory, told: number, maxCurrent: number): number {
  if (!enabled && enabledKnown) return 0;
  return currentKnown ? told : Math.max(told, maxCurrent);
}

/** Phases in use if every phase that may be used were switched on. */
function largestPhases({ settings, memory, traits, vehicle, canSwitchPhases }: LoadpointInputs): 1 | 2 | 3 {
  // While one phase is on, measuring one phase says nothing about the car.
  const oneOn = memory.phasesEnabled === 1 || vehicle?.phases === 1;
  const measured = oneOn ? undefined : memory.phasesMeasured;
  return smallest(canSwitchPhases ? settings.phases : memory.phasesEnabled, measured, vehicle?.phases, traits.phases);
}

/** The smallest of the known counts; 0 and absent mean unknown, which counts as 3. */
function smallest(...counts: readonly (0 | 1 | 2 | 3 | undefined)[]): 1 | 2 | 3 {
  let result: 1 | 2 | 3 = 3;
  for (const count of counts) if (count && count < result) result = count;
  return result;
}

/** A, rounded up to what can be set; 61 × 0.1 A are 6.1 A, not 6.1000000000000005 A. */
function roundUp(current: number, step: number): number {
  return Math.round(Math.ceil(current / step - 1e-9) * step * 1e6) / 1e6;
}

/** Phases that a charger which cannot switch them uses. */
export function fixedPhases(settings: Pick<LoadpointSettings, 'phases'>, traits: ChargerTraits): Phases {
  return settings.phases === 0 ? (traits.phases ?? 3) : settings.phases;
}
