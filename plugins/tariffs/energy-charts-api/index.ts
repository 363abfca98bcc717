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

const URL = 'https://api.energy-charts.info';

/** Options of an `energy-charts-api` tariff. */
export interface EnergyChartsTariffOptions extends ServiceOptions, PricingOptions {
  /** Bidding zone, e.g. `AT`; default DE-LU */
  bzn?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    'energy-charts-api': EnergyChartsTariffOptions;
  }
}

const schema = Type.Unsafe<EnergyChartsTariffOptions>(
  Type.Object({
    bzn: Type.Optional(
      Type.String({
        description: 'Bidding zone such as `AT`, `CH`, `DK1`, `SE4`',
        pattern: '^\\S+$',
        default: 'DE-LU',
      }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ bzn = 'DE-LU', url = URL, ...pricing }: EnergyChartsTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async ({ now, json }) => {
      const [start = 0, , end = 0] = midnights(now, 2, DAY_AHEAD.timezone);
      return toSlots(await json('/price', { query: { bzn, start: start / 1_000, end: end / 1_000 - 1 } }));
    },
  };
}

/** Prices of the exchange in most of Europe, from Energy-Charts. */
const energyCharts: Plugin = createRatePlugin('energy-charts-api', schema, toService);
export default energyCharts;
