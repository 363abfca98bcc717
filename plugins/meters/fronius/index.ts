import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices, type JsonDevice } from '../../shared/http/json-device.ts';
import { CAPACITY, INVERT, toTraits, usageOption } from '../../shared/meter-options.ts';
import { type MeterValues, toMeterReading } from '../../shared/meter-reading.ts';
import {
  dataOf,
  decodeBattery,
  decodeGrid,
  decodeMeter,
  decodePv,
  METERS,
  POWER_FLOW,
  SCHEDULES,
  schedulesOf,
} from './protocol.ts';

/** Options of a `fronius` meter. */
export interface FroniusMeterOptions {
  host: string;
  /** default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** Of the inverter's user `customer`, to control the battery; absent: it is not controlled */
  password?: string;
  /** W that the battery is charged with from the grid; default 3000 */
  chargePower?: number;
  /** kWh */
  capacity?: number;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    fronius: FroniusMeterOptions;
  }
}

const schema = Type.Unsafe<FroniusMeterOptions>(
  Type.Object({
    host: HOST,
    usage: usageOption(['grid', 'pv', 'battery']),
    password: Type.Optional(
      Type.String({
        description: "Password of the inverter's user `customer`, to control the battery",
        minLength: 1,
        secret: true,
      }),
    ),
    chargePower: Type.Optional(
      Type.Integer({
        description: 'What the battery is charged with from the grid',
        unit: 'W',
        minimum: 100,
        maximum: 100_000,
        default: 3_000,
      }),
    ),
    capacity: CAPACITY,
    invert: INVERT,
  }),
);

/** Inverters of Fronius over their Solar API: grid meter, generation and battery. */
const fronius: Plugin = {
  name: 'meter-fronius',
  apply(evcc) {
    const devices = createJsonDevices(evcc);

    async function gridOf(device: JsonDevice, signal: AbortSignal): Promise<MeterValues> {
      const meter = decodeMeter(dataOf(await device.get(METERS, signal)));
      return meter ?? decodeGrid(dataOf(await device.get(POWER_FLOW, signal)));
    }
    const readers = {
      grid: gridOf,
      pv: async (device: JsonDevice, signal: AbortSignal) => decodePv(dataOf(await device.get(POWER_FLOW, signal))),
      battery: async (device: JsonDevice, signal: AbortSignal) =>
        decodeBattery(dataOf(await device.get(POWER_FLOW, signal))),
    };

    evcc.meters.define('fronius', {
      schema,
      create: ({ host, usage = 'grid', password, chargePower = 3_000, capacity, invert }, context) => {
        const base = toBase(host);
        const device = devices.open({ base }, context);
        const auth = password === undefined ? undefined : ({ type: 'digest', user: 'customer', password } as const);
        /** Which of the two paths this firmware has */
        let path: (typeof SCHEDULES)[number] | undefined;
        return {
          ...toTraits(capacity),
          read: async (signal) => toMeterReading(await readers[usage](device, signal), base, context, { invert }),
          ...(usage === 'battery' &&
            auth && {
              setBatteryMode: async (mode, signal) => {
                for (const candidate of path ? [path] : SCHEDULES) {
                  const url = `${base}${candidate}`;
                  const body = schedulesOf(mode, chargePower);
                  const { status } = await devices.http.answer({ method: 'POST', url, body, auth }, signal);
                  if (status === 404 && path === undefined) continue;
                  if (status === 401 || status === 403) {
                    context.fail('EVCC_DEVICE_AUTH', `POST ${url}: the password of customer was refused`);
                  }
                  if (status !== 200)
                    context.fail('EVCC_DEVICE_UNAVAILABLE', `POST ${url}: answered with status ${status}`);
                  path = candidate;
                  return;
                }
                context.fail('EVCC_NOT_SUPPORTED', `${base}: the inverter has no schedules for its battery`);
              },
            }),
        };
      },
    });
    return () => devices.close();
  },
};
export default fronius;
