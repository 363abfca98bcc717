import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices, known } from '../../shared/http/json-device.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';

/** Options of an `opendtu` meter. */
export interface OpenDtuMeterOptions {
  host: string;
  /** default admin */
  user?: string;
  /** Absent: values may be read without login */
  password?: string;
}

declare module 'evcc' {
  interface MeterTypes {
    opendtu: OpenDtuMeterOptions;
  }
}

const schema = Type.Unsafe<OpenDtuMeterOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(Type.String({ description: 'User', minLength: 1, default: 'admin' })),
    password: Type.Optional(
      Type.String({ description: 'Password; default: values may be read without login', minLength: 1, secret: true }),
    ),
  }),
);

/** Inverters of Hoymiles behind OpenDTU: their generation together (`GET /api/livedata/status`, opendtu.solar). */
const opendtu: Plugin = {
  name: 'meter-opendtu',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('opendtu', {
      schema,
      create: ({ host, user = 'admin', password }, context) => {
        const auth = password === undefined ? undefined : ({ type: 'basic', user, password } as const);
        const device = devices.open({ base: toBase(host), auth }, context);
        return {
          read: async (signal) => {
            const total = (await device.get('/api/livedata/status', signal)).at('total');
            const energy = total.at('YieldTotal');
            const values = {
              power: known(total.at('Power').at('v')),
              energy: energy.absent ? undefined : known(energy.at('v'), 1_000),
            };
            return toMeterReading(values, device.name, context);
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default opendtu;
