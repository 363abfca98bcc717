import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import type { HttpAuth } from '../../shared/http/client.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { INVERT } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decodeFirst, decodeLater, generationOf } from '../../shared/shelly.ts';

/** Options of a `shelly` meter. */
export interface ShellyMeterOptions {
  host: string;
  /** Of devices of generation 1; default admin */
  user?: string;
  password?: string;
  /** Which of several meters in the device, from 0; absent: the first, or three phases together */
  channel?: number;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    shelly: ShellyMeterOptions;
  }
}

const schema = Type.Unsafe<ShellyMeterOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(
      Type.String({ description: 'User of devices of generation 1', minLength: 1, default: 'admin' }),
    ),
    password: Type.Optional(Type.String({ description: 'Password, if one is set', minLength: 1, secret: true })),
    channel: Type.Optional(
      Type.Integer({
        description: 'Which of several meters in the device, from 0; default: the first, or three phases together',
        minimum: 0,
        maximum: 7,
      }),
    ),
    invert: INVERT,
  }),
);

/** Meters and switches with meters of Shelly, of all generations. */
const shelly: Plugin = {
  name: 'meter-shelly',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('shelly', {
      schema,
      create: ({ host, user = 'admin', password, channel, invert }, context) => {
        const base = toBase(host);
        const login = (type: 'basic' | 'digest', name: string): HttpAuth | undefined =>
          password === undefined ? undefined : { type, user: name, password };
        const open = (auth?: HttpAuth) => devices.open({ base, auth }, context);
        const anyone = open();
        const first = open(login('basic', user));
        // Later generations have one user.
        const later = open(login('digest', 'admin'));
        let generation: number | undefined;
        return {
          read: async (signal) => {
            generation ??= generationOf(await anyone.get('/shelly', signal));
            const values =
              generation === 1
                ? decodeFirst(await first.get('/status', signal), channel)
                : decodeLater(await later.get('/rpc/Shelly.GetStatus', signal), channel);
            return toMeterReading(values, base, context, { invert });
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default shelly;
