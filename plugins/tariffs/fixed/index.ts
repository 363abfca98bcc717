import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import type { OptionsOf } from '../../shared/options.ts';

const schema = Type.Object({
  price: Type.Number({ description: 'Currency per kWh' }),
});

export interface FixedTariffOptions {
  /** Currency per kWh */
  price: number;
}

declare module 'evcc' {
  interface TariffTypes {
    fixed: FixedTariffOptions;
  }
}

const fixed: Plugin = {
  name: 'tariff-fixed',
  apply(evcc) {
    evcc.tariffs.define('fixed', {
      schema,
      create: (options: OptionsOf<typeof schema, FixedTariffOptions>) => ({
        kind: 'pricestatic',
        rates: async () => [{ start: 0, end: 1, price: options.price }],
      }),
    });
  },
};

export default fixed;
