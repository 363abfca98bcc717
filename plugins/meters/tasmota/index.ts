import Type from 'typebox';
import type { DeviceContext, Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { INVERT } from '../../shared/meter-options.ts';
import { toMeterReading } from '../../shared/meter-reading.ts';
import { createMqttPool } from '../../shared/mqtt.ts';
import { decode } from './protocol.ts';

/** Options of a `tasmota` meter. */
export interface TasmotaMeterOptions {
  /** Either this or `broker` and `topic` */
  host?: string;
  /** Address of the MQTT broker */
  broker?: string;
  /** What Tasmota calls its topic */
  topic?: string;
  /** Of the device or the broker; default admin for devices */
  user?: string;
  password?: string;
  /** s that a message over MQTT counts; default 600, two of Tasmota's usual periods */
  timeout?: number;
  /** Group of the values, such as SML; absent: the first with a power */
  group?: string;
  powerKey?: string;
  energyKey?: string;
  returnEnergyKey?: string;
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    tasmota: TasmotaMeterOptions;
  }
}

const text = (description: string, more: object = {}) =>
  Type.Optional(Type.String({ description, minLength: 1, ...more }));

const schema = Type.Unsafe<TasmotaMeterOptions>(
  Type.Object({
    host: Type.Optional(HOST),
    broker: text('Address of an MQTT broker, instead of `host`', { pattern: '^(mqtt|mqtts|ws|wss)://' }),
    topic: text('What Tasmota calls its topic', { pattern: '^[^#+]+$' }),
    user: text('User of the broker, or of the device; default of the device: admin'),
    password: text('Password of the broker or of the device', { secret: true }),
    timeout: Type.Optional(
      Type.Number({
        description: 'How long a message over MQTT counts; Tasmota sends every TelePeriod seconds',
        unit: 's',
        exclusiveMinimum: 0,
        maximum: 86_400,
        default: 600,
      }),
    ),
    group: text('Group of the values, such as SML; default: the first one with a power'),
    powerKey: text('Key of the power; default: Power_curr, Power and others'),
    energyKey: text('Key of the drawn energy; default: Total_in, E_in, Total and others'),
    returnEnergyKey: text('Key of the energy fed in; default: Total_out, E_out and others'),
    invert: INVERT,
  }),
);

/** Devices with Tasmota that measure, or read a meter, over HTTP or MQTT. */
const tasmota: Plugin = {
  name: 'meter-tasmota',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    const mqtt = createMqttPool(evcc);

    function overHttp(host: string, options: TasmotaMeterOptions, context: DeviceContext) {
      const { user = 'admin', password } = options;
      const device = devices.open({ base: toBase(host) }, context);
      const login =
        password === undefined ? '' : `user=${encodeURIComponent(user)}&password=${encodeURIComponent(password)}&`;
      return {
        name: device.name,
        sensors: async (signal: AbortSignal) => {
          const answer = await device.get(`/cm?${login}cmnd=Status%2010`, signal);
          // It refuses with status 200.
          if (!answer.at('WARNING').absent) {
            context.fail('EVCC_DEVICE_AUTH', `${device.name}: user or password were refused`);
          }
          return answer.at('StatusSNS');
        },
        close: () => {},
      };
    }

    function overMqtt(broker: string, topic: string, options: TasmotaMeterOptions, context: DeviceContext) {
      const { user, password, timeout = 600 } = options;
      const link = mqtt.open({
        broker,
        ...(user !== undefined && { user }),
        ...(password !== undefined && { password }),
      });
      const full = `tele/${topic}/SENSOR`;
      link.subscribe(full);
      return {
        name: `MQTT ${full}`,
        sensors: async (signal: AbortSignal) => {
          // How old a retained message is, nobody knows.
          const { text, at } = await link.latest(full, true, signal);
          const age = (context.clock.now() - at) / 1_000;
          if (age > timeout)
            context.fail('EVCC_DEVICE_UNAVAILABLE', `${full}: the last message is ${Math.round(age)} s old`);
          return new Answer(parse(text, full, context), full, context);
        },
        close: () => link.close(),
      };
    }

    evcc.meters.define('tasmota', {
      schema,
      create: (options, context) => {
        const { host, broker, topic, invert } = options;
        const source =
          host !== undefined && broker === undefined && topic === undefined
            ? overHttp(host, options, context)
            : host === undefined && broker !== undefined && topic !== undefined
              ? overMqtt(broker, topic, options, context)
              : context.fail('EVCC_CONFIG_INVALID', 'the meter needs either host, or broker and topic');
        return {
          read: async (signal) =>
            toMeterReading(decode(await source.sensors(signal), options), source.name, context, { invert }),
          close: () => source.close(),
        };
      },
    });
    return async () => {
      devices.close();
      await mqtt.close();
    };
  },
};
export default tasmota;

function parse(text: string, topic: string, { fail }: Pick<DeviceContext, 'fail'>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('EVCC_DEVICE_PROTOCOL', `${topic}: the message is not JSON`);
  }
}
