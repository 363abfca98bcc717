import type { Plugin } from '../../../core/index.ts';
import { amperes, elapsed, fullPower } from '../../shared/charging.ts';

/** What needs no weighing: nothing connected, charger in error, switched off, or wanted now. */
const mode: Plugin = {
  name: 'mode',
  apply({ hooks, stages }) {
    hooks.decide.tap({ name: 'mode', stage: stages.decide.connection }, (loadpoint, site) => {
      const status = loadpoint.charger?.value.status;
      if (status === 'E' || status === 'F') {
        return { current: 0, reason: { code: 'charger-fault', text: `charger reports status ${status}` } };
      }
      if (loadpoint.connected || !loadpoint.charger) return undefined;
      // The next car may be charged at once when there is surplus.
      const timers = { pv: elapsed(site.now), phase: null };
      return { current: 0, reason: { code: 'not-connected', text: 'no car is connected' }, timers };
    });
    hooks.decide.tap({ name: 'mode', stage: stages.decide.off }, ({ settings }) =>
      settings.mode === 'off'
        ? { current: 0, reason: { code: 'mode-off', text: 'mode is off' }, timers: { pv: null, phase: null } }
        : undefined,
    );
    hooks.decide.tap({ name: 'mode', stage: stages.decide.now }, (loadpoint, site) => {
      if (loadpoint.settings.mode !== 'now') return undefined;
      const text = `mode is now: as much as possible, ${amperes(loadpoint.maxCurrent)}`;
      return { ...fullPower(loadpoint, site.now, { code: 'mode-now', text }), timers: { pv: null, phase: null } };
    });
  },
};
export default mode;
