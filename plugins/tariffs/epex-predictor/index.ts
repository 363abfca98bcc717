import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { toSlots } from './protocol.ts';

const URL = 'https://epexpredictor.batzill.com';

/** Options of an `epex-predictor` tariff. */
export interface EpexPredictorTariffOptions extends ServiceOptions, PricingOptions {
  /** Bidding zone; default DE */
  region?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    'epex-predictor': EpexPredictorTariffOptions;
  }
}

const schema = Type.Unsafe<EpexPredictorTariffOptions>(
  Type.Object({
    region: Type.Optional(
      Type.String({ description: 'Bidding zone such as `DE`, `AT`, `NL`', pattern: '^\\w+$', default: 'DE' }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ region = 'DE', url = URL, ...pricing }: EpexPredictorTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url,
    pricing,
    slots: async ({ json }) =>
      toSlots(await json('/prices', { query: { region, unit: 'EUR_PER_KWH', timezone: 'UTC' } })),
  };
}

/** Prices of the exchange as far as they are known, and as EPEX predictor expects them afterwards. */
const epexPredictor: Plugin = createRatePlugin('epex-predictor', schema, toService);
export default epexPredictor;
