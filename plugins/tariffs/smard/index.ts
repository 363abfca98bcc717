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
import type { Slot } from '../../shared/rates-service/slots.ts';
import { fileOf, filesOf, INDEX, SCALE, toSlots } from './protocol.ts';

const URL = 'https://www.smard.de';
/** Prices come an hour or more after the auction */
const PUBLICATION = { ...DAY_AHEAD, from: 13 * 60 + 30, until: 18 * 60 };

/** Options of a `smard` tariff. */
export interface SmardTariffOptions extends ServiceOptions, PricingOptions {}

declare module 'evcc' {
  interface TariffTypes {
    smard: SmardTariffOptions;
  }
}

const schema = Type.Unsafe<SmardTariffOptions>(Type.Object({ ...serviceUrl(URL), ...PRICING }));

function toService({ url = URL, ...pricing }: SmardTariffOptions): RateService {
  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(PUBLICATION, spread),
    slots: async ({ now, json }) => {
      const [today = now] = midnights(now, 1, PUBLICATION.timezone);
      const slots: Slot[] = [];
      for (const start of filesOf(await json(INDEX), today)) slots.push(...toSlots(await json(fileOf(start))));
      return slots.filter(({ start }) => start >= today);
    },
  };
}

/** Prices of the exchange in Germany and Luxembourg, from SMARD of the Bundesnetzagentur. */
const smard: Plugin = createRatePlugin('smard', schema, toService);
export default smard;
