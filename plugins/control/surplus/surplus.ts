import type { Decision, LoadpointTurn, SiteState, Timer } from '../../../core/index.ts';
import { amperes, elapsed, stopUnlessClimater, watts } from '../../shared/charging.ts';
import { choosePhases, next } from './phases.ts';

/** Regulates the site power to zero by charging: solar surplus goes into the car. Pure. */

export function followSurplus(loadpoint: LoadpointTurn, site: SiteState): Decision {
  const always = loadpoint.settings.mode === 'minpv';
  const { sitePower, minCurrent } = loadpoint;
  if (sitePower === undefined) {
    const timers = { pv: null, phase: null };
    if (!always)
      return { current: 0, reason: { code: 'surplus-unknown', text: 'surplus is unknown: no meter reading' }, timers };
    const text = `surplus is unknown: no meter reading, so only the minimum of ${amperes(minCurrent)}`;
    return { current: minCurrent, reason: { code: 'surplus-unknown', text }, timers };
  }
  const choice = choosePhases(loadpoint, site, sitePower);
  const decision = regulate(loadpoint, site, sitePower, choice.phases, choice.timer !== null);
  return {
    ...decision,
    ...(choice.phases !== undefined && { phases: choice.phases }),
    ...(decision.current > 0 && { yieldsTo: always ? minCurrent : 0 }),
    timers: {
      ...decision.timers,
      phase: choice.timer,
      ...(choice.phases !== undefined && pausesForSwitch(loadpoint) && { pv: elapsed(site.now) }),
    },
  };
}

/** A charge that pauses for the switch goes on right after it. */
function pausesForSwitch({ charging, traits }: LoadpointTurn): boolean {
  return charging && traits.phaseSwitching !== 'live';
}

function regulate(
  loadpoint: LoadpointTurn,
  site: SiteState,
  sitePower: number,
  switching: number | undefined,
  phasesWaiting: boolean,
): Decision {
  const { settings, minCurrent, maxCurrent, enabled, charging, effectiveCurrent, phasesActive, chargePower } =
    loadpoint;
  const phases = switching === undefined ? phasesActive : Math.min(switching, loadpoint.phasesMax);
  // A, summed over the phases; what still flows after switching off is about to be free.
  const taken = enabled ? effectiveCurrent * phasesActive : chargePower / site.voltage;
  const target = Math.max(0, (taken - sitePower / site.voltage) / phases);
  const surplus = Math.max(0, target * phases * site.voltage);
  const on = `on ${phases} phase${phases === 1 ? '' : 's'}`;

  if (target >= minCurrent && (enabled || settings.mode === 'minpv')) {
    const text = `surplus of ${watts(surplus)} allows ${amperes(Math.min(target, maxCurrent))} ${on}`;
    return { current: Math.min(target, maxCurrent), reason: { code: 'surplus', text }, timers: { pv: null } };
  }
  if (target < minCurrent) {
    const kept = floor(loadpoint, site, watts(surplus));
    if (kept) return kept;
  }
  if (enabled) {
    // Power that one phase less would save already, while that is being waited for.
    const saving = phasesWaiting ? site.voltage * minCurrent * (phases - 1) : 0;
    return stopWhenLasting(loadpoint, site, sitePower - saving, surplus, charging);
  }
  return startWhenLasting(loadpoint, site, sitePower, target, surplus, minCurrent * phases * site.voltage);
}

/** The minimum is charged without enough surplus: because the mode says so, or the home battery is full enough. */
function floor(
  { settings, minCurrent, charging }: LoadpointTurn,
  site: SiteState,
  surplus: string,
): Decision | undefined {
  const { batteryBuffered, batteryStart } = site.sitePower;
  const minimum = amperes(minCurrent);
  if (settings.mode === 'minpv') {
    return {
      current: minCurrent,
      reason: { code: 'minimum', text: `mode is minpv: at least ${minimum}, surplus is ${surplus}` },
    };
  }
  if (!batteryStart && !(batteryBuffered && charging)) return undefined;
  const text = `home battery keeps the minimum of ${minimum} going, surplus is ${surplus}`;
  return { current: minCurrent, reason: { code: 'battery-buffer', text } };
}

function stopWhenLasting(
  loadpoint: LoadpointTurn,
  site: SiteState,
  sitePower: number,
  surplus: number,
  charging: boolean,
): Decision {
  const { minCurrent, settings, disableDelay } = loadpoint;
  const low = `surplus of ${watts(surplus)} is below the minimum of ${amperes(minCurrent)}`;
  if (sitePower < settings.disableThreshold) {
    const text = `${low}, but within the threshold of ${watts(settings.disableThreshold)}`;
    return { current: minCurrent, reason: { code: 'surplus-tolerated', text }, timers: { pv: null } };
  }
  const { timer, remaining } = waiting(loadpoint, site, 'disable', disableDelay);
  if (remaining <= 0) {
    return { timers: { pv: null }, ...stopUnlessClimater(loadpoint, { code: 'surplus-low', text: low }) };
  }
  const text = `${low}, ${charging ? 'stops' : 'switches off'} in ${seconds(remaining)}`;
  return { current: minCurrent, reason: { code: 'surplus-stopping', text }, timers: { pv: timer } };
}

function startWhenLasting(
  loadpoint: LoadpointTurn,
  site: SiteState,
  sitePower: number,
  target: number,
  surplus: number,
  needed: number,
): Decision {
  const { minCurrent, settings, enableDelay } = loadpoint;
  const { enableThreshold } = settings;
  const enough = enableThreshold === 0 ? target >= minCurrent : sitePower <= enableThreshold;
  if (!enough) {
    const lacking = enableThreshold === 0 ? needed - surplus : sitePower - enableThreshold;
    const text = `waits for ${watts(lacking)} more surplus, for ${seconds(enableDelay)}`;
    return { timers: { pv: null }, ...stopUnlessClimater(loadpoint, { code: 'surplus-low', text }) };
  }
  const { timer, remaining } = waiting(loadpoint, site, 'enable', enableDelay);
  if (remaining <= 0) {
    const text = `surplus of ${watts(surplus)} lasted, starts with ${amperes(minCurrent)}`;
    return { current: minCurrent, reason: { code: 'surplus', text }, timers: { pv: null } };
  }
  const reason = {
    code: 'surplus-starting',
    text: `surplus of ${watts(surplus)} suffices, starts in ${seconds(remaining)}`,
  };
  return { ...stopUnlessClimater(loadpoint, reason), timers: { pv: timer } };
}

/** The pv timer for an action, and how long it still runs. */
function waiting(
  loadpoint: LoadpointTurn,
  site: SiteState,
  action: string,
  delay: number,
): { readonly timer: Timer; readonly remaining: number } {
  const timer = next(loadpoint.timers.pv, action, site.now, delay);
  return { timer, remaining: timer.since + delay - site.now };
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}
