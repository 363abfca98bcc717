import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import type { HttpAuth } from '../../shared/http/client.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { generationOf, switchFirst, switchLater } from '../../shared/shelly.ts';
import { createSwitchCharger, SWITCH, type SwitchOptions } from '../../shared/switch-socket.ts';

/** Options of a `shelly` charger. */
export interface ShellyChargerOptions extends SwitchOptions {
  host: string;
  /** Of devices of generation 1; default admin */
  user?: string;
  /** Secret */
  password?: string;
  /** Which of several relays, from 0; default 0 */
  channel?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    shelly: ShellyChargerOptions;
  }
}

const schema = Type.Unsafe<ShellyChargerOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(
      Type.String({ description: 'User of devices of generation 1', minLength: 1, default: 'admin' }),
    ),
    password: Type.Optional(Type.String({ description: 'Password, if one is set', minLength: 1, secret: true })),
    channel: Type.Optional(
      Type.Integer({ description: 'Which of several relays, from 0', minimum: 0, maximum: 7, default: 0 }),
    ),
    ...SWITCH,
  }),
);

/** Sockets and relays of Shelly, of all generations, as switches of a charger. */
const shelly: Plugin = {
  name: 'charger-shelly',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('shelly', {
      schema,
      create: ({ host, user = 'admin', password, channel = 0, ...options }, context) => {
        const base = toBase(host);
        const login = (type: 'basic' | 'digest', name: string): HttpAuth | undefined =>
          password === undefined ? undefined : { type, user: name, password };
        const open = (auth?: HttpAuth) => devices.open({ base, auth }, context);
        const anyone = open();
        const first = open(login('basic', user));
        // Later generations have one user.
        const later = open(login('digest', 'admin'));
        let generation: number | undefined;
        const isFirst = async (signal: AbortSignal): Promise<boolean> => {
          generation ??= generationOf(await anyone.get('/shelly', signal));
          return generation === 1;
        };
        /** Whether it did so */
        const switchTo = async (on: boolean, signal: AbortSignal): Promise<boolean> => {
          if (await isFirst(signal)) {
            const relay = await first.ask({ path: `/relay/${channel}?turn=${on ? 'on' : 'off'}` }, signal);
            return relay.at('ison').flag() === on;
          }
          // It answers how it was before.
          await later.send({ path: `/rpc/Switch.Set?id=${channel}&on=${on}` }, signal);
          return switchLater(await later.get('/rpc/Shelly.GetStatus', signal), channel).on === on;
        };
        return createSwitchCharger(
          {
            read: async (signal) =>
              (await isFirst(signal))
                ? switchFirst(await first.get('/status', signal), channel)
                : switchLater(await later.get('/rpc/Shelly.GetStatus', signal), channel),
            turn: async (on, signal) => {
              if (!(await switchTo(on, signal))) {
                context.fail('EVCC_DEVICE_UNAVAILABLE', `${base}: the relay did not switch, it may be too hot`);
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
export default shelly;
