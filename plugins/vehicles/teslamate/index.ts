import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createMqttPool } from '../../shared/mqtt.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { BROKER } from '../../shared/vehicles/options.ts';
import { followTopics } from '../../shared/vehicles/topics.ts';
import { decode, MAIN, TOPICS } from './protocol.ts';

export interface TeslaMateVehicleOptions {
  /** mqtt://, mqtts://, ws:// or wss:// */
  broker: string;
  user?: string;
  /** Secret */
  password?: string;
  /** Number of the car in TeslaMate; default 1 */
  id?: number;
  /** Namespace of the topics (`MQTT_NAMESPACE` of TeslaMate); default: none */
  namespace?: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    teslamate: TeslaMateVehicleOptions;
  }
}

const schema = Type.Object({
  ...BROKER,
  id: Type.Optional(Type.Integer({ description: 'Number of the car in TeslaMate', minimum: 1, default: 1 })),
  namespace: Type.Optional(Type.String({ description: 'Namespace of the topics', pattern: '^[^#+/\\s\\u0000]+$' })),
});

/** A Tesla that TeslaMate publishes over MQTT. */
const teslamate: Plugin = {
  name: 'vehicle-teslamate',
  apply(evcc) {
    const pool = createMqttPool(evcc);
    evcc.vehicles.define('teslamate', {
      schema,
      create: (options: OptionsOf<typeof schema, TeslaMateVehicleOptions>, context) => {
        const { broker, user, password, id = 1, namespace } = options;
        const link = pool.open({
          broker,
          ...(user !== undefined && { user }),
          ...(password !== undefined && { password }),
        });
        const prefix = `teslamate/${namespace === undefined ? '' : `${namespace}/`}cars/${id}/`;
        const values = followTopics(link, prefix, TOPICS, MAIN, context);
        return {
          traits: { streaming: true },
          read: async (signal) =>
            decode(await values(signal), (why) =>
              context.fail('EVCC_DEVICE_PROTOCOL', `MQTT topics ${prefix}…: ${why}`),
            ),
          close: () => link.close(),
        };
      },
    });
    return () => pool.close();
  },
};

export default teslamate;
