import type { Plugin } from '../../core/index.ts';
import { savingsOf } from './savings.ts';

/** ms between two looks at the sessions */
const PAUSE = 900_000;

/** Shows what charging cost and how green it was: in the last 30 and 365 days, in this year, and in total. */
const statistics: Plugin = {
  name: 'statistics',
  apply(evcc) {
    let lookedAt = Number.NEGATIVE_INFINITY;
    let looking = Promise.resolve();
    const look = async (): Promise<void> => {
      const now = evcc.clock.now();
      const savings = savingsOf(await evcc.store.sessions.list(), now, evcc.time.startOfYear(now));
      const { thisYear: _, ...stats } = savings;
      evcc.publish('site', 0, 'statistics', savings);
      evcc.publish('site', 0, 'stats', stats);
    };
    evcc.hooks.measured.tap('statistics', ({ now }) => {
      if (Math.abs(now - lookedAt) >= PAUSE) {
        lookedAt = now;
        looking = look();
      }
      return looking;
    });
  },
};
export default statistics;
