import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { SWISS_PART, type SwissPart, toSwissSlots } from '../../shared/rates-service/swiss.ts';

const URL = 'https://api.tariffs.ekz.ch';
/** Tariffs of the next day come in the evening at the latest */
const PUBLICATION = { timezone: 'Europe/Zurich', from: 17 * 60, until: 20 * 60 };

/** Options of an `ekz` tariff. */
export interface EkzTariffOptions extends ServiceOptions, PricingOptions {
  /** Name of the tariff, e.g. `integrated_400D` */
  tariff: string;
  /** Part of the price; default integrated */
  part?: SwissPart;
}

declare module 'evcc' {
  interface TariffTypes {
    ekz: EkzTariffOptions;
  }
}

const schema = Type.Unsafe<EkzTariffOptions>(
  Type.Object({
    tariff: Type.String({ description: 'Name of the tariff such as `integrated_400D`', pattern: '^\\w+$' }),
    part: SWISS_PART,
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(
  { tariff, part = 'integrated', url = URL, ...pricing }: EkzTariffOptions,
  { context }: RateRuntime,
): RateService {
  return {
    kind: 'priceforecast',
    url,
    pricing,
    pause: (spread) => publishedDaily(PUBLICATION, spread),
    slots: async ({ now, json }) => {
      const [start = now, , end = now] = midnights(now, 2, PUBLICATION.timezone);
      const { format } = context.time;
      const query = { tariff_name: tariff, start_timestamp: format(start), end_timestamp: format(end) };
      return toSwissSlots(await json('/v1/tariffs', { query }), part);
    },
  };
}

/** Dynamic tariffs of EKZ in the canton of Zurich. */
const ekz: Plugin = createRatePlugin('ekz', schema, toService);
export default ekz;
