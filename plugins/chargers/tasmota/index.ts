import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createSwitchCharger, SWITCH, type SwitchOptions } from '../../shared/switch-socket.ts';
import { checkLogin, toPower, toSwitch } from './protocol.ts';

/** Options of a `tasmota` charger. */
export interface TasmotaChargerOptions extends SwitchOptions {
  host: string;
  /** default admin */
  user?: string;
  /** Secret */
  password?: string;
  /** Which of several relays, from 1; default 1 */
  channel?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    tasmota: TasmotaChargerOptions;
  }
}

const schema = Type.Unsafe<TasmotaChargerOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(Type.String({ description: 'User, if the device wants one', minLength: 1, default: 'admin' })),
    password: Type.Optional(Type.String({ description: 'Password, if one is set', minLength: 1, secret: true })),
    channel: Type.Optional(
      Type.Integer({ description: 'Which of several relays, from 1', minimum: 1, maximum: 8, default: 1 }),
    ),
    ...SWITCH,
  }),
);

/** Sockets and relays with Tasmota as switches of a charger. */
const tasmota: Plugin = {
  name: 'charger-tasmota',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('tasmota', {
      schema,
      create: ({ host, user = 'admin', password, channel = 1, ...options }, context) => {
        const device = devices.open({ base: toBase(host) }, context);
        const login = password === undefined ? '' : `${new URLSearchParams({ user, password })}&`;
        const path = (command: string): string => `/cm?${login}cmnd=${encodeURIComponent(command)}`;
        return createSwitchCharger(
          {
            read: async (signal) =>
              toSwitch(checkLogin(await device.get(path('Status 0'), signal), device.name, context), channel),
            turn: async (on, signal) => {
              const answer = await device.ask({ path: path(`Power${channel} ${on ? 'on' : 'off'}`) }, signal);
              if (toPower(checkLogin(answer, device.name, context), channel) !== on) {
                context.fail('EVCC_DEVICE_UNAVAILABLE', `${device.name}: the relay did not switch`);
              }
            },
          },
          options,
          context,
        );
      },
    });
    return () => devices.close();
  },
};
export default tasmota;
