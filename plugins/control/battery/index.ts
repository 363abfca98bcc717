import type { Plugin } from '../../../core/index.ts';
import { chooseMode, gridChargeActive } from '../../shared/battery-mode.ts';
import { shareSurplus } from './share.ts';

/** Shares the surplus between home battery and cars, and says when the battery is held or charged from the grid. */
const battery: Plugin = {
  name: 'battery',
  apply({ hooks, publish, settings, log }) {
    hooks.sitePower.tap('battery', shareSurplus);
    hooks.measured.tap('battery', (site) => {
      if (site.readings.battery.length === 0) return;
      publish('site', 0, 'batteryGridChargeActive', gridChargeActive(site) !== undefined);
      for (const { id, connected, settings: own } of site.loadpoints) {
        // Boost is for one charge in a solar mode.
        if (!own.batteryBoost || (connected && (own.mode === 'pv' || own.mode === 'minpv'))) continue;
        settings
          .execute({ scope: 'loadpoint', id, name: 'batteryBoost', value: false, source: 'battery' })
          .catch((error: unknown) => log.warn(`boost of loadpoint ${id} could not be ended: ${error}`));
      }
    });
    hooks.battery.tap('battery', chooseMode);
  },
};
export default battery;
