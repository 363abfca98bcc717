import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import type {} from '../shared/mqtt-service.ts';
import type { OptionsOf } from '../shared/options.ts';
import type {} from '../shared/rest-service.ts';
import { type Announcer, createAnnouncer } from './announcer.ts';
import type { HomeAssistantOptions } from './options.ts';

export type { HomeAssistantOptions } from './options.ts';

const schema = Type.Object({
  prefix: Type.Optional(
    Type.String({
      pattern: '^[^+#/\\u0000]+(/[^+#/\\u0000]+)*$',
      default: 'homeassistant',
      description: 'Topic below which Home Assistant looks for devices',
    }),
  ),
  node: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]+$',
      description: 'What all identifiers begin with, unique in Home Assistant; default: the topic of mqtt',
    }),
  ),
  url: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'Address of this house, shown with each device; default: that of the REST API in the network',
    }),
  ),
});

/** Announces site, loadpoints and vehicles to Home Assistant, with everything that can be seen and set, over `mqtt`. */
const homeAssistant: Plugin<HomeAssistantOptions> = {
  name: 'home-assistant',
  section: { key: 'home-assistant', schema },
  apply(evcc: Evcc, { prefix = 'homeassistant', node, url }: OptionsOf<typeof schema, HomeAssistantOptions>) {
    let announcer: Announcer | undefined;
    let address = url;
    evcc.services.use('mqtt', (mqtt) => {
      const own = node ?? mqtt.root.replace(/[^\w-]+/g, '_');
      announcer = createAnnouncer(evcc, mqtt, { prefix, node: own, url: () => address });
      announcer.update();
      return () => {
        announcer?.end();
        announcer = undefined;
      };
    });
    evcc.services.use('rest', ({ local, urls }) => {
      address = url ?? (local ? undefined : urls[0]);
      announcer?.update();
    });
    evcc.hooks.publish.tap('home-assistant', (changes) => announcer?.update(changes()));
    evcc.hooks.started.tap('home-assistant', () => {
      if (!announcer) evcc.log.warn('nothing is announced to Home Assistant: the configuration has no mqtt');
    });
  },
};

export default homeAssistant;
