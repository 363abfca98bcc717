import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createJsonDevices, known } from '../../shared/http/json-device.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';

/** Options of a `powerfox` meter. */
export interface PowerfoxMeterOptions {
  user: string;
  password: string;
  /** Id of the device; default main, the meter of the house */
  id?: string;
  /** Address of the service */
  url?: string;
}

declare module 'evcc' {
  interface MeterTypes {
    powerfox: PowerfoxMeterOptions;
  }
}

const SERVICE = 'https://backend.powerfox.energy';

const schema = Type.Unsafe<PowerfoxMeterOptions>(
  Type.Object({
    user: Type.String({ description: 'E-mail address of the account', minLength: 1 }),
    password: Type.String({ description: 'Its password', minLength: 1, secret: true }),
    id: Type.Optional(
      Type.String({
        description: 'Id of the device; main is the meter of the house',
        pattern: '^[0-9A-Za-z_-]+$',
        default: 'main',
      }),
    ),
    url: Type.Optional(Type.String({ description: 'Address of the service', pattern: '^https?://', default: SERVICE })),
  }),
);

/** ms that answers are used again: the service wants to be asked every 3 s at most, and has news every 10 s */
const KEEP = 5_000;

/** Readers of powerfox (poweropti), over the service of the maker: `GET /api/2.0/my/<id>/current`. */
const powerfox: Plugin = {
  name: 'meter-powerfox',
  apply(evcc) {
    const devices = createJsonDevices(evcc, KEEP);
    evcc.meters.define('powerfox', {
      schema,
      create: ({ user, password, id = 'main', url = SERVICE }, context) => {
        const base = url.replace(/\/$/, '');
        const device = devices.open({ base, auth: { type: 'basic', user, password } }, context);
        return {
          read: async (signal) => {
            const answer = await device.get(`/api/2.0/my/${id}/current`, signal);
            const outdated = answer.at('Outdated');
            if (!outdated.absent && outdated.flag()) {
              context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: the service has heard nothing of the meter lately`);
            }
            const values = {
              power: known(answer.at('Watt')),
              energy: known(answer.at('A_Plus')),
              returnEnergy: known(answer.at('A_Minus')),
            };
            return toMeterReading(values, base, context);
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default powerfox;
