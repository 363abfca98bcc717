import Type, { type TSchema } from 'typebox';
import type { Rate, TariffDevice, TypeDefinition } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { createPricing } from '../shared/pricing/pricing.ts';
import { PRICING, type PricingOptions } from '../shared/pricing/schema.ts';
import { DAY, HOUR, timeOfDay } from './local-time.ts';
import type { Model } from './model.ts';
import { slotAt } from './profile.ts';
import { chance, subseed } from './random.ts';

const schema = Type.Object({
  price: Type.Optional(Type.Number({ description: 'Currency per kWh, mean of the made-up prices', default: 0.1 })),
  swing: Type.Optional(
    Type.Number({ description: 'Currency per kWh between cheap and dear hours', default: 0.12, minimum: 0 }),
  ),
  ...PRICING,
});

/** Options of a `simulator` tariff: prices of the profile, or made up as a day-ahead market has them. */
export interface SimulatorTariffOptions extends PricingOptions {
  /** Currency per kWh, mean of the made-up prices; default 0.1 */
  price?: number;
  /** Currency per kWh between cheap and dear hours of the made-up prices; default 0.12 */
  swing?: number;
}

declare module 'evcc' {
  interface TariffTypes {
    simulator: SimulatorTariffOptions;
  }
}

/** When the market publishes tomorrow's prices, ms after local midnight. */
const PUBLICATION: number = 13 * HOUR;
/** Price by the hour of the day, from −0.5 (cheapest) to 0.5: dear mornings and evenings, cheap nights and noons */
const DAY_CURVE = [
  -0.2, -0.25, -0.3, -0.3, -0.25, -0.1, 0.15, 0.35, 0.3, 0.1, -0.1, -0.3, -0.45, -0.5, -0.4, -0.2, 0.05, 0.3, 0.5, 0.5,
  0.35, 0.2, 0, -0.1,
] as const;

/** Day-ahead prices of the simulated house. */
export function tariffType(model: Model): TypeDefinition<TSchema, TariffDevice> {
  return {
    schema,
    create(options: OptionsOf<typeof schema, SimulatorTariffOptions>, { fail }) {
      const { price = 0.1, swing = 0.12 } = options;
      const pricing = createPricing(options, fail);
      const { prices } = model;
      const slot = prices?.slot ?? HOUR;
      const origin = prices?.start ?? 0;
      const raw = prices
        ? (at: number) => prices.values[slotAt(prices, at)] ?? 0
        : (at: number) => price + swing * madeUp(model, at);
      return {
        kind: 'priceforecast',
        rates: async (signal) => {
          signal.throwIfAborted();
          const now = model.live();
          const end = publishedUntil(model, now);
          const rates: Rate[] = [];
          for (let at = origin + Math.floor((now - origin) / slot) * slot; at < end; at += slot) {
            const start = at - model.shift;
            rates.push({ start, end: start + slot, price: raw(at) });
          }
          return pricing.total(rates);
        },
      };
    },
  };
}

/** ms since the epoch in the house: the end of the last day whose prices are known at `now` */
function publishedUntil({ offset }: Model, now: number): number {
  const local = now + offset(now);
  const midnight = local - timeOfDay(local);
  return midnight - offset(now) + (timeOfDay(local) >= PUBLICATION ? 2 : 1) * DAY;
}

/** From about −0.9 to 0.9: the curve of the day, days of more and of less wind, hours that surprise. */
function madeUp({ seed, offset }: Model, at: number): number {
  const local = at + offset(at);
  const curve = DAY_CURVE[Math.floor(timeOfDay(local) / HOUR)] ?? 0;
  const day = chance(subseed(seed, 'wind'), Math.floor(local / DAY)) - 0.5;
  const hour = chance(subseed(seed, 'market'), Math.floor(local / HOUR)) - 0.5;
  return curve + 0.5 * day + 0.2 * hour;
}
