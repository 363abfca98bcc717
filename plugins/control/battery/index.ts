import type { Plugin, SitePower } from '../../../core/index.ts';

/** W of surplus that stay unused while the battery has priority, so that it and the charger do not fight over the last watts */
const MARGIN = 100;

/**
 * Shares the surplus between home battery and cars. Below `prioritySoc` a charging battery keeps its power; above it what
 * the battery charges with is surplus for cars. Above `bufferSoc` it keeps a running charge going, above `bufferStartSoc`
 * it may start one. A discharging battery always counts as consumption.
 */
const battery: Plugin = {
  name: 'battery',
  apply({ hooks }) {
    hooks.sitePower.tap('battery', (sitePower, site): SitePower => {
      if (site.readings.battery.length === 0 || sitePower.power === undefined) return sitePower;
      const { prioritySoc, bufferSoc, bufferStartSoc, residualPower } = site.settings;
      const { batteryPower, batterySoc } = site;
      // Unknown is not empty, but it must not give away what the user reserved.
      const hasPriority = batterySoc === undefined ? prioritySoc > 0 : batterySoc < prioritySoc;
      if (hasPriority) {
        const margin = residualPower <= 0 ? MARGIN - residualPower : 0;
        return { ...sitePower, power: sitePower.power + margin + Math.max(0, batteryPower) };
      }
      const known = site.readings.battery.every(({ sample }) => sample && !sample.stale) && batterySoc !== undefined;
      return {
        power: sitePower.power + batteryPower,
        batteryBuffered: bufferSoc > 0 && known && batterySoc > bufferSoc,
        batteryStart: bufferStartSoc > 0 && known && batterySoc >= bufferStartSoc,
      };
    });
  },
};
export default battery;
