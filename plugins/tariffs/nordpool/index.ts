import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { localDate, midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  type Ask,
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';
import { SCALE, toSlots } from './protocol.ts';

const URL = 'https://dataportal-api.nordpoolgroup.com';
/** ms since midnight before which the prices of the next day are never there */
const EARLIEST = 12.5 * 3_600_000;

const CURRENCIES = ['EUR', 'SEK', 'NOK', 'DKK', 'PLN', 'RON'] as const;

/** Options of a `nordpool` tariff. */
export interface NordpoolTariffOptions extends ServiceOptions, PricingOptions {
  /** Delivery area, e.g. `SE3` */
  region: string;
  /** Default EUR */
  currency?: (typeof CURRENCIES)[number];
}

declare module 'evcc' {
  interface TariffTypes {
    nordpool: NordpoolTariffOptions;
  }
}

const schema = Type.Unsafe<NordpoolTariffOptions>(
  Type.Object({
    region: Type.String({ description: 'Delivery area such as `SE3`, `NO1`, `FI`, `GER`', pattern: '^[A-Z0-9]+$' }),
    currency: Type.Optional(
      Type.Enum([...CURRENCIES], { description: 'Currency of prices and charges', default: 'EUR' }),
    ),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService({ region, currency = 'EUR', url = URL, ...pricing }: NordpoolTariffOptions): RateService {
  /** Days that are known, by date: they do not change any more */
  const known = new Map<string, readonly Slot[]>();

  async function slotsOf(date: string, { json }: Ask): Promise<readonly Slot[]> {
    const kept = known.get(date);
    if (kept) return kept;
    const query = { market: 'DayAhead', date, deliveryArea: region, currency };
    const answer = await json('/api/DayAheadPrices', { query, empty: true });
    const slots = answer.absent ? [] : toSlots(answer, region);
    if (slots.length > 0) known.set(date, slots);
    return slots;
  }

  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async (ask) => {
      const [today = 0, tomorrow = 0] = midnights(ask.now, 2, DAY_AHEAD.timezone);
      const dates = ask.now - today < EARLIEST ? [today] : [today, tomorrow];
      const days = dates.map((day) => localDate(day, DAY_AHEAD.timezone));
      for (const date of known.keys()) if (!days.includes(date)) known.delete(date);
      const slots: Slot[] = [];
      for (const date of days) slots.push(...(await slotsOf(date, ask)));
      return slots;
    },
  };
}

/** Prices of the exchange in northern and central Europe, from Nord Pool. */
const nordpool: Plugin = createRatePlugin('nordpool', schema, toService);
export default nordpool;
