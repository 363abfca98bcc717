import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of Energy-Charts, Fraunhofer ISE. Source: api.energy-charts.info, `GET /price`. */

/** EUR/MWh to EUR/kWh */
export const SCALE = 0.001;

/** `{ unix_seconds: [s, …], price: [EUR/MWh or null, …] }`, lists of the same length. */
export function toSlots(answer: Answer): Slot[] {
  const times = answer.at('unix_seconds').items();
  const prices = answer.at('price').items();
  if (times.length !== prices.length) answer.refuse(`there are ${times.length} times, but ${prices.length} prices`);
  return prices.map((price, index) => ({
    start: (times[index]?.number() ?? Number.NaN) * 1_000,
    value: price.absent ? null : price.number(),
  }));
}
