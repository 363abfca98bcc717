import type { Decision, LoadpointTurn, SiteState, Timer } from '../../../core/index.ts';
import { amperes, climaterRuns, elapsed, seconds, stopUnlessClimater, watts, welcomed } from '../../shared/charging.ts';
import { choosePhases, missingForMore, next } from './phases.ts';

/** Regulates the site power to zero by charging: solar surplus goes into the car. Pure. */

export function followSurplus(loadpoint: LoadpointTurn, site: SiteState): Decision {
  const decision = decide(loadpoint, site);
  return decision.current === 0 && loadpoint.welcome ? welcomed(loadpoint) : decision;
}

function decide(loadpoint: LoadpointTurn, site: SiteState): Decision {
  const always = loadpoint.settings.mode === 'minpv';
  const { sitePower, minCurrent, traits } = loadpoint;
  if (sitePower === undefined) return withoutReading(minCurrent, always);
  const choice = choosePhases(loadpoint, site, sitePower);
  const decision = regulate(loadpoint, site, sitePower, choice.phases, choice.timer !== null);
  const { reason } = decision;
  return {
    ...decision,
    reason: choice.change === undefined ? reason : { ...reason, change: choice.change },
    ...(choice.phases !== undefined && { phases: choice.phases }),
    // What can only be switched gives nothing while it has to stay on.
    ...(decision.current > 0 && !(always && traits.switch) && { yieldsTo: always ? minCurrent : 0 }),
    timers: {
      ...decision.timers,
      phase: choice.timer,
      ...(choice.phases !== undefined && pausesForSwitch(loadpoint) && { pv: elapsed(site.now) }),
    },
  };
}

function withoutReading(minCurrent: number, always: boolean): Decision {
  const unknown = 'surplus is unknown: no meter reading';
  const text = always ? `${unknown}, so only the minimum of ${amperes(minCurrent)}` : unknown;
  const change = `${always ? 'follows the surplus' : 'starts with enough surplus'} when the meters answer`;
  return {
    current: always ? minCurrent : 0,
    reason: { code: 'surplus-unknown', text, change },
    timers: { pv: null, phase: null },
  };
}

/** A charge that pauses for the switch goes on right after it. */
function pausesForSwitch({ charging, traits }: LoadpointTurn): boolean {
  return charging && traits.phaseSwitching !== 'live';
}

/** What the surplus is enough for. */
interface Balance {
  /** W, + too much consumption, as far as charging is to blame */
  readonly sitePower: number;
  /** A per phase */
  readonly target: number;
  /** W */
  readonly surplus: number;
  /** W that the minimum takes */
  readonly needed: number;
}

function regulate(
  loadpoint: LoadpointTurn,
  site: SiteState,
  sitePower: number,
  switching: number | undefined,
  phasesWaiting: boolean,
): Decision {
  const { settings, minCurrent, maxCurrent, enabled, effectiveCurrent, phasesActive, chargePower } = loadpoint;
  const phases = switching === undefined ? phasesActive : Math.min(switching, loadpoint.phasesMax);
  const perAmpere = phases * site.voltage;
  // A, summed over the phases; what still flows after switching off is about to be free.
  const taken = enabled ? effectiveCurrent * phasesActive : chargePower / site.voltage;
  const target = Math.max(0, (taken - sitePower / site.voltage) / phases);
  const surplus = target * perAmpere;
  const balance: Balance = { sitePower, target, surplus, needed: minCurrent * perAmpere };
  const on = `on ${phases} phase${phases === 1 ? '' : 's'}`;

  if (target >= minCurrent && (enabled || settings.mode === 'minpv')) {
    const text = `surplus of ${watts(surplus)} allows ${amperes(Math.min(target, maxCurrent))} ${on}`;
    const change = whatGivesMore(loadpoint, site, balance, perAmpere);
    const reason = { code: 'surplus', text, ...(change !== undefined && { change }) };
    return { current: Math.min(target, maxCurrent), reason, timers: { pv: null } };
  }
  if (target < minCurrent) {
    const kept = floor(loadpoint, site, balance);
    if (kept) return kept;
  }
  if (!enabled) return startWhenLasting(loadpoint, site, balance, maxCurrent * loadpoint.phasesMax * site.voltage);
  // Power that one phase less would save already, while that is being waited for.
  const saving = phasesWaiting ? site.voltage * minCurrent * (phases - 1) : 0;
  return stopWhenLasting(loadpoint, site, { ...balance, sitePower: sitePower - saving });
}

/** The next step of the current, or more phases at its end; `undefined`: it is all that is allowed. */
function whatGivesMore(
  loadpoint: LoadpointTurn,
  { voltage }: SiteState,
  { sitePower, target, surplus }: Balance,
  perAmpere: number,
): string | undefined {
  const { maxCurrent, currentStep, enableDelay, traits } = loadpoint;
  const higher = Math.round((Math.floor(target / currentStep + 1e-9) + 1) * currentStep * 1e6) / 1e6;
  if (higher <= maxCurrent && !traits.switch) {
    return `rises to ${higher} A with ${Math.ceil(higher * perAmpere - surplus)} W more surplus`;
  }
  const missing = missingForMore(loadpoint, voltage, sitePower);
  if (missing === undefined) return undefined;
  const when =
    missing > 0 ? `with ${missing} W more surplus for ${seconds(enableDelay)}` : 'when that is allowed again';
  return `switches to three phases ${when}`;
}

