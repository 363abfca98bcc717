import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of Ostrom in Germany. Source: docs.ostrom-api.io, `GET /spot-prices`. */

/** ct/kWh to EUR/kWh */
export const SCALE = 0.01;

/** `{ data: [{ date, grossKwhPrice, grossKwhTaxAndLevies }] }`; the latter is only there with a postcode. */
export function toSlots(answer: Answer): Slot[] {
  return answer
    .at('data')
    .items()
    .map((item) => {
      const levies = item.at('grossKwhTaxAndLevies');
      const value = item.at('grossKwhPrice').number() + (levies.absent ? 0 : levies.number());
      return { start: item.at('date').time(), value };
    });
}
