import type { LoadpointTurn, Phases, SiteState, Timer } from '../../../core/index.ts';
import { seconds } from '../../shared/charging.ts';

/** Decides when a charger that can switch changes between one and three phases. Pure. */

export interface PhaseChoice {
  /** Switch now; absent: not (yet) */
  readonly phases?: Phases;
  /** The timer from now on; null: none runs */
  readonly timer: Timer | null;
  /** What will happen while the timer runs, e.g. `switches to one phase in 90 s unless 640 W more are left` */
  readonly change?: string;
}

const current = (power: number, phases: number, voltage: number): number => power / (phases * voltage);

/** ms between two phase switches */
const PAUSE = 60_000;

/** `sitePower` in W, + too much consumption. */
export function choosePhases(loadpoint: LoadpointTurn, site: SiteState, sitePower: number): PhaseChoice {
  const { canSwitchPhases, phasesSwitchedAt } = loadpoint;
  const pauses = phasesSwitchedAt !== undefined && Math.abs(site.now - phasesSwitchedAt) < PAUSE;
  if (!canSwitchPhases || pauses) return { timer: null };
  const available = loadpoint.chargePower - sitePower;
  const fewer = wantsFewer(loadpoint, site.voltage, sitePower, available);
  if (!fewer && !wantsMore(loadpoint, site.voltage, available)) return { timer: null };
  const delay = fewer ? loadpoint.disableDelay : loadpoint.enableDelay;
  const timer = next(loadpoint.timers.phase, fewer ? 'scale1p' : 'scale3p', site.now, delay);
  const remaining = timer.since + delay - site.now;
  // No charge that could be interrupted: no need to wait.
  if (!loadpoint.charging || !loadpoint.enabled || remaining <= 0) return { phases: fewer ? 1 : 3, timer: null };
  const margin = fewer
    ? `${Math.ceil(least(loadpoint, loadpoint.phasesActive, site.voltage) - available)} W more are left`
    : `${Math.ceil(available - upperLimit(loadpoint, site.voltage))} W less are left`;
  return {
    timer,
    change: `switches to ${fewer ? 'one phase' : 'three phases'} in ${seconds(remaining)} unless ${margin}`,
  };
}

/** W that are missing until a charge on one phase would be switched to all; `undefined`: it would not be. */
export function missingForMore(loadpoint: LoadpointTurn, voltage: number, sitePower: number): number | undefined {
  if (!loadpoint.canSwitchPhases || !mayUseMore(loadpoint)) return undefined;
  return Math.max(0, Math.floor(upperLimit(loadpoint, voltage) - (loadpoint.chargePower - sitePower)) + 1);
}

/** The power does not reach the minimum on the phases in use, and charging is not fully covered anyway. */
function wantsFewer(loadpoint: LoadpointTurn, voltage: number, sitePower: number, available: number): boolean {
  const { phasesActive, settings, enabled, minCurrent } = loadpoint;
  const scalable = phasesActive > 1 && settings.phases === 0 && (sitePower > 0 || !enabled);
  return scalable && current(available, phasesActive, voltage) < minCurrent;
}

/** The power exceeds what one phase can take and reaches the minimum on all. */
function wantsMore(loadpoint: LoadpointTurn, voltage: number, available: number): boolean {
  const { phasesMax, minCurrent, maxCurrent } = loadpoint;
  return (
    mayUseMore(loadpoint) &&
    current(available, 1, voltage) > maxCurrent &&
    current(available, phasesMax, voltage) >= minCurrent
  );
}

const mayUseMore = ({ phasesMax, phasesEnabled, settings, onePhase }: LoadpointTurn): boolean =>
  phasesMax > 1 && phasesEnabled < phasesMax && settings.phases === 0 && !onePhase;

const least = ({ minCurrent }: LoadpointTurn, phases: number, voltage: number): number => minCurrent * phases * voltage;

/** W above which more phases are worth it. */
function upperLimit(loadpoint: LoadpointTurn, voltage: number): number {
  return Math.max(loadpoint.maxCurrent * voltage, least(loadpoint, loadpoint.phasesMax, voltage));
}

/** A timer of another direction starts again, and one from before the clock was set back. */
export function next(timer: Timer | undefined, action: string, now: number, delay: number): Timer {
  if (timer?.action === action && timer.since <= now) return { ...timer, delay };
  return { action, since: timer?.delay === 0 ? now - delay : now, delay };
}
