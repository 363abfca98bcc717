import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { CAPACITY, toTraits, usageOption } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { decode, MANUAL, SELF_CONSUMPTION, setpointsOf } from './protocol.ts';

/** Options of a `sonnen` meter. */
export interface SonnenMeterOptions {
  host: string;
  /** default battery */
  usage?: 'battery' | 'grid' | 'pv';
  /** Of the API v2; absent: v1, which cannot control the battery */
  token?: string;
  /** W that the battery is charged with from the grid; default 3000 */
  chargePower?: number;
  /** kWh */
  capacity?: number;
}

declare module 'evcc' {
  interface MeterTypes {
    sonnen: SonnenMeterOptions;
  }
}

const schema = Type.Unsafe<SonnenMeterOptions>(
  Type.Object({
    host: HOST,
    usage: usageOption(['battery', 'grid', 'pv']),
    token: Type.Optional(
      Type.String({
        description: 'Token of the API v2; default: the API v1, which cannot control the battery',
        minLength: 1,
        secret: true,
      }),
    ),
    chargePower: Type.Optional(
      Type.Integer({
        description: 'What the battery is charged with from the grid',
        unit: 'W',
        minimum: 100,
        maximum: 20_000,
        default: 3_000,
      }),
    ),
    capacity: CAPACITY,
  }),
);

/** sonnenBatterie: battery, generation and grid. */
const sonnen: Plugin = {
  name: 'meter-sonnen',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.meters.define('sonnen', {
      schema,
      create: ({ host, usage = 'battery', token, chargePower = 3_000, capacity }, context) => {
        const base = toBase(host);
        const auth = token === undefined ? undefined : ({ type: 'header', name: 'Auth-Token', value: token } as const);
        const device = devices.open({ base, auth }, context);
        const path = auth ? '/api/v2/status' : '/api/v1/status';
        const configurations = '/api/v2/configurations';
        /** What the battery did on its own before it was told anything */
        let usual: string | undefined;

        const setOperatingMode = async (mode: string, signal: AbortSignal): Promise<void> => {
          await device.send({ method: 'PUT', path: configurations, body: { EM_OperatingMode: mode } }, signal);
        };
        const operatingMode = async (signal: AbortSignal): Promise<string> => {
          const mode = (await device.get(configurations, signal)).at('EM_OperatingMode');
          return String(mode.number());
        };

        return {
          ...toTraits(capacity),
          read: async (signal) => toMeterReading(decode(await device.get(path, signal), usage), base, context),
          ...(usage === 'battery' &&
            auth && {
              setBatteryMode: async (mode, signal) => {
                if (mode === 'holdcharge') {
                  return context.fail('EVCC_NOT_SUPPORTED', `${base}: the battery cannot only be kept from charging`);
                }
                const setpoints = setpointsOf(mode, chargePower);
                const present = await operatingMode(signal);
                if (present !== MANUAL) usual = present;
                if (!setpoints) {
                  if (present === MANUAL) await setOperatingMode(usual ?? SELF_CONSUMPTION, signal);
                  return;
                }
                if (present !== MANUAL) await setOperatingMode(MANUAL, signal);
                for (const [direction, power] of setpoints) {
                  await device.send({ method: 'POST', path: `/api/v2/setpoint/${direction}/${power}` }, signal);
                }
              },
            }),
        };
      },
    });
    return () => devices.close();
  },
};
export default sonnen;
