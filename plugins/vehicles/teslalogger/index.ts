import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { HOST, toBase } from '../../shared/http/address.ts';
import { createHttp } from '../../shared/http/client.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { askJson, keepReadings } from '../../shared/vehicles/service.ts';
import { decode } from './protocol.ts';

export interface TeslaLoggerVehicleOptions {
  /** Name or address of TeslaLogger, with its port (5000) where that is another one */
  host: string;
  /** Number of the car; default 1 */
  id?: number;
}

declare module 'evcc' {
  interface VehicleTypes {
    teslalogger: TeslaLoggerVehicleOptions;
  }
}

const schema = Type.Object({
  host: Type.String({ ...HOST, description: 'Name or address of TeslaLogger; port 5000 unless it says another one' }),
  id: Type.Optional(Type.Integer({ description: 'Number of the car', minimum: 1, default: 1 })),
});

/** ms; TeslaLogger answers from what it has */
const KEPT = 30_000;

/** A Tesla that TeslaLogger records, over HTTP in the local network. */
const teslalogger: Plugin = {
  name: 'vehicle-teslalogger',
  apply(evcc) {
    const http = createHttp(evcc);
    evcc.vehicles.define('teslalogger', {
      schema,
      create: ({ host, id = 1 }: OptionsOf<typeof schema, TeslaLoggerVehicleOptions>, context) => {
        const base = toBase(host);
        const url = /:\d+$/.test(base) ? base : `${base}:5000`;
        return {
          ...keepReadings(
            async (signal) => decode(await askJson(http, { url: `${url}/currentjson/${id}` }, context, signal)),
            context,
            KEPT,
          ),
          wakeUp: async (signal) => {
            await http.text({ url: `${url}/command/${id}/wake_up` }, signal);
          },
        };
      },
    });
    return () => http.close();
  },
};

export default teslalogger;
