import type { ChargerReading } from '../devices.ts';
import type { Timer } from '../site.ts';
import { type LoadpointMemory, NEW_MEMORY } from './memory.ts';
import { UNKNOWN_SOC } from './soc.ts';

/** What an earlier process remembered, made fit to go on with. Pure. */

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

const isFlag: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isAtLeast0: Check = (value) => isNumber(value) && (value as number) >= 0;
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const perhaps =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const recordOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const isTimer = recordOf({ action: isText, since: isNumber, delay: isAtLeast0 });

/** What each field must be; a field that has none here is a mistake that the compiler finds. */
const FIELDS: { readonly [Name in keyof LoadpointMemory]: Check } = {
  status: perhaps(oneOf('A', 'B', 'C')),
  enabled: isFlag,
  enabledKnown: isFlag,
  droppedOut: isFlag,
  offeredCurrent: isAtLeast0,
  currentKnown: isFlag,
  currentSetAt: perhaps(isNumber),
  phasesEnabled: oneOf(0, 1, 3),
  phasesMeasured: perhaps(oneOf(1, 2, 3)),
  switchedAt: perhaps(isNumber),
  switchedOn: isFlag,
  phasesSwitchedAt: perhaps(isNumber),
  failedAt: perhaps(isNumber),
  phaseFailures: isAtLeast0,
  pendingPhases: perhaps(recordOf({ since: isNumber, resumes: isFlag })),
  wishedAt: perhaps(isNumber),
  connectedAt: perhaps(isNumber),
  arrivedAt: perhaps(isNumber),
  connectedFor: perhaps(isNumber),
  wakeUp: perhaps(recordOf({ since: isNumber, left: isNumber })),
  waking: perhaps(oneOf('charger', 'vehicle')),
  mismatches: (value) => Array.isArray(value) && value.every(isText),
  undershootSince: perhaps(isNumber),
  vehicle: (value) => value === null || isText(value),
  identifier: isText,
  detection: perhaps(recordOf({ since: isNumber, askedAt: perhaps(isNumber), ambiguous: isFlag })),
  polled: perhaps(recordOf({ at: isNumber, attempts: isNumber })),
  soc: recordOf({
    soc: perhaps(isNumber),
    told: perhaps(recordOf({ soc: isNumber, at: isNumber, by: oneOf('charger', 'vehicle', 'user'), energy: isNumber })),
    first: perhaps(recordOf({ soc: isNumber, energy: isNumber })),
    energyPerPercent: perhaps(isNumber),
    step: perhaps(isNumber),
  }),
  yieldsTo: perhaps(isAtLeast0),
  timers: (value) => isRecord(value) && Object.values(value).every(isTimer),
  setpoint: () => true,
};

/** A memory that was plain text meanwhile; `undefined`: it is none, or one of another release. */
export function memoryOf(value: unknown): LoadpointMemory | undefined {
  if (!isRecord(value) || !Object.entries(FIELDS).every(([name, check]) => check(value[name]))) return undefined;
  const { soc } = value as Partial<LoadpointMemory>;
  const known = Object.keys(FIELDS).map((name) => [name, value[name]] as const);
  return { ...NEW_MEMORY, ...Object.fromEntries(known), soc: { ...UNKNOWN_SOC, ...soc }, setpoint: undefined };
}

/**
 * A memory as it is after a pause without cycles. What happened counts on; what was being waited for is waited for anew if
 * nobody watched for longer than a few cycles.
 */
export function aged(memory: LoadpointMemory, away: 'shortly' | 'long', now: number): LoadpointMemory {
  // The order that it belongs to is gone.
  const resumed = { ...memory, waking: undefined, yieldsTo: undefined };
  if (away === 'shortly') return resumed;
  const { pendingPhases, wakeUp, detection } = memory;
  return {
    ...resumed,
    timers: restarted(memory.timers, now),
    pendingPhases: pendingPhases && { ...pendingPhases, since: now },
    wakeUp: wakeUp && { ...wakeUp, since: now },
    detection: detection && { ...detection, since: now },
    polled: undefined,
    undershootSince: undefined,
  };
}

function restarted(timers: LoadpointMemory['timers'], now: number): LoadpointMemory['timers'] {
  const next: Record<string, Timer> = {};
  // One that has elapsed lets the next decision be immediate, which was meant for then.
  for (const [name, timer] of Object.entries(timers)) if (timer.delay > 0) next[name] = { ...timer, since: now };
  return next;
}

/**
 * A memory whose last commands may be missing, because the process was killed: the current is the one that the charger
 * reports; if it reports none, the one that the car takes, and the next order is sent in any case.
 */
export function afterKill(memory: LoadpointMemory, reading: ChargerReading): LoadpointMemory {
  if (!memory.enabled) return memory;
  const { maxCurrent, currents } = reading;
  if (maxCurrent !== undefined) return { ...memory, offeredCurrent: maxCurrent };
  const taken = currents ? Math.max(...currents) : 0;
  return { ...memory, offeredCurrent: Math.max(memory.offeredCurrent, taken), currentKnown: false };
}

/** Wh by which a counter may be lower than before without being another one */
const COUNTER_TOLERANCE = 1;

/** Whether what the charger says fits the car that was connected before, as far as that is known. */
export function isSameCar(
  before: { readonly identifier: string; readonly counter: number | undefined },
  now: { readonly identifier: string | undefined; readonly counter: number | undefined },
): boolean {
  if (before.identifier !== '' && now.identifier && now.identifier !== before.identifier) return false;
  return before.counter === undefined || now.counter === undefined || now.counter >= before.counter - COUNTER_TOLERANCE;
}

/** Whether something changed that must not be lost, not even when the process is killed a moment later. */
export function isMomentous(before: LoadpointMemory, after: LoadpointMemory): boolean {
  return MOMENTOUS.some((name) => before[name] !== after[name]) || !sameTimers(before.timers, after.timers);
}

const MOMENTOUS: readonly (keyof LoadpointMemory)[] = [
  'status',
  'enabled',
  'enabledKnown',
  'droppedOut',
  'phasesEnabled',
  'switchedAt',
  'switchedOn',
  'phasesSwitchedAt',
  'phaseFailures',
  'wishedAt',
  'connectedAt',
  'vehicle',
  'identifier',
];

function sameTimers(before: LoadpointMemory['timers'], after: LoadpointMemory['timers']): boolean {
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => {
      const [a, b] = [before[name], after[name]];
      return a?.action === b?.action && a?.since === b?.since && a?.delay === b?.delay;
    })
  );
}
