import type { BatteryMode, Rate, Reason, SiteState } from '../../core/index.ts';
import { watts } from './charging.ts';
import { rateWithin } from './rates.ts';

/** What the home battery shall do: what something outside asks for, else charge cheaply, else not feed a fast charge. Pure. */

export function chooseMode(site: SiteState): { mode: BatteryMode; reason: Reason } | undefined {
  const wanted = wantedMode(site);
  const limit = site.readings.operator?.consumption;
  if (wanted?.mode !== 'charge' || limit === undefined) return wanted;
  const text = `the grid operator allows ${watts(limit)}, so the battery is not charged from the grid`;
  return { mode: 'hold', reason: { code: 'battery-dimmed', text } };
}

function wantedMode(site: SiteState): { mode: BatteryMode; reason: Reason } | undefined {
  const { batteryMode, batteryGridChargeLimit, batteryDischargeControl } = site.settings;
  if (batteryMode !== null) {
    return { mode: batteryMode, reason: { code: 'battery-external', text: `mode ${batteryMode} was asked for` } };
  }
  const rate = gridChargeActive(site);
  if (rate) {
    const text = `price of ${rate.price} is not above the limit of ${batteryGridChargeLimit}`;
    return { mode: 'charge', reason: { code: 'battery-grid-charge', text } };
  }
  const fast = batteryDischargeControl ? site.loadpoints.find(({ fastCharging }) => fastCharging) : undefined;
  if (!fast) return undefined;
  return { mode: 'hold', reason: { code: 'battery-hold', text: `${fast.title} charges at full power` } };
}

/** The mode that keeps the home battery from supplying cars; `undefined`: it may. */
export function holdingMode(site: SiteState): BatteryMode | undefined {
  const mode = chooseMode(site)?.mode;
  return mode === 'hold' || mode === 'charge' ? mode : undefined;
}

/** The present rate while it is low enough to charge from the grid; `undefined`: it is not, or not known. */
export function gridChargeActive(site: SiteState): Rate | undefined {
  return rateWithin(site, site.settings.batteryGridChargeLimit);
}
