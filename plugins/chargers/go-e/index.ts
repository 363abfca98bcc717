import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createV1, createV2 } from './protocol.ts';

/** Options of a `go-e` charger: `host`, or `serial` and `token` to reach it through the cloud. */
export interface GoEChargerOptions {
  host?: string;
  serial?: string;
  /** Secret */
  token?: string;
  /** Of boxes of the generations 1 and 2: v1; default v2 */
  api?: 'v1' | 'v2';
  /** Of the cloud; default that of go-e */
  url?: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    'go-e': GoEChargerOptions;
  }
}

const schema = Type.Unsafe<GoEChargerOptions>(
  Type.Object({
    host: Type.Optional(HOST),
    serial: Type.Optional(
      Type.String({ description: 'Serial number, to reach it through the cloud', pattern: '^[A-Za-z0-9-]{1,32}$' }),
    ),
    token: Type.Optional(
      Type.String({ description: 'Token of the cloud API, from the app', minLength: 1, secret: true }),
    ),
    api: Type.Optional(
      Type.Enum(['v1', 'v2'], {
        description: 'v1 for boxes of the generations 1 and 2, which have no other',
        default: 'v2',
      }),
    ),
    url: Type.Optional(
      Type.String({ description: 'Address of the cloud; default: that of go-e', pattern: '^https?://[^\\s/]+$' }),
    ),
  }),
);

/** go-e Charger, in the local network or through the cloud. */
const goE: Plugin = {
  name: 'charger-go-e',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('go-e', {
      schema,
      create: ({ host, serial, token, api = 'v2', url }, context) => {
        if (host !== undefined) {
          if (serial !== undefined || token !== undefined || url !== undefined) {
            context.fail(
              'EVCC_CONFIG_INVALID',
              'host is for the local network: serial, token and url are not used then',
            );
          }
          const device = devices.open({ base: toBase(host) }, context);
          return api === 'v1' ? createV1(device, context) : createV2(device, context);
        }
        if (serial === undefined || token === undefined) {
          return context.fail('EVCC_CONFIG_INVALID', 'either host is needed, or serial and token');
        }
        if (api === 'v1') context.fail('EVCC_CONFIG_INVALID', 'the cloud needs api v2');
        const base = url ?? `https://${serial}.api.v3.go-e.io`;
        return createV2(devices.open({ base, auth: { type: 'bearer', token } }, context), context);
      },
    });
    return () => devices.close();
  },
};
export default goE;
