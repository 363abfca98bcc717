import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createHttp, type HttpRequest } from '../../shared/http/client.ts';
import { authorized } from '../../shared/http/credentials.ts';
import { createTokens } from '../../shared/http/oauth.ts';
import { patient } from '../../shared/http/patience.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { secret, service, VIN } from '../../shared/vehicles/options.ts';
import { askJson, chooseCar, findOnce, keepReadings } from '../../shared/vehicles/service.ts';
import { BASE, carsOf, decode, LOGIN } from './protocol.ts';

export interface VolvoVehicleOptions {
  /** Secret. VCC API key of the application */
  apiKey: string;
  clientId: string;
  /** Secret */
  clientSecret: string;
  /** Secret. From a login in a browser; the newest one is kept in the database */
  refreshToken: string;
  /** Needed if the account has several cars */
  vin?: string;
  /** Address of the service; default `https://api.volvocars.com` */
  url?: string;
  /** Address of the login; default `https://volvoid.eu.volvocars.com` */
  login?: string;
}

declare module 'evcc' {
  interface VehicleTypes {
    volvo: VolvoVehicleOptions;
  }
}

const schema = Type.Object({
  apiKey: secret('VCC API key of the application'),
  clientId: Type.String({ description: 'Client id of the application', minLength: 1 }),
  clientSecret: secret('Client secret of the application'),
  refreshToken: secret('Refresh token from a login in a browser'),
  vin: VIN,
  url: service(BASE),
  login: service(LOGIN),
});

/** A Volvo, by the Connected Vehicle and Energy APIs, with an application of the owner's. */
const volvo: Plugin = {
  name: 'vehicle-volvo',
  apply(evcc) {
    const http = createHttp(evcc);
    const tokens = createTokens(http, evcc);
    evcc.vehicles.define('volvo', {
      schema,
      create: (options: OptionsOf<typeof schema, VolvoVehicleOptions>, context) => {
        const { apiKey, clientId, clientSecret, refreshToken, vin, login = LOGIN } = options;
        const url = (options.url ?? BASE).replace(/\/$/, '');
        const credentials = tokens.open({
          name: 'Volvo ID',
          url: `${login.replace(/\/$/, '')}/as/token.oauth2`,
          grant: { type: 'refresh_token', refreshToken },
          clientId,
          clientSecret,
          client: 'basic',
        });
        const client = authorized(patient(http, context), credentials, context);
        const ask = (path: string, signal: AbortSignal) => {
          const request: HttpRequest = { url: `${url}${path}`, headers: { 'vcc-api-key': apiKey } };
          return askJson(client, request, context, signal);
        };
        const find = findOnce(async (signal) =>
          chooseCar(carsOf(await ask('/connected-vehicle/v2/vehicles', signal)), vin, context),
        );
        return keepReadings(async (signal) => {
          const { id } = await find(signal);
          const state = await ask(`/energy/v2/vehicles/${id}/state`, signal);
          return decode(state, await ask(`/connected-vehicle/v2/vehicles/${id}/odometer`, signal));
        }, context);
      },
    });
    return () => http.close();
  },
};

export default volvo;
