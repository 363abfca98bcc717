import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createHttp, type HttpRequest } from '../../shared/http/client.ts';
import { patient } from '../../shared/http/patience.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { secret, VIN } from '../../shared/vehicles/options.ts';
import { askAwake, askJson, chooseCar, findOnce, keepReadings } from '../../shared/vehicles/service.ts';
import { carsOf, decode, SERVICES, type TeslaService } from './protocol.ts';

export interface TessieVehicleOptions {
  /** Secret. Access token of the account */
  token: string;
  /** Needed if the account has several cars */
  vin?: string;
  /** Which service; default tessie */
  service?: TeslaService;
  /** Address of the service; default: that of `service` */
  url?: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    tessie: TessieVehicleOptions;
  }
}

const schema = Type.Object({
  token: secret('Access token of the account'),
  vin: VIN,
  service: Type.Optional(
    Type.Enum(['tessie', 'teslemetry', 'teslafi'], { description: 'Which service', default: 'tessie' }),
  ),
  url: Type.Optional(Type.String({ description: 'Address of the service', pattern: '^https?://[^\\s/]+' })),
});

/** A Tesla by way of Tessie, Teslemetry or TeslaFi. */
const tessie: Plugin = {
  name: 'vehicle-tessie',
  apply(evcc) {
    const http = createHttp(evcc);
    evcc.vehicles.define('tessie', {
      schema,
      create: (options: OptionsOf<typeof schema, TessieVehicleOptions>, context) => {
        const { token, vin, service = 'tessie' } = options;
        const { base, list, state, wake } = SERVICES[service];
        const url = (options.url ?? base).replace(/\/$/, '');
        const calm = patient(http, context);
        const request = (path: string): HttpRequest => ({ url: `${url}${path}`, auth: { type: 'bearer', token } });
        const find = findOnce(async (signal) => {
          if (!list) return { id: vin ?? '', vin: vin ?? '' };
          if (vin !== undefined) return { id: vin, vin };
          return chooseCar(carsOf(await askJson(calm, request(list), context, signal)), vin, context);
        });
        return {
          ...keepReadings(async (signal) => {
            const { id } = await find(signal);
            const answer = await askAwake(calm, request(state(id)), context, signal);
            return answer ? decode(service, answer) : 'asleep';
          }, context),
          ...(wake && {
            wakeUp: async (signal: AbortSignal) => {
              const { id } = await find(signal);
              await calm.text({ ...request(wake(id)), method: 'POST' }, signal);
            },
          }),
        };
      },
    });
    return () => http.close();
  },
};

export default tessie;
