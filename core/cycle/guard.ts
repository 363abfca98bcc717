import type { ChargerReading, Phases, StatusReason } from '../devices.ts';
import type { LoadpointState, Reason, Sampled, Setpoint, Timer } from '../site.ts';
import type { LoadpointMemory } from './memory.ts';
import { ACTIVE_CURRENT, isFault, isPast, SETTLING } from './observe.ts';
import { wakeUp } from './wake-up.ts';

/**
 * The last stage of every decision, which no plugin can bypass. Whatever strategies and limiters answered, what leaves
 * here is within the limits of charger, car and loadpoint, never between 0 and the minimum, and switches no more often
 * than allowed. Pure.
 */

/** ms between two phase switches */
export const PHASE_PAUSE: number = SETTLING;
/** ms between two attempts when they fail or have no effect, doubling from `PHASE_PAUSE` on */
const LONGEST_PHASE_PAUSE = 3_600_000;
/** ms between two attempts to switch off a charger that gives no readings */
const OFF_RETRY = 60_000;
/** ms after which a phase switch that waits for the current to stop is given up */
const PENDING_LIMIT = 120_000;
/** W below which no current flows */
const IDLE_POWER = 100;

/** What shall be written. */
export interface Order {
  readonly enabled: boolean;
  /** A per phase, within the limits; only meaningful when enabled */
  readonly current: number;
  /** Absent: as they are */
  readonly phases?: Phases;
  /** Its current is not set, because it cannot be */
  readonly switchOnly?: true;
}

export interface GuardResult {
  /** Absent: the charger cannot be trusted, nothing is written */
  readonly order?: Order;
  /** The set-point in force, with every reason */
  readonly setpoint: Setpoint;
  readonly memory: LoadpointMemory;
  /** The car was woken up in vain; said once */
  readonly asleep?: true;
}

