import type { Decision, LoadpointTurn, Reason, SiteState, Timer } from '../../../core/index.ts';
import { holdingMode } from '../../shared/battery-mode.ts';
import { elapsed } from '../../shared/charging.ts';
import { followSurplus } from './surplus.ts';

/** Empties the home battery into the car: what it can still give counts as surplus. Pure. */

/** W by which a boosted charge is raised from cycle to cycle until the battery gives no more */
const STEP = 100;

export function followBoosted(loadpoint: LoadpointTurn, site: SiteState): Decision {
  const { settings, sitePower, charging, timers } = loadpoint;
  if (!settings.batteryBoost || sitePower === undefined || site.readings.battery.length === 0) {
    return timers.boost ? withTimer(followSurplus(loadpoint, site), null) : followSurplus(loadpoint, site);
  }
  const mode = holdingMode(site);
  if (mode !== undefined) {
    const decision = followSurplus(loadpoint, site);
    return because(decision, { code: 'battery-boost-held', text: `boost waits while the battery is in mode ${mode}` });
  }
  const action = nextAction(loadpoint, site);
  const held = action === 'hold';
  const given = held ? 0 : batteryGives(loadpoint, site, action === 'start');
  const power = (site.sitePower.batteryReserve ?? 0) + given;
  const decision = followSurplus(
    {
      ...loadpoint,
      sitePower: sitePower - power,
      ...(action === 'start' &&
        !charging && { timers: { ...timers, pv: elapsed(site.now), phase: elapsed(site.now) } }),
    },
    held ? site : { ...site, sitePower: { ...site.sitePower, batteryBuffered: true } },
  );
  const over = `boost is over at a battery soc of ${settings.batteryBoostLimit} %`;
  const told = held
    ? because(decision, { code: 'battery-boost-held', text: over })
    : because(decision, { code: 'battery-boost', text: 'boost from the home battery' });
  const since = timers.boost?.action === action ? timers.boost.since : site.now;
  return withTimer(told, { action, since, delay: 0 });
}

/** Says first what boost has to do with it. */
function because(decision: Decision, { code, text }: Reason): Decision {
  const { reason } = decision;
  return { ...decision, reason: { ...reason, code, text: `${text}; ${reason.text}` } };
}

type Action = 'start' | 'continue' | 'hold';

/**
 * Full power until the car takes more than the minimum, then what the battery really gives. Once the battery is down at the
 * limit, the car keeps what comes from the sun for good, so that the battery is not drained in turns.
 */
function nextAction(
  { timers, charging, offeredCurrent, minCurrent, settings }: LoadpointTurn,
  site: SiteState,
): Action {
  const { batteryBoostLimit } = settings;
  // An unknown soc drains nothing where a limit is set.
  const low = batteryBoostLimit < 100 && (site.batterySoc === undefined || site.batterySoc < batteryBoostLimit);
  if (low || timers.boost?.action === 'hold') return 'hold';
  return timers.boost?.action === 'continue' || (charging && offeredCurrent > minCurrent) ? 'continue' : 'start';
}

const withTimer = (decision: Decision, boost: Timer | null): Decision => ({
  ...decision,
  timers: { ...decision.timers, boost },
});

/** W that the battery gives already, and may give on top of it. */
function batteryGives({ maxCurrent, phasesMax }: LoadpointTurn, site: SiteState, all: boolean): number {
  const { residualPower } = site.settings;
  const discharging = Math.max(0, site.batteryPower);
  const more = all ? maxCurrent * phasesMax * site.voltage : Math.max(STEP, Math.abs(residualPower));
  return discharging + Math.min(more, dischargeLimit(site) - discharging) + residualPower;
}

/** W that all batteries together can discharge with; infinite where one does not say. */
function dischargeLimit({ readings, batteryPower }: SiteState): number {
  const sum = readings.battery.reduce((total, battery) => total + (battery.dischargePower ?? Infinity), 0);
  return Math.max(sum, batteryPower, 0);
}
