import type { LoadpointTurn, Phases, SiteState, Timer } from '../../../core/index.ts';

/** Decides when a charger that can switch changes between one and three phases. Pure. */

export interface PhaseChoice {
  /** Switch now; absent: not (yet) */
  readonly phases?: Phases;
  /** The timer from now on; null: none runs */
  readonly timer: Timer | null;
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
  if (fewer || wantsMore(loadpoint, site.voltage, available)) {
    const delay = fewer ? loadpoint.disableDelay : loadpoint.enableDelay;
    const timer = next(loadpoint.timers.phase, fewer ? 'scale1p' : 'scale3p', site.now, delay);
    // No charge that could be interrupted: no need to wait.
    const due = !loadpoint.charging || !loadpoint.enabled || site.now - timer.since >= delay;
    return due ? { phases: fewer ? 1 : 3, timer: null } : { timer };
  }
  return { timer: null };
}

/** The power does not reach the minimum on the phases in use, and charging is not fully covered anyway. */
function wantsFewer(loadpoint: LoadpointTurn, voltage: number, sitePower: number, available: number): boolean {
  const { phasesActive, settings, enabled, minCurrent } = loadpoint;
  const scalable = phasesActive > 1 && settings.phases === 0 && (sitePower > 0 || !enabled);
  return scalable && current(available, phasesActive, voltage) < minCurrent;
}

/** The power exceeds what one phase can take and reaches the minimum on all. */
function wantsMore(loadpoint: LoadpointTurn, voltage: number, available: number): boolean {
  const { phasesMax, phasesEnabled, settings, minCurrent, maxCurrent } = loadpoint;
  const scalable = phasesMax > 1 && phasesEnabled < phasesMax && settings.phases === 0;
  return (
    scalable && current(available, 1, voltage) > maxCurrent && current(available, phasesMax, voltage) >= minCurrent
  );
}

/** A timer of another direction starts again, and one from before the clock was set back. */
export function next(timer: Timer | undefined, action: string, now: number, delay: number): Timer {
  if (timer?.action === action && timer.since <= now) return { ...timer, delay };
  return { action, since: timer?.delay === 0 ? now - delay : now, delay };
}
