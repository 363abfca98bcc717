import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createJsonDevices } from '../../shared/http/json-device.ts';
import { toReading } from './protocol.ts';

/** Options of a `tesla-wall-connector` charger. */
export interface TeslaWallConnectorChargerOptions {
  host: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    'tesla-wall-connector': TeslaWallConnectorChargerOptions;
  }
}

const schema = Type.Unsafe<TeslaWallConnectorChargerOptions>(Type.Object({ host: HOST }));

/** Tesla Wall Connector of generation 3, which tells everything and can be told nothing. */
const teslaWallConnector: Plugin = {
  name: 'charger-tesla-wall-connector',
  apply(evcc) {
    const devices = createJsonDevices(evcc);
    evcc.chargers.define('tesla-wall-connector', {
      schema,
      create: ({ host }, context) => {
        const device = devices.open({ base: toBase(host) }, context);
        const refuse = (what: string): never =>
          context.fail(
            'EVCC_NOT_SUPPORTED',
            `${device.name}: a Tesla Wall Connector cannot be ${what}, only the car can`,
          );
        return {
          traits: { switch: true },
          read: async (signal) =>
            toReading(await device.get('/api/1/vitals', signal), await device.get('/api/1/lifetime', signal)),
          // It always lets cars charge.
          enable: async (enabled) => void (enabled || refuse('switched off')),
          setMaxCurrent: async () => refuse('told a current'),
        };
      },
    });
    return () => devices.close();
  },
};
export default teslaWallConnector;
