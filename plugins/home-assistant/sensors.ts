import type { StateKey, StateShape } from '../../core/index.ts';
import { type Entity, KNOWN, MOMENT, objectId, type Part, type Terms, words } from './entity.ts';
import { measured } from './quantities.ts';
import { SKIPPED } from './shape.ts';

/** Entities that show published values. */

/** Keys about the program rather than about the house */
const DIAGNOSTIC: ReadonlySet<string> = new Set([
  'chargerIcon',
  'currency',
  'icon',
  'siteTitle',
  'smartCostType',
  'title',
  'vehicleIcon',
  'vehicleIdentity',
  'vehicleName',
  'version',
]);

/** Classes of what is on or off, by the innermost name */
const BINARY_CLASSES: Readonly<Record<string, string>> = { connected: 'plug', charging: 'battery_charging' };

/** Longest state that Home Assistant takes */
const LONGEST = 255;

/** The entities of a key, with the topics at which its value is published; none for what is better shown otherwise. */
export function sensorsOf(part: Part, key: StateKey, topics: readonly string[], terms: Terms): readonly Entity[] {
  if (SKIPPED.has(key.name)) return [];
  if (key.kind === 'json') return key.name === 'decision' ? [decision(part)] : [];
  const own = `${part.base}/${key.name}`;
  const isWhole = topics.length === 1 && topics[0] === own && key.kind !== 'list';
  return topics.flatMap((topic) => {
    const path = topic.slice(own.length + 1);
    // Of lists the elements are shown, not their number or sum.
    if (path === '' && !isWhole) return [];
    const shape = path === '' ? key : shapeAt(key, path);
    const isPhase = /^l[123]$/.test(path);
    const entity = shape && sensor(part, topic, path === '' ? key.name : `${key.name}/${path}`, shape, terms);
    return entity ? [isPhase ? { ...entity, config: { ...entity.config, enabled_by_default: false } } : entity] : [];
  });
}

/** How the value at a path within a key is written: `1/power` and `main/power` are fields, `l1` is like the whole. */
function shapeAt(key: StateKey, path: string): StateShape | undefined {
  if (/^l[123]$/.test(path)) return { ...key, kind: 'number' };
  const levels = path.split('/');
  const field = levels.length > (key.kind === 'list' || key.byName ? 2 : 1) ? undefined : levels.at(-1);
  return field === undefined ? undefined : key.fields?.[field];
}

function sensor(part: Part, topic: string, name: string, shape: StateShape, terms: Terms): Entity | undefined {
  const last = name.split('/').at(-1) ?? name;
  const common = {
    name: words(name),
    state_topic: topic,
    value_template: KNOWN,
    ...(DIAGNOSTIC.has(last) && { entity_category: 'diagnostic' }),
  };
  const of = (component: Entity['component'], config: object): Entity => ({
    component,
    object: objectId(part.object, name),
    config: { ...common, ...config },
  });
  switch (shape.kind) {
    case 'flag': {
      const device_class = BINARY_CLASSES[last];
      const payloads = { payload_on: 'true', payload_off: 'false' };
      return of('binary_sensor', { ...payloads, ...(device_class !== undefined && { device_class }) });
    }
    case 'time':
      return of('sensor', { device_class: 'timestamp', value_template: MOMENT });
    case 'text':
      return of('sensor', { value_template: `{{ value[:${LONGEST}] or None }}` });
    case 'number':
    case 'integer':
    case 'duration':
      return of('sensor', measured(last, shape, terms));
    default:
      return undefined;
  }
}

/** Why a loadpoint charges as it does, with everything that entered the decision as attributes. */
function decision(part: Part): Entity {
  const topic = `${part.base}/decision`;
  return {
    component: 'sensor',
    object: objectId(part.object, 'decision'),
    config: {
      name: 'Decision',
      state_topic: topic,
      value_template: `{{ (value_json.binding.text if value else '')[:${LONGEST}] or None }}`,
      json_attributes_topic: topic,
    },
  };
}
