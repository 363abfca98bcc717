import type { SitePower, SiteState } from '../../../core/index.ts';

/** W of surplus that stay unused while the battery has priority, so that it and the charger do not fight over the last watts */
const MARGIN = 100;

/**
 * Shares the surplus between home battery and cars. Below `prioritySoc` a charging battery keeps its power; above it what
 * the battery charges with is surplus for cars. Above `bufferSoc` it keeps a running charge going, above `bufferStartSoc`
 * it may start one. A discharging battery always counts as consumption. Power that an inverter cannot deliver to the house
 * is nobody's surplus, even though the battery charges with it. Pure.
 */
export function shareSurplus(sitePower: SitePower, site: Omit<SiteState, 'sitePower' | 'loadpoints'>): SitePower {
  if (site.readings.battery.length === 0 || sitePower.power === undefined) return sitePower;
  const { prioritySoc, bufferSoc, bufferStartSoc, residualPower } = site.settings;
  const { batteryPower, batterySoc } = site;
  // Unknown is not empty, but it must not give away what the user reserved.
  const hasPriority = batterySoc === undefined ? prioritySoc > 0 : batterySoc < prioritySoc;
  if (hasPriority) {
    const margin = residualPower <= 0 ? MARGIN - residualPower : 0;
    const reserved = margin + Math.max(0, -batteryPower - excessDC(site));
    return { ...sitePower, power: sitePower.power + margin + Math.max(0, batteryPower), batteryReserve: reserved };
  }
  const known = site.readings.battery.every(({ sample }) => sample && !sample.stale) && batterySoc !== undefined;
  return {
    power: sitePower.power + batteryPower + Math.min(excessDC(site), Math.max(0, -batteryPower)),
    batteryBuffered: bufferSoc > 0 && known && batterySoc > bufferSoc,
    batteryStart: bufferStartSoc > 0 && known && batterySoc >= bufferStartSoc,
  };
}

/** W that hybrid inverters generate beyond what they can deliver as AC: it can only go into their batteries. */
function excessDC({ readings }: Pick<SiteState, 'readings'>): number {
  return readings.pv.reduce((sum, { sample, maxACPower }) => {
    const power = sample && !sample.stale ? sample.value.power : 0;
    return sum + Math.max(0, power - (maxACPower ?? Number.POSITIVE_INFINITY));
  }, 0);
}
