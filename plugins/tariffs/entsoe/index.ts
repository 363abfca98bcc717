import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
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
import { codeOf, ZONES } from './zones.ts';

const URL = 'https://web-api.tp.entsoe.eu';

/** Options of an `entsoe` tariff. */
export interface EntsoeTariffOptions extends ServiceOptions, PricingOptions {
  /** Security token of the account */
  securitytoken: string;
  /** Bidding zone, e.g. `DE-LU`, or its code (EIC) */
  domain: string;
}

declare module 'evcc' {
  interface TariffTypes {
    entsoe: EntsoeTariffOptions;
  }
}

const schema = Type.Unsafe<EntsoeTariffOptions>(
  Type.Object({
    securitytoken: Type.String({
      description: 'Security token of an account at transparency.entsoe.eu',
      minLength: 1,
      secret: true,
    }),
    domain: Type.String({ description: 'Bidding zone such as `DE-LU`, `SE4`, or its code (EIC) of 16 characters' }),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(
  { securitytoken: securityToken, domain, url = URL, ...pricing }: EntsoeTariffOptions,
  { context }: RateRuntime,
): RateService {
  const code = codeOf(domain);
  const known = Object.keys(ZONES).join(', ');
  return {
    kind: 'priceforecast',
    url,
    credentials: true,
    scale: SCALE,
    pricing,
    problems: code === undefined ? [`domain: "${domain}" is no zone: use ${known}, or a code of 16 characters`] : [],
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, text }) => {
      const [start = now, , end = now] = midnights(now, 2, DAY_AHEAD.timezone);
      const minute = (at: number) => context.time.format(at).replaceAll(/\D/g, '').slice(0, 'YYYYMMDDhhmm'.length);
      const zone = { in_Domain: code, out_Domain: code };
      const query = { securityToken, documentType: 'A44', ...zone, periodStart: minute(start), periodEnd: minute(end) };
      return toSlots(await text('/api', { query }), context);
    },
  };
}

/** Prices of the exchanges all over Europe, from the transparency platform of the transmission system operators. */
const entsoe: Plugin = createRatePlugin('entsoe', schema, toService);
export default entsoe;
