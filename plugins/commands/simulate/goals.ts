import type { LoadedPlugin } from '../../../core/index.ts';
import type { VisitTracker } from './visits.ts';

/** ms before they leave at which drivers want their cars to be ready */
const EARLY = 300_000;
/** ms ahead that a goal is at least, for visits that are almost over */
const SOON = 60_000;

/**
 * Tells the house, whenever a car is plugged in, what its driver wants: the energy of the session, shortly before the car
 * leaves. `visits` by loadpoint, from 1.
 */
export function goalsOfDrivers(visits: readonly VisitTracker[]): LoadedPlugin {
  return {
    name: 'drivers',
    apply({ hooks, settings, clock, time, log }) {
      const set = (id: number, name: string, value: unknown): void => {
        settings
          .execute({ scope: 'loadpoint', id, name, value, source: 'driver' })
          .catch((error: unknown) => log.error(`${name} of loadpoint ${id} could not be set: ${error}`));
      };
      hooks.event.tap('drivers', (event) => {
        if (event.kind !== 'connect') return;
        const { loadpoint, at } = event;
        const visit = visits[loadpoint - 1]?.current();
        if (!visit || at < visit.plugIn) return;
        set(loadpoint, 'targetEnergy', visit.energy / 1_000);
        set(loadpoint, 'targetTime', time.format(Math.max(visit.plugOut - EARLY, clock.now() + SOON)));
      });
    },
  };
}
