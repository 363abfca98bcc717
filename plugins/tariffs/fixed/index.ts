import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createPricing } from '../../shared/pricing/pricing.ts';
import { PRICING, type PricingOptions, WHEN } from '../../shared/pricing/schema.ts';
import { parseWindow, type When } from '../../shared/pricing/windows.ts';
import { createRates } from './rates.ts';

const schema = Type.Object({
  price: Type.Number({ description: 'Price where no zone applies, currency per kWh; may be negative' }),
  zones: Type.Optional(
    Type.Array(Type.Object({ price: Type.Number({ description: 'Currency per kWh' }), ...WHEN }), {
      description: 'Prices of certain days, months and hours',
    }),
  ),
  ...PRICING,
});

/** A price for certain days, months and hours. */
export interface FixedTariffZone extends When {
  /** Currency per kWh */
  price: number;
}

/** Options of a `fixed` tariff. */
export interface FixedTariffOptions extends PricingOptions {
  /** Currency per kWh where no zone applies */
  price: number;
  /** Prices of certain days, months and hours */
  zones?: readonly FixedTariffZone[];
}

declare module 'evcc' {
  interface TariffTypes {
    fixed: FixedTariffOptions;
  }
}

/** A tariff whose prices are known from the contract: one price, or prices by day, month and hour. */
const fixed: Plugin = {
  name: 'tariff-fixed',
  apply(evcc) {
    evcc.tariffs.define('fixed', {
      schema,
      create(options: OptionsOf<typeof schema, FixedTariffOptions>, { clock, fail }) {
        const { price } = options;
        const problems: string[] = [];
        const zones = (options.zones ?? []).map((zone, index) => ({
          price: zone.price,
          window: parseWindow(zone, (name, problem) => problems.push(`zones[${index}].${name}: ${problem}`)),
        }));
        const pricing = createPricing(options, fail, problems);
        const ratesAt = createRates({ price, zones, pricing });
        return {
          kind: zones.length > 0 || pricing.varies ? 'priceforecast' : 'pricestatic',
          rates: async () => ratesAt(clock.now()),
        };
      },
    });
  },
};

export default fixed;
