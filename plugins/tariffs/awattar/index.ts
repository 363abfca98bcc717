import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { SCALE, toSlots } from './protocol.ts';

/** Options of an `awattar` tariff. */
export interface AwattarTariffOptions extends ServiceOptions, PricingOptions {
  /** Market; default de */
  region?: 'de' | 'at';
}

declare module 'evcc' {
  interface TariffTypes {
    awattar: AwattarTariffOptions;
  }
}

const schema = Type.Unsafe<AwattarTariffOptions>(
  Type.Object({
    region: Type.Optional(Type.Enum(['de', 'at'], { description: 'Market: Germany or Austria', default: 'de' })),
    ...serviceUrl(),
    ...PRICING,
  }),
);

function toService({ region = 'de', url, ...pricing }: AwattarTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url: url ?? `https://api.awattar.${region}`,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, json }) => {
      const [start, , end] = midnights(now, 2, DAY_AHEAD.timezone);
      return toSlots(await json('/v1/marketdata', { query: { start, end } }));
    },
  };
}

/** Prices of the exchange by the hour, from aWATTar in Germany and Austria. */
const awattar: Plugin = createRatePlugin('awattar', schema, toService);
export default awattar;
