import Type from 'typebox';
import type { OperatorLimits, Plugin, Setting } from '../../core/index.ts';
import { createConnections } from '../shared/sources/connections.ts';
import { createKit } from '../shared/sources/kit.ts';
import { consumptionOf, createInputs, DEFAULT_POWER, feedInOf, lowest } from './inputs.ts';
import { type HemsOptions, schema } from './options.ts';

export type { HemsOptions } from './options.ts';

/** ms that the start waits for the inputs */
const FIRST_POLL = 5_000;

/**
 * What the grid operator allows: consumption (§ 14a EnWG) and feed-in (§ 9 EEG), from contacts, from values over HTTP and MQTT,
 * and as settings over REST and MQTT. The lowest limit counts.
 */
const hems: Plugin<HemsOptions> = {
  name: 'hems',
  section: { key: 'hems', schema },
  apply(evcc, options) {
    const { clock, hooks, settings, publish, log } = evcc;
    const {
      interval = 10,
      timeout = 60,
      commandTimeout = 0,
      failsafePower = DEFAULT_POWER,
      failsafeFeedIn = 100,
    } = options;
    const connections = createConnections(evcc);
    const kit = createKit(evcc, connections, 0);
    const inputs = createInputs(options, kit, evcc);
    const closed = new AbortController();
    let commandedAt = clock.now();
    let shown = '';

    for (const row of ROWS) settings.define(row);
    hooks.command.tap('hems', ({ scope, name }) => {
      if (scope === 'site' && ROWS.some((row) => row.name === name)) commandedAt = clock.now();
    });

    /** Limits that hold now; `lost`: inputs whose fail-safe limit does. */
    const present = (): { limits: OperatorLimits; lost: readonly string[] } => {
      const now = clock.now();
      const { limits, lost } = inputs.limits(now);
      const set = (name: string): number => Number(settings.get('site', 0, name) ?? Number.NaN);
      const commanded = lowest(consumptionOf(set('consumptionLimit')), feedInOf(set('feedInLimit')));
      const overdue = commandTimeout > 0 && Math.abs(now - commandedAt) > commandTimeout * 1_000;
      if (!overdue) return { limits: lowest(limits, commanded), lost };
      const failsafe = lowest({ consumption: failsafePower }, feedInOf(failsafeFeedIn));
      return { limits: lowest(limits, lowest(commanded, failsafe)), lost: [...lost, 'commands'] };
    };

    const waiting = new Set<() => void>();
    /** Reads an input again and again; what takes longer than its last word holds is given up. Resolves after the first time. */
    const watch = async (poll: (signal: AbortSignal) => Promise<void>): Promise<void> => {
      const late = new AbortController();
      const cancel = clock.after(timeout * 1_000, () => late.abort());
      await poll(AbortSignal.any([late.signal, closed.signal]));
      cancel();
      if (closed.signal.aborted) return;
      if (JSON.stringify(present()) !== shown) evcc.requestCycle();
      const next = clock.after(interval * 1_000, () => {
        waiting.delete(next);
        void watch(poll);
      });
      waiting.add(next);
    };
    hooks.setup.tapPromise('hems', async () => {
      const first = Promise.all(inputs.polls.map(watch));
      await new Promise<void>((resolve) => {
        const cancel = clock.after(FIRST_POLL, resolve);
        void first.then(() => {
          cancel();
          resolve();
        });
      });
    });

    hooks.measure.tap('hems', async (draft) => {
      draft.operator = lowest(draft.operator ?? {}, present().limits);
    });
    hooks.measured.tap('hems', ({ readings, loadpoints }) => {
      const { lost } = present();
      const { consumption, feedIn } = readings.operator ?? {};
      const text = JSON.stringify(present());
      if (text !== shown) log.info(describe(readings.operator ?? {}, lost));
      shown = text;
      publish('site', 0, 'hems', {
        dimmed: consumption !== undefined,
        curtailed: feedIn !== undefined,
        consumptionLimit: consumption ?? null,
        feedInLimit: feedIn ?? null,
        failsafe: lost.length > 0,
      });
      for (const { id } of loadpoints) publish('loadpoint', id, 'dimmed', consumption !== undefined);
    });
    return async () => {
      closed.abort();
      for (const cancel of waiting) cancel();
      await kit.close();
      await connections.close();
    };
  },
};
export default hems;

const ROWS: readonly Setting[] = [
  {
    scope: 'site',
    name: 'consumptionLimit',
    description: 'Power that the grid operator allows to be consumed; 0: no limit',
    schema: Type.Number({ minimum: 0, maximum: 1_000_000, unit: 'W', default: 0 }),
    rest: { document: ['/consumptionlimit'] },
    readable: true,
    cleared: 0,
    mqtt: 'consumptionLimit',
    early: true,
  },
  {
    scope: 'site',
    name: 'feedInLimit',
    description: 'Share of the installed PV power that the grid operator allows to be fed in; 100: no limit',
    schema: Type.Number({ minimum: 0, maximum: 100, unit: '%', default: 100 }),
    rest: { document: ['/feedinlimit'] },
    readable: true,
    cleared: 100,
    mqtt: 'feedInLimit',
    early: true,
  },
];

function describe({ consumption, feedIn }: OperatorLimits, lost: readonly string[]): string {
  const limits = [
    ...(consumption === undefined ? [] : [`consumption up to ${Math.round(consumption)} W`]),
    ...(feedIn === undefined ? [] : [`feed-in up to ${Math.round(feedIn)} %`]),
  ];
  const why = lost.length > 0 ? `, as nothing is known of ${lost.join(', ')}` : '';
  return `the grid operator allows ${limits.join(' and ') || 'everything'}${why}`;
}
