import Type from 'typebox';
import type { Plugin, SiteState, StateKey } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { ENERGY_KEYS, type Energies, energiesOf } from './energies.ts';
import { energyQuery } from './energy-query.ts';
import { GridSessions, gridSessionsQuery } from './grid-sessions.ts';
import { historyQuery } from './query.ts';
import { Recorder } from './recorder.ts';
import { thin } from './thin.ts';

const schema = Type.Object({
  quarterHours: Type.Optional(
    Type.Integer({
      description: 'How long quarter hours are kept before they become hours',
      unit: 'd',
      minimum: 8,
      maximum: 3_650,
      default: 60,
    }),
  ),
  hours: Type.Optional(
    Type.Integer({
      description: 'How long hours are kept before they become days, which are kept for ever',
      unit: 'd',
      minimum: 8,
      maximum: 36_500,
      default: 730,
    }),
  ),
});

/** Options of the history. */
export interface HistoryOptions {
  /** Days for which quarter hours are kept before they become hours; default 60 */
  quarterHours?: number;
  /** Days for which hours are kept before they become days, which are kept for ever; default 730 */
  hours?: number;
}

declare module 'evcc' {
  interface PluginSections {
    history: HistoryOptions | boolean;
  }
}

const UPDATED: StateKey = {
  name: 'historyUpdated',
  kind: 'time',
  description: 'When the last quarter hour of the history was stored',
};

/** ms between two savings of what was measured */
const PAUSE = 300_000;
/** ms after which what was stored is too old for who asks */
const FRESH = 10_000;

/** Keeps what the house measured: means of quarter hours, and of hours and days of what is longer ago. */
const history: Plugin<HistoryOptions> = {
  name: 'history',
  section: { key: 'history', schema },
  apply(evcc, { quarterHours = 60, hours = 730 }: OptionsOf<typeof schema, HistoryOptions>) {
    const { hooks, time, clock } = evcc;
    const recorder = new Recorder(() => evcc.store.history, time);
    const gridSessions = new GridSessions(() => evcc.store.settings);
    /** When a cycle saved last */
    let savedAt = Number.NEGATIVE_INFINITY;
    /** When who asks had everything saved last */
    let refreshedAt = Number.NEGATIVE_INFINITY;
    let working = Promise.resolve();
    /** The midnight since which nothing is left to be made coarser */
    let thinned: number | undefined;
    /** What the next cycle publishes; absent: nothing new */
    let energies: Energies | undefined;
    /** When the last quarter hour was stored; absent: not in this run */
    let updatedAt: number | undefined;
    // The one before has to store its share of the quarter hour first.
    evcc.claim('the history');
    for (const key of ENERGY_KEYS) evcc.state.define('loadpoint', key);
    evcc.state.define('site', UPDATED);

    const store = async ({ now, loadpoints }: SiteState, ended: boolean): Promise<void> => {
      await recorder.save();
      if (ended) updatedAt = now;
      // A day at a time; when all is thin enough, the next midnight makes another one old.
      if (time.startOfDay(now) !== thinned) {
        const more = await thin(evcc.store.history, now, { quarterHours, hours }, time);
        thinned = more ? undefined : time.startOfDay(now);
      }
      energies = await energiesOf(
        evcc,
        now,
        loadpoints.map(({ name }) => name),
      );
    };
    const publish = (figures: Energies, { loadpoints }: SiteState): void => {
      if (updatedAt !== undefined) evcc.publish('site', 0, UPDATED.name, updatedAt);
      for (const { id, name } of loadpoints) {
        for (const [key, value] of Object.entries(figures.get(name) ?? {})) evcc.publish('loadpoint', id, key, value);
      }
    };
    // Going through years of history takes a moment, which is best before the first cycle.
    hooks.setup.tapPromise('history', async () => {
      await recorder.series().catch(() => []);
      await gridSessions.load();
    });
    hooks.measured.tap('history', (site) => gridSessions.note(site));
    hooks.measured.tap('history', (site) => {
      if (energies) publish(energies, site);
      energies = undefined;
      const ended = recorder.add(site);
      if (ended || Math.abs(site.now - savedAt) >= PAUSE) {
        savedAt = site.now;
        working = store(site, ended);
      }
      return working;
    });
    hooks.stop.tapPromise('history', async () => {
      await working.catch(() => {});
      await recorder.save();
    });

    const source = {
      titles: recorder.titles,
      series: () => recorder.series(),
      async refresh() {
        const now = clock.now();
        if (Math.abs(now - Math.max(savedAt, refreshedAt)) < FRESH) return;
        refreshedAt = now;
        await recorder.save();
      },
    };
    evcc.queries.define(historyQuery(evcc, source));
    evcc.queries.define(energyQuery(evcc, source));
    evcc.queries.define(gridSessionsQuery(evcc, gridSessions));
  },
};
export default history;
