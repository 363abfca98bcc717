import { extname } from 'node:path';
import Type from 'typebox';
import type { Plugin, SiteState } from '../../core/index.ts';
import { createHousehold } from '../shared/household.ts';
import type { OptionsOf } from '../shared/options.ts';
import { solarScale, withSolarScale } from '../shared/solar-scale.ts';
import { createThread, ThreadFailure } from '../shared/thread.ts';
import { detailsOf, type Inputs, inputsOf } from './inputs.ts';
import { LOADPOINT_KEYS, SITE_KEYS, STRATEGY } from './keys.ts';
import type { OptimizerOptions } from './options.ts';
import { type Profile, profileOf } from './profile.ts';
import { CHARGING_STRATEGIES, type ChargingStrategy } from './request.ts';
import { optimizeRow, Runs } from './runs.ts';
import type { Outcome, Task } from './solver-worker.ts';
import {
  extremesOf,
  forecastOf,
  missedBy,
  NOTHING,
  type Solution,
  type Suggestions,
  suggestionsOf,
} from './suggestions.ts';
import { teller } from './teller.ts';

const SCHEMA = Type.Object({
  batteryPower: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000,
      unit: 'kW',
      default: 6,
      description: 'What a home battery charges and discharges with, where its meter does not say',
    }),
  ),
  batteryReserve: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 100,
      unit: '%',
      default: 0,
      description: 'Soc below which home batteries do not discharge',
    }),
  ),
  timeout: Type.Optional(
    Type.Number({ minimum: 5, maximum: 300, unit: 's', default: 30, description: 'How long one run may take' }),
  ),
});

export type { OptimizerOptions } from './options.ts';

/** MB that the thread may take beside the solver */
const MEMORY = 64;
/** ms after the start for which it is no failure that something is not known yet */
const STARTING = 60_000;

