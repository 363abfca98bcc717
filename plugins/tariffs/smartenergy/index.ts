import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { SCALE, toSlots } from './protocol.ts';

const URL = 'https://apis.smartenergy.at';

/** Options of a `smartenergy` tariff. */
export interface SmartEnergyTariffOptions extends ServiceOptions, PricingOptions {}

declare module 'evcc' {
  interface TariffTypes {
    smartenergy: SmartEnergyTariffOptions;
  }
}

const schema = Type.Unsafe<SmartEnergyTariffOptions>(Type.Object({ ...serviceUrl(URL), ...PRICING }));

function toService({ url = URL, ...pricing }: SmartEnergyTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ json }) => toSlots(await json('/market/v1/price')),
  };
}

/** Prices of smartENERGY smartCONTROL in Austria. */
const smartEnergy: Plugin = createRatePlugin('smartenergy', schema, toService);
export default smartEnergy;
