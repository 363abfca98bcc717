import type { LoadedPlugin } from '../../../core/index.ts';
import { fullPower } from '../../shared/charging.ts';
import type { VisitTracker } from './visits.ts';

/** Share of the power on offer that a car is sure to take, with ramps and delays */
const USABLE = 0.98;
/** ms that starting and switching phases may take */
const HEADSTART = 180_000;

/**
 * Lets cars leave with what they came for: what the mode has not given them by then is charged at full power, as late as
 * possible. It knows from the sessions when they leave, as a driver does. `visits` by loadpoint, from 1.
 */
export function readyAtLast(visits: readonly VisitTracker[]): LoadedPlugin {
  return {
    name: 'ready',
    apply({ hooks, stages }) {
      hooks.decide.tap({ name: 'ready', stage: stages.decide.demand }, (loadpoint, site) => {
        const visit = visits[loadpoint.id - 1]?.current();
        if (!visit || site.now < visit.plugIn) return undefined;
        const power = loadpoint.maxCurrent * loadpoint.phasesMax * site.voltage * USABLE;
        const missing = visit.energy - visit.delivered;
        const needed = (missing / power) * 3_600_000 + HEADSTART + 2 * site.interval;
        if (missing <= 0 || visit.plugOut - site.now > needed) return undefined;
        const text = `${(missing / 1_000).toFixed(1)} kWh are missing, and the car is about to leave`;
        return fullPower(loadpoint, site.now, { code: 'ready', text });
      });
    },
  };
}
