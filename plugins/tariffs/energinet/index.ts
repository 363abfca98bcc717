import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { ENERGINET, type EnerginetRegion, energinetQuery, REGION } from '../../shared/rates-service/energinet.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { type EnerginetCurrency, SCALE, toSlots } from './protocol.ts';

/** Options of an `energinet` tariff. */
export interface EnerginetTariffOptions extends ServiceOptions, PricingOptions {
  /** Part of Denmark */
  region: EnerginetRegion;
  /** Default DKK */
  currency?: EnerginetCurrency;
}

declare module 'evcc' {
  interface TariffTypes {
    energinet: EnerginetTariffOptions;
  }
}

const schema = Type.Unsafe<EnerginetTariffOptions>(
  Type.Object({
    region: REGION,
    currency: Type.Optional(
      Type.Enum(['DKK', 'EUR'], { description: 'Currency of prices and charges', default: 'DKK' }),
    ),
    ...serviceUrl(ENERGINET),
    ...PRICING,
  }),
);

function toService(
  { region, currency = 'DKK', url = ENERGINET, ...pricing }: EnerginetTariffOptions,
  { context }: RateRuntime,
): RateService {
  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, json }) => {
      const [today = now] = midnights(now, 1, DAY_AHEAD.timezone);
      const query = energinetQuery(region, 'TimeUTC', today, context.time);
      return toSlots(await json('/dataset/DayAheadPrices', { query }), currency);
    },
  };
}

/** Prices of the exchange in Denmark, from Energinet. */
const energinet: Plugin = createRatePlugin('energinet', schema, toService);
export default energinet;
