import type { Evcc, Setting, StateChange } from '../../core/index.ts';
import type { MqttService } from '../shared/mqtt-service.ts';
import { entitiesOf, type House, partsOf } from './house.ts';
import { shapeOf } from './shape.ts';

/** Keeps what Home Assistant is told in step with the house. */
export interface Announcer {
  /** Looks at what changed; `undefined`: at everything. */
  update(changes?: readonly StateChange[]): void;
  /** Takes everything back. */
  end(): void;
}

/** What Home Assistant says when it starts, on `<prefix>/status` */
const BIRTH = 'online';
const SCOPES = ['site', 'loadpoint', 'vehicle'] as const;
const DEFAULT_BIRTH_TOPIC = 'homeassistant/status';

export function createAnnouncer(
  evcc: Pick<Evcc, 'state' | 'settings' | 'version'>,
  mqtt: MqttService,
  { prefix, node, url }: { readonly prefix: string; readonly node: string; readonly url: () => string | undefined },
): Announcer {
  const { state, settings } = evcc;
  /** Payloads by topic */
  let sent: ReadonlyMap<string, string> = new Map();
  const shapes = new Map<string, string>();
  let rows: readonly Setting[] = [];
  let keys: readonly unknown[] = [];
  let parts = '';
  let ended = false;

  const house = (): House => ({ evcc, mqtt, node, url: url() });

  /** Whether something came or went, or is called otherwise. */
  const isOther = (changes: readonly StateChange[]): boolean => {
    let other = false;
    for (const { scope, id, key, value } of changes) {
      const shape = shapeOf(scope, key, value);
      const place = `${scope}/${id}/${key}`;
      if (shapes.get(place) === shape) continue;
      shapes.set(place, shape);
      other = true;
    }
    const present = settings.rows();
    if (present.length !== rows.length || present.some((row, index) => row !== rows[index])) {
      rows = [...present];
      other = true;
    }
    const lists = SCOPES.map((scope) => state.keys(scope));
    if (lists.some((list, index) => list !== keys[index])) {
      keys = lists;
      other = true;
    }
    const names = JSON.stringify([state.loadpoints.length, ...state.vehicles.keys()]);
    if (names !== parts) {
      parts = names;
      other = true;
    }
    return other;
  };

  const announce = (): void => {
    const wanted = new Map<string, string>();
    for (const { component, object, config } of entitiesOf(house())) {
      wanted.set(`${prefix}/${component}/${node}/${object}/config`, JSON.stringify(config));
    }
    for (const topic of sent.keys()) if (!wanted.has(topic)) mqtt.retain(topic, '');
    for (const [topic, payload] of wanted) mqtt.retain(topic, payload);
    sent = wanted;
  };

  /**
   * What an earlier run announced and this house does not have. What it has, but does not know yet, stays: Home Assistant
   * forgets what people set about an entity that is taken back.
   */
  const isLeftover = (object: string): boolean => {
    const part = partsOf(house()).find((each) => object.startsWith(`${each.object}_`));
    if (!part) return true;
    const rest = object.slice(part.object.length + 1);
    if (/_set(_clear|_renew)?$/.test(rest)) return true;
    return !state.keys(part.scope).some(({ name }) => rest === name || rest.startsWith(`${name}_`));
  };

  const ends = [
    mqtt.listen(`${prefix}/+/${node}/+/config`, ({ topic, payload, retained }) => {
      if (ended) return;
      // Somebody else removed it: an earlier connection of this house, or a person.
      if (sent.has(topic)) {
        if (payload === '') mqtt.repeat(topic);
      } else if (retained && payload !== '' && isLeftover(topic.split('/').at(-2) ?? '')) {
        mqtt.retain(topic, '');
      }
    }),
    ...[...new Set([`${prefix}/status`, DEFAULT_BIRTH_TOPIC])].map((birth) =>
      mqtt.listen(birth, ({ payload, retained }) => {
        if (payload === BIRTH && !retained) for (const topic of sent.keys()) mqtt.repeat(topic);
      }),
    ),
  ];

  return {
    update(changes) {
      if (isOther(changes ?? []) || !changes) announce();
    },
    end() {
      ended = true;
      for (const end of ends) end();
      for (const topic of sent.keys()) mqtt.retain(topic, '');
    },
  };
}
