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

const URL = 'https://api.tariffs.groupe-e.ch';
/** Tariffs of the next day come in the evening at the latest */
const PUBLICATION = { timezone: 'Europe/Zurich', from: 17 * 60, until: 20 * 60 };

/** Options of a `groupe-e` tariff. */
export interface GroupeETariffOptions extends ServiceOptions, PricingOptions {
  /** Part of the price; default integrated */
  part?: SwissPart;
}

declare module 'evcc' {
  interface TariffTypes {
    'groupe-e': GroupeETariffOptions;
  }
}

const schema = Type.Unsafe<GroupeETariffOptions>(
  Type.Object({
    part: SWISS_PART,
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(
  { part = 'integrated', url = URL, ...pricing }: GroupeETariffOptions,
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
      const query = { start_timestamp: format(start), end_timestamp: format(end) };
      return toSwissSlots(await json('/v2/tariffs', { query }), part);
    },
  };
}

/** Dynamic tariffs of Groupe E in western Switzerland. */
const groupeE: Plugin = createRatePlugin('groupe-e', schema, toService);
export default groupeE;
