import Type from 'typebox';
import type { Evcc, Plugin } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { type MqttOptions, resolveOptions } from './options.ts';
import { createSession } from './session.ts';

export type { MqttOptions } from './options.ts';

const schema = Type.Object({
  broker: Type.String({
    minLength: 1,
    description: 'Address of the broker: host, host:port, mqtt://host:port, or mqtts://host:port for TLS',
  }),
  topic: Type.Optional(
    Type.String({ pattern: '^[^+#\\u0000]+$', default: 'evcc', description: 'All topics are below this one' }),
  ),
  user: Type.Optional(Type.String({ description: 'User name at the broker' })),
  password: Type.Optional(Type.String({ secret: true, description: 'Password at the broker' })),
  clientId: Type.Optional(
    Type.String({ minLength: 1, description: 'Name of this client, unique at the broker; default: a random one' }),
  ),
  insecure: Type.Optional(Type.Boolean({ default: false, description: 'Accepts any certificate of the broker' })),
  caCert: Type.Optional(
    Type.String({ description: "Certificate of the authority that signed the broker's: PEM text or a file" }),
  ),
  clientCert: Type.Optional(Type.String({ description: 'Certificate of this client: PEM text or a file' })),
  clientKey: Type.Optional(Type.String({ secret: true, description: 'Private key of clientCert: PEM text or a file' })),
  qos: Type.Optional(
    Type.Enum([0, 1, 2], { default: 1, description: 'Quality of service of what is published; 1: at least once' }),
  ),
});

declare module 'evcc' {
  interface PluginSections {
    mqtt: MqttOptions;
  }
}

/** Publishes the state below one topic of an MQTT broker and takes commands there. */
const mqtt: Plugin<MqttOptions> = {
  name: 'mqtt',
  section: { key: 'mqtt', schema },
  async apply(evcc: Evcc, options: OptionsOf<typeof schema, MqttOptions>) {
    const setup = await resolveOptions(options, evcc);
    // Whoever leaves says `offline` there: never after its successor said `online`.
    evcc.claim(`MQTT topic ${setup.root} at ${setup.address.url}`);
    if (options.clientId !== undefined) evcc.claim(`MQTT client ${options.clientId}`);
    const session = createSession(setup, evcc);
    evcc.services.provide('mqtt', session.service);
    evcc.hooks.publish.tap('mqtt', (changes) => session.publish(changes()));
    evcc.hooks.setup.tapPromise('mqtt', async () => {
      session.open();
      for (const line of session.help()) evcc.announce(line);
    });
    evcc.hooks.started.tap('mqtt', () => session.catchUp());
    evcc.hooks.stop.tapPromise('mqtt', (signal) => session.close(signal));
    return () => session.destroy();
  },
};

export default mqtt;