/** The minimum is charged without enough surplus: because the mode says so, or the home battery is full enough. */
function floor(
  { settings, minCurrent, charging }: LoadpointTurn,
  site: SiteState,
  { surplus, needed }: Balance,
): Decision | undefined {
  const { batteryBuffered, batteryStart } = site.sitePower;
  const minimum = amperes(minCurrent);
  const change = `follows the surplus with ${lack(needed - surplus)} more of it`;
  if (settings.mode === 'minpv') {
    const text = `mode is minpv: at least ${minimum}, surplus is ${watts(surplus)}`;
    return { current: minCurrent, reason: { code: 'minimum', text, change }, timers: { pv: null } };
  }
  if (!batteryStart && !(batteryBuffered && charging)) return undefined;
  const text = `home battery keeps the minimum of ${minimum} going, surplus is ${watts(surplus)}`;
  return { current: minCurrent, reason: { code: 'battery-buffer', text, change } };
}

function stopWhenLasting(loadpoint: LoadpointTurn, site: SiteState, { sitePower, surplus, needed }: Balance): Decision {
  const { minCurrent, settings, disableDelay, enableDelay, charging } = loadpoint;
  const text = `surplus of ${watts(surplus)} is below the minimum of ${amperes(minCurrent)}`;
  if (climaterRuns(loadpoint)) {
    return { ...stopUnlessClimater(loadpoint, { code: 'surplus-low', text }), timers: { pv: null } };
  }
  const missing = lack(Math.min(needed - surplus, sitePower - settings.disableThreshold));
  if (sitePower < settings.disableThreshold) {
    const tolerated = `${text}, but within the threshold of ${watts(settings.disableThreshold)}`;
    const change = `follows the surplus with ${lack(needed - surplus)} more of it`;
    const reason = { code: 'surplus-tolerated', text: tolerated, change };
    return { current: minCurrent, reason, timers: { pv: null } };
  }
  const { timer, remaining } = waiting(loadpoint, site, 'disable', disableDelay);
  if (remaining <= 0) {
    const change = `starts with ${lack(needed - surplus)} more surplus for ${seconds(enableDelay)}`;
    return { current: 0, reason: { code: 'surplus-low', text, change }, timers: { pv: null } };
  }
  const end = charging ? 'stops' : 'switches off';
  const reason = {
    code: 'surplus-stopping',
    text: `${text}, ${end} in ${seconds(remaining)}`,
    change: `goes on with ${missing} more surplus`,
  };
  return { current: minCurrent, reason, timers: { pv: timer } };
}

function startWhenLasting(
  loadpoint: LoadpointTurn,
  site: SiteState,
  { sitePower, target, surplus, needed }: Balance,
  most: number,
): Decision {
  const { minCurrent, settings, enableDelay } = loadpoint;
  const { enableThreshold } = settings;
  const enough = enableThreshold === 0 ? target >= minCurrent : sitePower <= enableThreshold;
  if (!enough) {
    const missing = lack(enableThreshold === 0 ? needed - surplus : sitePower - enableThreshold);
    const text =
      enableThreshold === 0
        ? `surplus of ${watts(surplus)} is below the ${watts(needed)} that ${amperes(minCurrent)} need`
        : `power of ${watts(sitePower)} is above the threshold of ${watts(enableThreshold)}`;
    const reason = {
      code: 'surplus-low',
      text,
      change: `starts with ${missing} more surplus for ${seconds(enableDelay)}`,
    };
    return { timers: { pv: null }, ...stopUnlessClimater(loadpoint, reason) };
  }
  const { timer, remaining } = waiting(loadpoint, site, 'enable', enableDelay);
  if (remaining <= 0) {
    const text = `surplus of ${watts(surplus)} lasted, starts with ${amperes(minCurrent)}`;
    // Whoever holds the start back does not make the surplus last anew: it starts as soon as it may.
    const lasted = timer.delay > 0 ? timer : null;
    return { current: minCurrent, reason: { code: 'surplus', text }, timers: { pv: lasted } };
  }
  const spare = Math.max(0, Math.floor(enableThreshold === 0 ? surplus - needed : enableThreshold - sitePower));
  const reason = {
    code: 'surplus-starting',
    text: `surplus of ${watts(surplus)} suffices, starts in ${seconds(remaining)}`,
    change: `starts in ${seconds(remaining)} unless the surplus falls by more than ${spare} W`,
  };
  return { ...stopUnlessClimater(loadpoint, reason), timers: { pv: timer }, reserves: Math.min(surplus, most) };
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

/** Whole watts that are missing, so that with them it is enough; at least 1. */
function lack(power: number): string {
  return `${Math.max(1, Math.ceil(power - 1e-6))} W`;
}
