import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of Denmark. Source: Energi Data Service, dataset `DayAheadPrices`. */

/** Per MWh to per kWh */
export const SCALE = 0.001;

export type EnerginetCurrency = 'DKK' | 'EUR';

/** `{ records: [{ TimeUTC, DayAheadPriceDKK, DayAheadPriceEUR }] }`; times are UTC and do not say so. */
export function toSlots(answer: Answer, currency: EnerginetCurrency): Slot[] {
  return answer
    .at('records')
    .items()
    .map((record) => {
      const price = record.at(`DayAheadPrice${currency}`);
      return { start: record.at('TimeUTC').time('Z'), value: price.absent ? null : price.number() };
    });
}
