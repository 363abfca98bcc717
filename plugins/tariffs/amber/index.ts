import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { every } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { type AmberChannel, CHANNELS, SCALE, siteOf, toSlots } from './protocol.ts';

const URL = 'https://api.amber.com.au';
/** ms; the price of an interval is final only some time into it */
const PAUSE = 60_000;

/** Options of an `amber` tariff. */
export interface AmberTariffOptions extends ServiceOptions, PricingOptions {
  /** API token */
  token: string;
  /** Id of the site; default: the first active one */
  siteid?: string;
  /** What is paid for; default general */
  channel?: AmberChannel;
}

declare module 'evcc' {
  interface TariffTypes {
    amber: AmberTariffOptions;
  }
}

const schema = Type.Unsafe<AmberTariffOptions>(
  Type.Object({
    token: Type.String({ description: 'API token, from app.amber.com.au/developers', minLength: 1, secret: true }),
    siteid: Type.Optional(
      Type.String({ description: 'Id of the site; default: the first active one', pattern: '^\\w+$' }),
    ),
    channel: Type.Optional(
      Type.Enum([...CHANNELS], {
        description: 'What is paid for: consumption, feed-in (for the role `feedin`) or controlled load',
        default: 'general',
      }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ token, siteid, channel = 'general', url = URL, ...pricing }: AmberTariffOptions): RateService {
  let site = siteid;
  return {
    kind: 'priceforecast',
    url,
    auth: { type: 'bearer', token },
    scale: SCALE,
    pricing,
    pause: () => every(PAUSE),
    slots: async ({ json }) => {
      site ??= siteOf(await json('/v1/sites'));
      const query = { next: 96, previous: 2, resolution: 30 };
      return toSlots(await json(`/v1/sites/${site}/prices/current`, { query }), channel);
    },
  };
}

/** What customers of Amber in Australia pay and get, by half hours. */
const amber: Plugin = createRatePlugin('amber', schema, toService);
export default amber;