/** Says what home batteries and cars would best do in the next two days, and changes nothing: docs/optimizer.md. */
const optimizer: Plugin<OptimizerOptions> = {
  name: 'optimizer',
  section: { key: 'optimizer', schema: SCHEMA },
  apply(evcc, { batteryPower = 6, batteryReserve = 0, timeout = 30 }: OptionsOf<typeof SCHEMA, OptimizerOptions>) {
    const { hooks, clock, time, state, log, settings, publish } = evcc;
    const thread = createThread<Task, Outcome>(
      new URL(`./solver-worker${extname(import.meta.url)}`, import.meta.url),
      clock,
      {
        limit: timeout * 1_000,
        memory: MEMORY,
      },
    );
    const assumed = { batteryPower: batteryPower * 1_000, batteryReserve: batteryReserve / 100 };
    const household = createHousehold();
    const runs = new Runs();
    let began: number | undefined;
    let last: SiteState | undefined;
    let solution: Solution | undefined;
    let suggestions = NOTHING;
    const tell = teller(evcc);
    let problem: string | undefined;
    let closed = false;

    for (const key of SITE_KEYS) state.define('site', key);
    for (const key of LOADPOINT_KEYS) state.define('loadpoint', key);
    settings.define(STRATEGY);
    settings.define(optimizeRow(runs));

    const strategy = (): ChargingStrategy =>
      CHARGING_STRATEGIES.find((each) => each === settings.get('site', 0, STRATEGY.name)) ?? 'none';
    const inputs = (site: SiteState, profile?: Profile): Inputs | string =>
      inputsOf(
        { ...site, rates: withSolarScale(site.rates, solarScale(site, state)) },
        strategy(),
        { home: (at) => profile?.at(at) ?? household.mean, measured: profile ?? {} },
        assumed,
      );

    const present = (site: SiteState): Suggestions =>
      solution
        ? suggestionsOf(solution, site.now, {
            mode: String(state.site.get('batteryMode') ?? 'unknown'),
            controllable: new Set(
              site.readings.battery.flatMap(({ name, controllable }) => (controllable ? [name] : [])),
            ),
            charging: new Map(
              site.loadpoints
                .filter(({ connected, settings: { mode } }) => connected && mode !== 'off')
                .map(({ name, enabled }) => [name, enabled]),
            ),
          })
        : NOTHING;
    const succeeded = (found: Solution, startedAt: number): void => {
      solution = found;
      if (problem !== undefined) log.info('the optimizer works again');
      problem = undefined;
      const { batteries, request } = found.inputs;
      const missed = batteries.flatMap(({ title }, index) => {
        const kilowattHours = missedBy(found, index) / 1_000;
        return kilowattHours < 0.1 ? [] : [`${title} will miss its goal by ${kilowattHours.toFixed(1)} kWh`];
      });
      if (found.result.limit_violations.grid_import_limit_exceeded) missed.push('the limit of import will be exceeded');
      publish('site', 0, 'evopt', {
        updated: time.format(startedAt),
        req: request,
        res: found.result,
        details: detailsOf(found.inputs, time),
      });
      publish(
        'site',
        0,
        'evoptBatteries',
        batteries.map((battery, index) => ({ ...battery, ...extremesOf(found, index) })),
      );
      publish('site', 0, 'batteryForecast', forecastOf(found));
      status('optimal', startedAt, missed.join('; '));
    };
    const failed = (reason: string, startedAt: number): void => {
      solution = undefined;
      if (problem !== reason) log.warn(`nothing can be suggested: ${reason}`);
      problem = reason;
      for (const key of ['evopt', 'evoptBatteries', 'batteryForecast']) publish('site', 0, key, undefined);
      status('failed', startedAt, reason);
    };
    const status = (word: string, updated: number | null, reason: string): void => {
      const duration = updated === null ? {} : { duration: clock.now() - updated };
      publish('site', 0, 'optimizer', { status: word, updated, ...duration, reason });
    };

    const run = async (site: SiteState): Promise<void> => {
      let reason: string;
      try {
        const fit = inputs(site);
        const asked = typeof fit === 'string' ? fit : inputs(site, await profileOf(evcc.store.history, site.now, time));
        if (typeof asked === 'string') reason = asked;
        else {
          const outcome = await thread.run({ request: asked.request, search: timeout / 2 });
          if (closed) return;
          if (outcome !== 'ready' && 'result' in outcome) {
            runs.ended(true);
            succeeded({ inputs: asked, result: outcome.result }, site.now);
            evcc.requestCycle();
            return;
          }
          reason = outcome === 'ready' ? 'the solver gave no answer' : outcome.error;
        }
      } catch (error) {
        const late = error instanceof ThreadFailure && error.reason === 'late';
        reason = late
          ? `the solver took longer than ${timeout} s`
          : error instanceof Error
            ? error.message
            : String(error);
      }
      if (closed) return;
      runs.ended(false);
      failed(reason, site.now);
      evcc.requestCycle();
    };

    hooks.command.tapPromise('optimizer', async ({ scope, name }) => {
      const pause = scope === 'site' && name === 'optimize' ? runs.pause(clock.now()) : 0;
      if (pause > 0) {
        const message = `it ran a moment ago; it may be asked for again in ${Math.ceil(pause / 1_000)} s`;
        evcc.fail('EVCC_TOO_SOON', message, { retryAfter: pause });
      }
    });
    hooks.measure.tapPromise('optimizer', async (draft) => {
      if (!last) return;
      suggestions = present(last);
      if (suggestions.batteries.size === 0) return;
      draft.battery = draft.battery.map((battery) => {
        const suggestion = suggestions.batteries.get(battery.name);
        return suggestion ? { ...battery, suggestion } : battery;
      });
    });
    hooks.measured.tap('optimizer', (site) => {
      last = site;
      household.note(site.now, site.homePower);
      if (began === undefined) {
        began = site.now;
        publish('site', 0, 'optimizerChargingStrategies', CHARGING_STRATEGIES);
        status('waiting', null, '');
      }
      const isUnfit = site.now - began < STARTING && typeof inputs(site) === 'string';
      if (!isUnfit && runs.isDue(site, strategy())) {
        runs.begun(site, strategy());
        // It catches all there is.
        void run(site);
      }
      suggestions = present(site);
      for (const { id, name } of site.loadpoints) {
        publish('loadpoint', id, 'suggestion', suggestions.loadpoints.get(name) ?? null);
      }
      if (solution) tell(suggestions, solution.inputs, site);
    });
    return () => {
      closed = true;
      thread.close();
    };
  },
};

export default optimizer;
