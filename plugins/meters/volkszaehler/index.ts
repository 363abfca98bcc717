import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { INVERT } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { APIS, newest, pathOf, type VolkszaehlerApi } from './protocol.ts';

/** Options of a `volkszaehler` meter: UUIDs of channels. */
export interface VolkszaehlerMeterOptions {
  host: string;
  /** default vzlogger */
  api?: VolkszaehlerApi;
  /** Of the middleware; default /middleware.php */
  path?: string;
  /** In W */
  power: string;
  /** In W, of L1, L2 and L3 */
  powers?: string[];
  /** In Wh */
  energy?: string;
  /** In Wh */
  returnEnergy?: string;
  /** s that a value of the power counts; default 60 */
  timeout?: number;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    volkszaehler: VolkszaehlerMeterOptions;
  }
}

const UUID = '^[0-9a-fA-F-]{36}$';
const channel = (description: string) => Type.String({ description, pattern: UUID });

const schema = Type.Unsafe<VolkszaehlerMeterOptions>(
  Type.Object({
    host: HOST,
    api: Type.Optional(
      Type.Enum([...APIS], { description: 'Server of vzlogger itself, or the middleware', default: 'vzlogger' }),
    ),
    path: Type.Optional(
      Type.String({ description: 'Path of the middleware', pattern: '^/[^?#]*[^?#/]$', default: '/middleware.php' }),
    ),
    power: channel('Channel of the power, in W'),
    powers: Type.Optional(
      Type.Array(Type.String({ pattern: UUID }), {
        description: 'Channels of the power of L1, L2 and L3, in W',
        minItems: 3,
        maxItems: 3,
      }),
    ),
    energy: Type.Optional(channel('Channel of the drawn energy, in Wh')),
    returnEnergy: Type.Optional(channel('Channel of the energy fed in, in Wh')),
    timeout: Type.Optional(
      Type.Number({
        description: 'How long a value of the power counts',
        unit: 's',
        exclusiveMinimum: 0,
        maximum: 86_400,
        default: 60,
      }),
    ),
    invert: INVERT,
  }),
);

/** Channels of vzlogger and of Volkszähler. */
const volkszaehler: Plugin = {
  name: 'meter-volkszaehler',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('volkszaehler', {
      schema,
      create: (options, context) => {
        const { host, api = 'vzlogger', path = '/middleware.php', timeout = 60, invert } = options;
        const base = toBase(host) + (api === 'vzlogger' ? '' : path);
        const device = devices.open({ base }, context);
        return {
          read: async (signal) => {
            const get = async (uuid: string) => newest(await device.get(pathOf(api, uuid), signal), api);
            const value = async (uuid: string | undefined) =>
              uuid === undefined ? undefined : (await get(uuid)).value;
            const [power, energy, returnEnergy, ...powers] = await Promise.all([
              get(options.power),
              value(options.energy),
              value(options.returnEnergy),
              ...(options.powers ?? []).map(value),
            ]);
            const age = (context.clock.now() - power.at) / 1_000;
            if (age > timeout) {
              context.fail(
                'EVCC_DEVICE_UNAVAILABLE',
                `${base}: the last value of the power is ${Math.round(age)} s old`,
              );
            }
            const values = { power: power.value, energy, returnEnergy, powers };
            return toMeterReading(values, base, context, { invert });
          },
        };
      },
    });
    return () => devices.close();
  },
};
export default volkszaehler;