export function guard(wanted: Setpoint, loadpoint: LoadpointState, memory: LoadpointMemory, now: number): GuardResult {
  const reasons: Reason[] = [...wanted.reasons];
  const because: Because = (reason) => void reasons.push({ ...reason, by: 'core' });
  const { pendingPhases } = memory;
  let timer: Timer | undefined;
  const result = (order: Order | undefined, patch?: Partial<LoadpointMemory>): GuardResult => {
    const setpoint: Writable<Setpoint> = { current: order?.enabled ? order.current : 0, reasons };
    if (order?.phases !== undefined) setpoint.phases = order.phases;
    if (wanted.fast) setpoint.fast = true;
    const { asleep, wakeUp: woken, waking } = wakeUp(order?.enabled === true, loadpoint, memory, now);
    const timers = withGuard(memory.timers, timer);
    const next = { ...memory, pendingPhases: undefined, timers, wakeUp: woken, waking, setpoint };
    const outcome: Writable<GuardResult> = { setpoint, memory: patch ? { ...next, ...patch } : next };
    if (order) outcome.order = loadpoint.traits.switch ? { ...order, switchOnly: true } : order;
    if (asleep) outcome.asleep = true;
    return outcome;
  };

  if (!loadpoint.charger || loadpoint.charger.stale) {
    // Switching off is tried even so, now and then: commands may get through where readings do not.
    const off = wanted.current === 0 && loadpoint.enabled && isPast(memory.failedAt, OFF_RETRY, now);
    because({
      code: 'charger-unavailable',
      text: `charger gave no reading${loadpoint.charger ? ' for too long' : ' yet'}; ${off ? 'it is switched off' : 'nothing is sent'}`,
      change: 'goes on when the charger answers',
      current: off ? 0 : loadpoint.offeredCurrent,
    });
    return loadpoint.charger && off ? result(switched(0)) : result(undefined, { pendingPhases });
  }

  const phases = allowedPhases(wanted, loadpoint, memory, now, because);
  const current = within(onPhasesInUse(wanted, loadpoint, phases), loadpoint, because);
  const paused = (wantedCurrent: number): number => {
    const remaining = pauseLeft(wantedCurrent, loadpoint, memory, now);
    if (remaining === 0) return wantedCurrent;
    const { guardDuration } = loadpoint;
    timer = { action: 'enable', since: now + remaining - guardDuration, delay: guardDuration };
    const wait = Math.ceil(remaining / 1_000);
    const text = `charger was switched off less than ${guardDuration / 1_000} s ago; ${wait} s to wait`;
    because({ code: 'guard', text, change: `starts in ${wait} s`, current: 0 });
    return 0;
  };

  if (phases !== undefined) {
    const { since, resumes } = pendingPhases ?? { since: now, resumes: loadpoint.enabled };
    if (loadpoint.traits.phaseSwitching === 'live' || isIdle(loadpoint, memory, loadpoint.charger, now)) {
      // A charge that was only paused for the switch goes on at once; any other start waits as usual.
      return result({ ...switched(resumes ? current : paused(current)), phases });
    }
    if (isPast(since, PENDING_LIMIT, now)) {
      const text = `current still flows after ${PENDING_LIMIT / 1_000} s; phases stay as they are`;
      because({ code: 'phase-switch-failed', text, change: `tries again in ${PHASE_PAUSE / 1_000} s`, current: 0 });
      return result(switched(0), { phasesSwitchedAt: now, failedAt: now, phaseFailures: memory.phaseFailures + 1 });
    }
    const text = `charging pauses to switch to ${phases} phase${phases === 1 ? '' : 's'}`;
    because({ code: 'phase-switch', text, change: 'goes on when no current flows any more', current: 0 });
    return result(switched(0), { pendingPhases: { since, resumes: resumes && current > 0 } });
  }

  const allowed = paused(current);
  const { statusReason } = loadpoint.charger.value;
  if (allowed > 0 && statusReason && !loadpoint.charging) because({ ...WAITING[statusReason], current: allowed });
  return result(switched(allowed));
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** The timers with the one of the guard, or without. */
function withGuard(timers: LoadpointMemory['timers'], guard: Timer | undefined): LoadpointMemory['timers'] {
  if (guard) return { ...timers, guard };
  if (timers.guard === undefined) return timers;
  const { guard: _, ...others } = timers;
  return others;
}

const WAITING: Readonly<Record<StatusReason, Omit<Reason, 'by'>>> = {
  waitingforauthorization: {
    code: 'waiting-for-authorization',
    text: 'charger waits for an authorization',
    change: 'starts when the car is authorized at the charger',
  },
  disconnectrequired: {
    code: 'disconnect-required',
    text: 'charger does not charge this connection any more',
    change: 'starts when the car was disconnected and connected again',
  },
};

/** Adds a reason of the guard. */
type Because = (reason: Omit<Reason, 'by'>) => void;

const switched = (current: number): Order => ({ enabled: current > 0, current });

/** Switched off, which the charger confirms: it was read after the last command, and no current flows. */
function isIdle(
  { enabled, charging, chargePower, chargeCurrents = [0, 0, 0] }: LoadpointState,
  { switchedAt, failedAt }: LoadpointMemory,
  { value, at: readAt }: Sampled<ChargerReading>,
  now: number,
): boolean {
  const seen = (at: number | undefined): boolean => at === undefined || readAt > at || now < at;
  const flows = charging || chargePower > IDLE_POWER || chargeCurrents.some((current) => current > ACTIVE_CURRENT);
  return !enabled && !value.enabled && !flows && seen(switchedAt) && seen(failedAt);
}

/** A that take no more power on the phases in use than was meant for one. */
function onPhasesInUse(wanted: Setpoint, { phasesActive }: LoadpointState, switching: Phases | undefined): number {
  return wanted.phases === 1 && switching === undefined ? wanted.current / phasesActive : wanted.current;
}

/** A within the limits and on the charger's steps; below the minimum there is nothing but 0. */
function within(wanted: number, loadpoint: LoadpointState, because: Because): number {
  if (!(wanted > 0)) return 0;
  const { minCurrent, maxCurrent, currentStep: step, traits } = loadpoint;
  const capped = Math.min(wanted, maxCurrent);
  // Down to the step; the small addend and the rounding undo that 0.3 / 0.1 is less than 3.
  const stepped = Math.min(Math.round(Math.floor(capped / step + 1e-9) * step * 1e6) / 1e6, capped);
  // What can only be switched on takes what it takes.
  const current = traits.switch ? Math.min(capped, minCurrent) : stepped;
  if (current >= minCurrent) return current;
  if (maxCurrent < minCurrent) {
    const text = `no current is possible: at least ${minCurrent} A are needed, at most ${maxCurrent} A allowed`;
    because({ code: 'limits-conflict', text, change: `starts when ${minCurrent} A are allowed`, current: 0 });
  } else {
    const text = `${Math.round(wanted * 10) / 10} A are less than the minimum of ${minCurrent} A`;
    because({ code: 'below-minimum', text, change: `starts when ${minCurrent} A are allowed`, current: 0 });
  }
  return 0;
}

/** The phases to switch to; `undefined`: none, or not now. */
function allowedPhases(
  wanted: Setpoint,
  loadpoint: LoadpointState,
  memory: LoadpointMemory,
  now: number,
  because: Because,
): Phases | undefined {
  const { phases } = wanted;
  if ((phases !== 1 && phases !== 3) || phases === memory.phasesEnabled) return undefined;
  if (!loadpoint.canSwitchPhases || (phases === 3 && loadpoint.traits.phases === 1)) return undefined;
  // With a fault it is uncertain whether current flows.
  if (isFault(loadpoint.charger?.value.status)) return undefined;
  const pause = Math.min(LONGEST_PHASE_PAUSE, PHASE_PAUSE * 2 ** Math.max(0, memory.phaseFailures - 1));
  if (!isPast(memory.phasesSwitchedAt, pause, now)) {
    const left = Math.ceil(((memory.phasesSwitchedAt ?? now) + pause - now) / 1_000);
    because({
      code: 'phase-pause',
      text: `phases were switched less than ${pause / 1_000} s ago`,
      change: `switches to ${phases} phase${phases === 1 ? '' : 's'} in ${left} s`,
    });
    return undefined;
  }
  return phases;
}

/** ms until the charger may be switched on again; 0: now. A user's wish and a newly connected car need not wait. */
function pauseLeft(
  current: number,
  loadpoint: LoadpointState,
  { enabledKnown, switchedOn }: LoadpointMemory,
  now: number,
): number {
  const { switchedAt, wishedAt, guardDuration } = loadpoint;
  if (current === 0 || (loadpoint.enabled && enabledKnown) || switchedAt === undefined || switchedOn) return 0;
  if (wishedAt !== undefined && wishedAt >= switchedAt) return 0;
  return isPast(switchedAt, guardDuration, now) ? 0 : switchedAt + guardDuration - now;
}
