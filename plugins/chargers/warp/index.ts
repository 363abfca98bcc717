import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createHttp } from '../../shared/http/client.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createWarp } from './device.ts';

/** Options of a `warp` charger. */
export interface WarpChargerOptions {
  host: string;
  /** If the box wants a login */
  user?: string;
  /** Secret */
  password?: string;
  /** Host of the WARP Energy Manager that switches the phases of a WARP 1 or 2; it has the same user and password */
  energyManager?: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    warp: WarpChargerOptions;
  }
}

const schema = Type.Unsafe<WarpChargerOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(Type.String({ description: 'User, if the box wants a login', minLength: 1 })),
    password: Type.Optional(Type.String({ description: 'Password of the user', minLength: 1, secret: true })),
    energyManager: Type.Optional({
      ...HOST,
      description: 'Host of the WARP Energy Manager that switches the phases of a WARP 1 or 2; same user and password',
    }),
  }),
);

/** WARP Charger 1 to 4 of Tinkerforge over HTTP. */
const warp: Plugin = {
  name: 'charger-warp',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('warp', {
      schema,
      create: async ({ host, user, password, energyManager }, context) => {
        if ((user === undefined) !== (password === undefined)) {
          context.fail('EVCC_CONFIG_INVALID', 'user and password belong together');
        }
        const auth =
          user === undefined || password === undefined ? undefined : ({ type: 'digest', user, password } as const);
        // One request at a time: a reading takes several of them.
        const http = createHttp(context, { pace: 0 });
        const open = (address: string) => devices.open({ base: toBase(address), auth, http }, context);
        const manager = energyManager === undefined ? undefined : open(energyManager);
        const charger = await createWarp(open(host), manager, context);
        return { ...charger, close: () => http.close() };
      },
    });
    return () => devices.close();
  },
};
export default warp;
