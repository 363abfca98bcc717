import type { Plugin } from '../../../core/index.ts';
import { amperes, elapsed, fullPower, welcomed } from '../../shared/charging.ts';

/** What needs no weighing: nothing connected, charger in error, switched off, or wanted now. */
const mode: Plugin = {
  name: 'mode',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'mode', stage: stages.decide.connection }, (loadpoint, site) => {
      const status = loadpoint.charger?.value.status;
      if (status === 'E' || status === 'F') {
        const change = 'goes on when the charger reports no fault any more';
        return { current: 0, reason: { code: 'charger-fault', text: `charger reports status ${status}`, change } };
      }
      if (loadpoint.connected || !loadpoint.charger) return undefined;
      // The next car may be charged at once when there is surplus.
      const timers = { pv: elapsed(site.now), phase: null };
      const reason = { code: 'not-connected', text: 'no car is connected', change: 'starts with a car' };
      return { current: 0, reason, timers };
    });
    hooks.decide.tap({ name: 'mode', stage: stages.decide.off }, (loadpoint) => {
      if (loadpoint.settings.mode !== 'off') return undefined;
      if (loadpoint.welcome) return welcomed(loadpoint);
      const reason = { code: 'mode-off', text: 'mode is off', change: 'starts with another mode' };
      return { current: 0, reason, timers: { pv: null, phase: null } };
    });
    hooks.decide.tap({ name: 'mode', stage: stages.decide.now }, (loadpoint, site) => {
      if (loadpoint.settings.mode !== 'now') return undefined;
      const text = `mode is now: as much as possible, ${amperes(loadpoint.maxCurrent)}`;
      return { ...fullPower(loadpoint, site.now, { code: 'mode-now', text }), timers: { pv: null, phase: null } };
    });
  },
};
export default mode;
