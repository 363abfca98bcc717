import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createSmartEvse } from './protocol.ts';

/** Options of a `smartevse` charger. */
export interface SmartEvseChargerOptions {
  host: string;
  /** It has a second contactor for L2 and L3; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    smartevse: SmartEvseChargerOptions;
  }
}

const schema = Type.Unsafe<SmartEvseChargerOptions>(
  Type.Object({
    host: HOST,
    phaseSwitching: Type.Optional(
      Type.Boolean({ description: 'It has a second contactor for L2 and L3', default: false }),
    ),
  }),
);

/** SmartEVSE 3 and 3.5 over their REST API. */
const smartEvse: Plugin = {
  name: 'charger-smartevse',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('smartevse', {
      schema,
      create: ({ host, phaseSwitching = false }, context) =>
        createSmartEvse(devices.open({ base: toBase(host) }, context), phaseSwitching, context),
    });
    return () => devices.close();
  },
};
export default smartEvse;
