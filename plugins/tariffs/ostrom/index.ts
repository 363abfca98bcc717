import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { authorized } from '../../shared/http/credentials.ts';
import { midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { SCALE, toSlots } from './protocol.ts';

const URL = 'https://production.ostrom-api.io';
const LOGIN = 'https://auth.production.ostrom-api.io';

/** Options of an `ostrom` tariff. */
export interface OstromTariffOptions extends ServiceOptions, PricingOptions {
  clientid: string;
  clientsecret: string;
  /** German postcode; absent: prices without fees and levies of the grid */
  zip?: string;
  /** Where tokens are handed out, for a proxy */
  loginUrl?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    ostrom: OstromTariffOptions;
  }
}

const schema = Type.Unsafe<OstromTariffOptions>(
  Type.Object({
    clientid: Type.String({ description: 'Client id, from developer.ostrom-api.io', minLength: 1 }),
    clientsecret: Type.String({ description: 'Client secret', minLength: 1, secret: true }),
    zip: Type.Optional(
      Type.String({
        description: 'German postcode, for fees and levies of the grid; default: prices without them',
        pattern: '^[0-9]{5}$',
      }),
    ),
    loginUrl: Type.Optional(
      Type.String({ description: 'Where tokens are handed out, for a proxy', pattern: '^https?://', default: LOGIN }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(options: OstromTariffOptions, { context, http, tokens }: RateRuntime): RateService {
  const { clientid, clientsecret, zip, loginUrl = LOGIN, url = URL, ...pricing } = options;
  const credentials = tokens.open({
    name: 'Ostrom',
    url: `${loginUrl.replace(/\/+$/, '')}/oauth2/token`,
    grant: { type: 'client_credentials' },
    clientId: clientid,
    clientSecret: clientsecret,
    client: 'basic',
  });
  return {
    kind: 'priceforecast',
    url,
    http: authorized(http, credentials, context),
    credentials: true,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, json }) => {
      const [start = now, , end = now] = midnights(now, 2, DAY_AHEAD.timezone);
      const { format } = context.time;
      const query = { startDate: format(start), endDate: format(end), resolution: 'HOUR', zip };
      return toSlots(await json('/spot-prices', { query }));
    },
  };
}

/** What customers of Ostrom in Germany pay, by the hour. */
const ostrom: Plugin = createRatePlugin('ostrom', schema, toService);
export default ostrom;
