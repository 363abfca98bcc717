import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decode, findMeter } from './protocol.ts';

/** Options of a `discovergy` meter. */
export interface DiscovergyMeterOptions {
  user: string;
  password: string;
  /** Serial number or id; absent: the only one of the account */
  meter?: string;
  /** Address of the service */
  url?: string;
}

declare module 'evcc' {
  interface MeterTypes {
    discovergy: DiscovergyMeterOptions;
  }
}

const SERVICE = 'https://api.inexogy.com/public/v1';

const schema = Type.Unsafe<DiscovergyMeterOptions>(
  Type.Object({
    user: Type.String({ description: 'E-mail address of the account', minLength: 1 }),
    password: Type.String({ description: 'Its password', minLength: 1, secret: true }),
    meter: Type.Optional(
      Type.String({ description: 'Serial number or id; default: the only one of the account', minLength: 1 }),
    ),
    url: Type.Optional(Type.String({ description: 'Address of the service', pattern: '^https?://', default: SERVICE })),
  }),
);

/** ms that answers are used again */
const KEEP = 2_000;
/** ms; what was measured before that is no present value */
const MAX_AGE = 60_000;

/** Smart meters of inexogy, formerly Discovergy, over the service of the operator. */
const discovergy: Plugin = {
  name: 'meter-discovergy',
  apply(evcc) {
    const devices = createJsonDevices(evcc, KEEP);
    evcc.meters.define('discovergy', {
      schema,
      create: ({ user, password, meter, url = SERVICE }, context) => {
        const base = url.replace(/\/$/, '');
        const device = devices.open({ base, auth: { type: 'basic', user, password } }, context);
        let id: string | undefined;
        return {
          read: async (signal) => {
            id ??= findMeter(await device.get('/meters', signal), meter);
            const answer = await device.get(`/last_reading?meterId=${encodeURIComponent(id)}`, signal);
            const age = context.clock.now() - answer.at('time').number();
            if (age > MAX_AGE) {
              const seconds = Math.round(age / 1_000);
              context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: the last reading of the meter is ${seconds} s old`);
            }
            return toMeterReading(decode(answer.at('values')), base, context);
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default discovergy;
