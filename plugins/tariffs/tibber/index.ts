import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { askGraphql } from '../../shared/rates-service/graphql.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { QUERY, toSlots } from './protocol.ts';

const URL = 'https://api.tibber.com';

/** Options of a `tibber` tariff. */
export interface TibberTariffOptions extends ServiceOptions, PricingOptions {
  /** Personal access token */
  token: string;
  /** Id or nickname of the home; default: the first with a running subscription */
  home?: string;
  /** What has to be paid, or the price of the exchange alone; default total */
  price?: 'total' | 'energy';
}

declare module 'evcc' {
  interface TariffTypes {
    tibber: TibberTariffOptions;
  }
}

const schema = Type.Unsafe<TibberTariffOptions>(
  Type.Object({
    token: Type.String({ description: 'Personal access token, from developer.tibber.com', minLength: 1, secret: true }),
    home: Type.Optional(
      Type.String({ description: 'Id or nickname of the home; default: the first with a running subscription' }),
    ),
    price: Type.Optional(
      Type.Enum(['total', 'energy'], {
        description: 'What has to be paid, or the price of the exchange alone, for `charges` and `tax` of your own',
        default: 'total',
      }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ token, home, price = 'total', url = URL, ...pricing }: TibberTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url,
    auth: { type: 'bearer', token },
    pricing,
    pause: (spread) => publishedDaily({ ...DAY_AHEAD, from: 13 * 60 }, spread),
    slots: async (ask) => toSlots(await askGraphql(ask, '/v1-beta/gql', { query: QUERY }), price, home),
  };
}

/** What customers of Tibber pay, by quarters of an hour. */
const tibber: Plugin = createRatePlugin('tibber', schema, toService);
export default tibber;
