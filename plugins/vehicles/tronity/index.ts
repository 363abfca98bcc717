import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createHttp } from '../../shared/http/client.ts';
import { authorized, createLogin } from '../../shared/http/credentials.ts';
import { patient } from '../../shared/http/patience.ts';
import { parseToken, refusalIn } from '../../shared/http/token.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { secret, service, VIN } from '../../shared/vehicles/options.ts';
import { askJson, chooseCar, findOnce, keepReadings } from '../../shared/vehicles/service.ts';
import { carsOf, decode } from './protocol.ts';

export interface TronityVehicleOptions {
  clientId: string;
  /** Secret */
  clientSecret: string;
  /** Needed if the account has several cars */
  vin?: string;
  /** Address of the service; default `https://api.tronity.tech` */
  url?: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    tronity: TronityVehicleOptions;
  }
}

const BASE = 'https://api.tronity.tech';
const schema = Type.Object({
  clientId: Type.String({ description: 'Client id from the platform of TRONITY', minLength: 1 }),
  clientSecret: secret('Client secret from the platform of TRONITY'),
  vin: VIN,
  url: service(BASE),
});

/** A car by way of TRONITY. */
const tronity: Plugin = {
  name: 'vehicle-tronity',
  apply(evcc) {
    const http = createHttp(evcc);
    evcc.vehicles.define('tronity', {
      schema,
      create: (options: OptionsOf<typeof schema, TronityVehicleOptions>, context) => {
        const { clientId, clientSecret, vin } = options;
        const url = (options.url ?? BASE).replace(/\/$/, '');
        const calm = patient(http, context);
        const login = createLogin(
          async (signal) => {
            const body = { client_id: clientId, client_secret: clientSecret, grant_type: 'app' };
            const request = { url: `${url}/authentication`, method: 'POST', body } as const;
            const answer = await calm.answer(request, signal);
            const why = refusalIn(answer) ?? (answer.status === 403 ? 'status 403' : undefined);
            if (why !== undefined) {
              context.fail('EVCC_DEVICE_AUTH', `POST ${request.url}: id and secret were refused (${why})`);
            }
            if (answer.status < 200 || answer.status > 299) {
              context.fail('EVCC_DEVICE_UNAVAILABLE', `POST ${request.url}: answered with status ${answer.status}`);
            }
            const { auth, until } = parseToken(answer.text, context.clock.now()) ?? {};
            if (!auth) return context.fail('EVCC_DEVICE_PROTOCOL', `POST ${request.url}: there is no token`);
            return { auth, ...(until !== undefined && { until }) };
          },
          context,
          `POST ${url}/authentication`,
        );
        const client = authorized(calm, login, context);
        const find = findOnce(async (signal) =>
          chooseCar(carsOf(await askJson(client, { url: `${url}/tronity/vehicles` }, context, signal)), vin, context),
        );
        return keepReadings(async (signal) => {
          const { id } = await find(signal);
          return decode(await askJson(client, { url: `${url}/tronity/vehicles/${id}/last_record` }, context, signal));
        }, context);
      },
    });
    return () => http.close();
  },
};

export default tronity;
