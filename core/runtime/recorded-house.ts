import { isPlainObject } from '../config/options.ts';
import { hide } from '../config/secrets.ts';
import type { RecordedHouse, RecordedPlugin, RecordedSettings } from '../cycle/replay.ts';
import type { Hooks } from '../hooks.ts';
import type { Composition } from '../loading/composition.ts';
import type { PluginScope } from '../loading/plugin-scope.ts';
import { configuredSettings } from './configured-settings.ts';

/** What of a configuration belongs into a recording: who takes part in decisions, and how, and how users find their settings; nothing of devices and surfaces. */

/** Keys whose texts say where something is or who may use it, not what shall be done. */
const PRIVATE = /host|ur[il]|broker|user|pass|token|secret|key|topic|file|path|address|mail/i;

/** `applied` are the plugins in the order in which they tapped the hooks. */
export function recordedHouse(
  { config, secrets }: Composition,
  applied: readonly PluginScope[],
  { sitePower, decide, limit, allot, battery }: Hooks,
): RecordedHouse {
  const deciding = new Set(
    [sitePower, decide, limit, allot, battery].flatMap(({ taps }) => taps.map(({ name }) => name)),
  );
  const clean = (text: string): string => hide(text, secrets);
  return Object.freeze({
    title: clean(config.site.title),
    currency: config.currency,
    plugins: applied
      .filter(({ name }) => deciding.has(name))
      .map(({ name, plugin, signature }): RecordedPlugin => {
        if (!plugin.section || signature === '') return { name };
        return { name, section: plugin.section.key, options: withoutPrivate(JSON.parse(signature), clean) };
      }),
    // Folders have names of people in them.
    specifiers: config.plugins.filter(
      (plugin) => typeof plugin === 'string' && !/^(\/|[a-z]:|file:)/i.test(plugin),
    ) as string[],
    settings: withoutPrivate(configuredSettings(config), clean) as RecordedSettings,
    hide: clean,
  });
}

function withoutPrivate(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => withoutPrivate(item, clean));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => typeof item !== 'string' || !(PRIVATE.test(key) || item.includes('://')))
      .map(([key, item]) => [key, withoutPrivate(item, clean)]),
  );
}
