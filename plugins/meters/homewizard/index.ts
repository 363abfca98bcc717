import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { INVERT } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decodeV1, decodeV2 } from './protocol.ts';

/** Options of a `homewizard` meter. */
export interface HomeWizardMeterOptions {
  host: string;
  /** Of the API v2; absent: v1, without login */
  token?: string;
  /** Power and counters change direction: of solar panels and batteries; default false */
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    homewizard: HomeWizardMeterOptions;
  }
}

const schema = Type.Unsafe<HomeWizardMeterOptions>(
  Type.Object({
    host: HOST,
    token: Type.Optional(
      Type.String({
        description: 'Token of the API v2, which is asked over https; default: the API v1',
        minLength: 1,
        secret: true,
      }),
    ),
    invert: INVERT,
  }),
);

/** P1 meters, kWh meters, sockets and batteries of HomeWizard, over their local API. */
const homewizard: Plugin = {
  name: 'meter-homewizard',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('homewizard', {
      schema,
      create: ({ host, token, invert }, context) => {
        const v2 =
          token === undefined
            ? undefined
            : ({ auth: { type: 'bearer', token }, headers: { 'x-api-version': '2' } } as const);
        const device = devices.open(
          { base: toBase(host, v2 ? 'https' : 'http'), ...v2, insecure: v2 !== undefined },
          context,
        );
        return {
          read: async (signal) => {
            const values = v2
              ? decodeV2(await device.get('/api/measurement', signal))
              : decodeV1(await device.get('/api/v1/data', signal));
            return toMeterReading(values, device.name, context, { invert });
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default homewizard;
