import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of smartENERGY in Austria. Source: `GET https://apis.smartenergy.at/market/v1/price`. */

/** ct/kWh to EUR/kWh */
export const SCALE = 0.01;

/** `{ unit: 'ct/kWh', interval: min, data: [{ date, value }] }`; values include VAT. */
export function toSlots(answer: Answer): Slot[] {
  const unit = answer.at('unit');
  if (!unit.absent && !unit.is('ct/kWh')) answer.refuse(`prices are in ${unit.text()}, not in ct/kWh`);
  const length = answer.at('interval').number() * 60_000;
  return answer
    .at('data')
    .items()
    .map((item) => {
      const start = item.at('date').time();
      return { start, end: start + length, value: item.at('value').number() };
    });
}
