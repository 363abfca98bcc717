import { checkOptions } from '../config/options.ts';
import { formatProblem } from '../config/problem.ts';
import {
  type CycleResult,
  type DecidedCycle,
  decideAgain,
  type RecordedHouse,
  type RecordedPlugin,
} from '../cycle/replay.ts';
import { fail, messageOf } from '../errors.ts';
import { createHooks } from '../hooks.ts';
import type { Loader } from '../loading/loader.ts';
import { PluginScope, type SharedEvcc } from '../loading/plugin-scope.ts';
import type { Logger } from '../log.ts';
import type { LoadedPlugin } from '../plugin.ts';
import { idleEvcc } from './idle-evcc.ts';

/** The pure stages of a cycle on their own: the plugins that take part in decisions, without house, devices and time. */

export interface DeciderOptions {
  /** Who took part in the decisions */
  readonly house: Pick<RecordedHouse, 'plugins' | 'specifiers'>;
  /** Folder that paths of plugins are relative to */
  readonly directory: string;
  readonly loader: Loader;
  readonly log: Logger;
  readonly version: string;
}

export interface Decider {
  /** Plugins that could not be found or used, and why */
  readonly missing: readonly string[];
  /** Decides a cycle again. */
  decide(cycle: DecidedCycle): CycleResult;
  /** Releases the plugins. */
  close(): Promise<void>;
}

export async function createDecider(options: DeciderOptions): Promise<Decider> {
  const hooks = createHooks();
  let present: DecidedCycle | undefined;
  const shared = sharedWith(options, hooks, () => present);
  const known = await knownPlugins(options);
  const scopes: PluginScope[] = [];
  const missing: string[] = [];
  for (const recorded of options.house.plugins) {
    try {
      const plugin = known.get(recorded.name) ?? (await ofSection(recorded, options.loader));
      scopes.push(await applied(plugin, recorded, shared));
    } catch (error) {
      missing.push(`${recorded.name}: ${messageOf(error)}`);
    }
  }
  return {
    missing,
    decide(cycle) {
      present = cycle;
      return decideAgain(hooks, cycle);
    },
    async close() {
      await Promise.all(scopes.map((scope) => scope.remove()));
    },
  };
}

/** The plugins that every house has, and those that the configuration listed, as far as they can be loaded, by name. */
async function knownPlugins({ loader, house }: DeciderOptions): Promise<ReadonlyMap<string, LoadedPlugin>> {
  const listed = await Promise.all(house.specifiers.map((specifier) => loader.forSpecifier(specifier)));
  const plugins = [...(await loader.defaults()), ...listed.flatMap((found) => (found.ok ? [found.value] : []))];
  return new Map(plugins.map((plugin) => [plugin.name, plugin]));
}

async function ofSection({ section }: RecordedPlugin, loader: Loader): Promise<LoadedPlugin> {
  const found = section === undefined ? undefined : await loader.forSection(section);
  if (!found) return fail('EVCC_PLUGIN_FAILED', 'it is neither built in nor listed by name in the configuration');
  if (!found.ok) throw found.error;
  return found.value;
}

async function applied(plugin: LoadedPlugin, { options }: RecordedPlugin, shared: SharedEvcc): Promise<PluginScope> {
  const { section } = plugin;
  const checked = section && checkOptions(section.key, section.schema, options ?? {});
  const [problem] = checked?.problems ?? [];
  if (problem) fail('EVCC_PLUGIN_FAILED', `its options are not complete: ${formatProblem(problem)}`);
  const scope = new PluginScope(plugin, checked?.value, shared);
  await scope.apply();
  scope.prepare();
  scope.join();
  return scope;
}

/** What the plugins get: everything as it was in the cycle, and nothing that leads outside. */
function sharedWith(
  options: DeciderOptions,
  hooks: SharedEvcc['hooks'],
  present: () => DecidedCycle | undefined,
): SharedEvcc {
  const shared = idleEvcc(options, hooks);
  return {
    ...shared,
    clock: { ...shared.clock, now: () => present()?.now ?? 0 },
    settings: {
      ...shared.settings,
      get(scope, id, name) {
        const cycle = present();
        const ofLoadpoint = scope === 'loadpoint' ? cycle?.loadpoints[id - 1]?.inputs.settings : undefined;
        const values = scope === 'site' ? cycle?.settings : ofLoadpoint;
        return (values as Readonly<Record<string, unknown>> | undefined)?.[name];
      },
    },
  };
}
