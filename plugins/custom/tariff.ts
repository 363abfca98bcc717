import type { DeviceContext, Rate, TariffDevice } from '../../core/index.ts';
import { type Connections, createKit } from '../shared/sources/kit.ts';
import { tidy } from '../shared/sources/value.ts';
import { toRates } from './forecast.ts';
import type { CustomTariffOptions } from './options.ts';

const HOUR = 3_600_000;
/** ms for which the present price is assumed */
const AHEAD = 48 * HOUR;

export function createTariff(
  options: CustomTariffOptions,
  context: DeviceContext,
  connections: Connections,
): TariffDevice {
  const { price, forecast, kind = 'price', charges = 0, tax = 0 } = options;
  if ((price === undefined) === (forecast === undefined)) {
    context.fail('EVCC_CONFIG_INVALID', 'a custom tariff needs either price or forecast');
  }
  const kit = createKit(context, connections, 0);
  const total = (rate: Rate): Rate => ({ ...rate, price: tidy((rate.price + charges) * (1 + tax)) });
  const close = () => kit.close();

  if (forecast) {
    const read = kit.data('forecast', forecast);
    const { scale, offset } = forecast;
    return {
      kind: kind === 'co2' ? 'co2' : 'priceforecast',
      rates: async (signal) => toRates(await read(signal), { scale, offset }, context).map(total),
      close,
    };
  }
  const read = price && kit.required('price', kit.number('price', price));
  return {
    kind: kind === 'co2' ? 'co2' : 'pricedynamic',
    rates: async (signal) => {
      const present = (await read?.(signal)) ?? Number.NaN;
      const start = Math.floor(context.clock.now() / HOUR) * HOUR;
      return [total({ start, end: start + AHEAD, price: present })];
    },
    close,
  };
}
