import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createOpenWbPro } from './protocol.ts';

/** Options of an `openwb-pro` charger. */
export interface OpenWbProChargerOptions {
  host: string;
  /** The box stops charging when it does not hear of evcc for a minute; default true */
  heartbeat?: boolean;
  /** It can switch between one and three phases; default true */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    'openwb-pro': OpenWbProChargerOptions;
  }
}

const schema = Type.Unsafe<OpenWbProChargerOptions>(
  Type.Object({
    host: HOST,
    heartbeat: Type.Optional(
      Type.Boolean({ description: 'It stops charging when it does not hear of evcc for a minute', default: true }),
    ),
    phaseSwitching: Type.Optional(
      Type.Boolean({ description: 'It can switch between one and three phases', default: true }),
    ),
  }),
);

/** openWB Pro and Pro+ over HTTP. */
const openWbPro: Plugin = {
  name: 'charger-openwb-pro',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('openwb-pro', {
      schema,
      create: ({ host, heartbeat = true, phaseSwitching = true }, context) =>
        createOpenWbPro(devices.open({ base: toBase(host) }, context), { heartbeat, phaseSwitching }, context),
    });
    return () => devices.close();
  },
};
export default openWbPro;
