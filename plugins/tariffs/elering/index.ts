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
import { type EleringRegion, REGIONS, SCALE, toSlots } from './protocol.ts';

const URL = 'https://dashboard.elering.ee';

/** Options of an `elering` tariff. */
export interface EleringTariffOptions extends ServiceOptions, PricingOptions {
  /** Market */
  region: EleringRegion;
}

declare module 'evcc' {
  interface TariffTypes {
    elering: EleringTariffOptions;
  }
}

const schema = Type.Unsafe<EleringTariffOptions>(
  Type.Object({
    region: Type.Enum([...REGIONS], { description: 'Market: Estonia, Latvia, Lithuania or Finland' }),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ region, url = URL, ...pricing }: EleringTariffOptions, { context }: RateRuntime): RateService {
  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, json }) => {
      const [start = 0, , end = 0] = midnights(now, 2, DAY_AHEAD.timezone);
      const query = { start: context.time.format(start), end: context.time.format(end - 1_000) };
      return toSlots(await json('/api/nps/price', { query }), region);
    },
  };
}

/** Prices of the exchange in Estonia, Latvia, Lithuania and Finland, from Elering. */
const elering: Plugin = createRatePlugin('elering', schema, toService);
export default elering;
