import type { DeviceContext, Rate, TariffDevice } from '../../core/index.ts';
import { createPricing } from '../shared/pricing/pricing.ts';
import { type Connections, createKit } from '../shared/sources/kit.ts';
import { toRates } from './forecast.ts';
import type { CustomTariffOptions } from './options.ts';

/** ms of the slots of a price that is only known for the present */
const SLOT = 900_000;
/** Slots for which the present price is assumed: 48 h */
const SLOTS_AHEAD = 192;

export function createTariff(
  options: CustomTariffOptions,
  context: DeviceContext,
  connections: Connections,
): TariffDevice {
  const { price, forecast, kind = 'price' } = options;
  const pricing = createPricing(options, context.fail, problemsOf(options));
  const kit = createKit(context, connections, 0);
  const upkeep = { forget: () => kit.forget(), close: () => kit.close() };

  if (forecast) {
    const read = kit.data('forecast', forecast);
    const { scale, offset } = forecast;
    return {
      kind: kind === 'price' ? 'priceforecast' : kind,
      rates: async (signal) => pricing.total(toRates(await read(signal), { scale, offset }, context)),
      ...upkeep,
    };
  }
  const read = price && kit.required('price', kit.number('price', price));
  return {
    kind: kind === 'price' ? 'pricedynamic' : kind,
    assumed: true,
    rates: async (signal) => {
      const present = (await read?.(signal)) ?? Number.NaN;
      const first = Math.floor(context.clock.now() / SLOT);
      const slots = Array.from({ length: SLOTS_AHEAD }, (_, slot): Rate => {
        const start = (first + slot) * SLOT;
        return { start, end: start + SLOT, price: present };
      });
      return pricing.total(slots);
    },
    ...upkeep,
  };
}

function problemsOf({ price, forecast, kind = 'price', ...pricing }: CustomTariffOptions): string[] {
  const problems: string[] = [];
  if ((price === undefined) === (forecast === undefined)) {
    problems.push('a custom tariff needs either price or forecast');
  }
  if (kind === 'solar' && !forecast) problems.push('kind: the expected generation comes from a forecast');
  // 0 is what stands there where nothing is written.
  const idle = (['charges', 'chargesZones', 'tax', 'formula'] as const).filter((key) => pricing[key]);
  if (kind !== 'price' && idle.length > 0) problems.push(`${idle.join(', ')}: there is none on what is no price`);
  return problems;
}
