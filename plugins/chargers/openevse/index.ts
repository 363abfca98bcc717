import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createOpenEvse } from './protocol.ts';

/** Options of an `openevse` charger. */
export interface OpenEvseChargerOptions {
  host: string;
  /** default admin */
  user?: string;
  /** Secret */
  password?: string;
  /** Phases that are wired; default 1 */
  phases?: 1 | 3;
}

declare module 'evcc' {
  interface ChargerTypes {
    openevse: OpenEvseChargerOptions;
  }
}

const schema = Type.Unsafe<OpenEvseChargerOptions>(
  Type.Object({
    host: HOST,
    user: Type.Optional(Type.String({ description: 'User, if the box wants one', minLength: 1, default: 'admin' })),
    password: Type.Optional(Type.String({ description: 'Password, if one is set', minLength: 1, secret: true })),
    phases: Type.Optional(Type.Enum([1, 3], { description: 'Phases that are wired', default: 1 })),
  }),
);

/** OpenEVSE with the WiFi gateway for ESP32. */
const openEvse: Plugin = {
  name: 'charger-openevse',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('openevse', {
      schema,
      create: ({ host, user = 'admin', password, phases = 1 }, context) => {
        const auth = password === undefined ? undefined : ({ type: 'basic', user, password } as const);
        return createOpenEvse(devices.open({ base: toBase(host), auth }, context), phases);
      },
    });
    return () => devices.close();
  },
};
export default openEvse;
