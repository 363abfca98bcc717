import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { createEvseWifi } from './protocol.ts';

/** Options of an `evse-wifi` charger. */
export interface EvseWifiChargerOptions {
  host: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    'evse-wifi': EvseWifiChargerOptions;
  }
}

const schema = Type.Unsafe<EvseWifiChargerOptions>(Type.Object({ host: HOST }));

/** SimpleEVSE-WiFi and smartWB. */
const evseWifi: Plugin = {
  name: 'charger-evse-wifi',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('evse-wifi', {
      schema,
      create: ({ host }, context) => createEvseWifi(devices.open({ base: toBase(host) }, context), context),
    });
    return () => devices.close();
  },
};
export default evseWifi;
