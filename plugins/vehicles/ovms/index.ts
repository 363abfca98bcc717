import Type from 'typebox';
import type { DeviceContext, Plugin, VehicleDevice } from '../../../core/index.ts';
import { createHttp, type HttpClient } from '../../shared/http/client.ts';
import { authorized, cookiesOf, createLogin } from '../../shared/http/credentials.ts';
import { createMqttPool, type MqttPool } from '../../shared/mqtt.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { secret } from '../../shared/vehicles/options.ts';
import { askJson, keepReadings } from '../../shared/vehicles/service.ts';
import { followTopics } from '../../shared/vehicles/topics.ts';
import { decodeServer, decodeTopics, MAIN, TOPICS } from './protocol.ts';

export interface OvmsVehicleOptions {
  /** Server v2, e.g. `https://dexters-web.de:6869`; either this or `broker` */
  server?: string;
  /** Broker of server v3; mqtt://, mqtts://, ws:// or wss:// */
  broker?: string;
  user: string;
  /** Secret */
  password: string;
  /** Vehicle id */
  vehicle: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    ovms: OvmsVehicleOptions;
  }
}

const schema = Type.Object({
  server: Type.Optional(
    Type.String({ description: 'Address of a server v2; either this or `broker`', pattern: '^https?://[^\\s/]+' }),
  ),
  broker: Type.Optional(
    Type.String({ description: 'Address of the broker of a server v3', pattern: '^(mqtts?|wss?)://[^\\s/]+' }),
  ),
  user: Type.String({ description: 'Name of the user', minLength: 1 }),
  password: secret('Password'),
  vehicle: Type.String({ description: 'Vehicle id', pattern: '^[^#+/\\s\\u0000]+$' }),
});

type Options = OptionsOf<typeof schema, OvmsVehicleOptions>;

/** A car with the module of the Open Vehicle Monitoring System, by way of its server v2 (HTTP) or v3 (MQTT). */
const ovms: Plugin = {
  name: 'vehicle-ovms',
  apply(evcc) {
    const http = createHttp(evcc);
    const pool = createMqttPool(evcc);
    evcc.vehicles.define('ovms', {
      schema,
      create: (options: Options, context) => {
        const { server, broker } = options;
        if (server !== undefined && broker === undefined) return byServer(options, server, http, context);
        if (broker !== undefined && server === undefined) return byBroker(options, broker, pool, context);
        return context.fail('EVCC_CONFIG_INVALID', 'OVMS needs either server or broker');
      },
    });
    return async () => {
      http.close();
      await pool.close();
    };
  },
};

/** Server v2 hands out a session, which ends when it restarts: it then answers with 401 or 404. */
function byServer(
  { user, password, vehicle }: OvmsVehicleOptions,
  server: string,
  http: HttpClient,
  context: DeviceContext,
): VehicleDevice {
  const base = server.replace(/\/$/, '');
  const login = createLogin(
    async (signal) => {
      const query = new URLSearchParams({ username: user, password });
      const { status, headers } = await http.answer({ url: `${base}/api/cookie?${query}` }, signal);
      if (status === 401 || status === 403) {
        context.fail(
          'EVCC_DEVICE_AUTH',
          `GET ${base}/api/cookie?…: user or password were refused with status ${status}`,
        );
      }
      const cookie = cookiesOf(headers);
      if (status !== 200)
        context.fail('EVCC_DEVICE_UNAVAILABLE', `GET ${base}/api/cookie?…: answered with status ${status}`);
      if (cookie === '') context.fail('EVCC_DEVICE_PROTOCOL', `GET ${base}/api/cookie?…: there is no session`);
      return { auth: { type: 'header', name: 'cookie', value: cookie } };
    },
    context,
    `GET ${base}/api/cookie`,
  );
  const client = authorized(http, login, context, [401, 404]);
  const ask = (path: string, signal: AbortSignal) =>
    askJson(client, { url: `${base}/api/${path}/${encodeURIComponent(vehicle)}` }, context, signal);
  return keepReadings(async (signal) => {
    const charge = await ask('charge', signal);
    return decodeServer(charge, await ask('status', signal));
  }, context);
}

function byBroker(
  { user, password, vehicle }: OvmsVehicleOptions,
  broker: string,
  pool: MqttPool,
  context: DeviceContext,
): VehicleDevice {
  const link = pool.open({ broker, user, password });
  const prefix = `ovms/${user}/${vehicle}/metric/`;
  const values = followTopics(link, prefix, TOPICS, MAIN, context);
  return {
    traits: { streaming: true },
    read: async (signal) =>
      decodeTopics(await values(signal), (why) =>
        context.fail('EVCC_DEVICE_PROTOCOL', `MQTT topics ${prefix}…: ${why}`),
      ),
    close: () => link.close(),
  };
}

export default ovms;
