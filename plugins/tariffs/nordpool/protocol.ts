import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of a delivery day. Source: data portal of Nord Pool, `GET /api/DayAheadPrices` as its own page asks it. */

/** Per MWh to per kWh */
export const SCALE = 0.001;

/** `{ multiAreaEntries: [{ deliveryStart, deliveryEnd, entryPerArea: { SE3: price } }] }`. */
export function toSlots(answer: Answer, area: string): Slot[] {
  return answer
    .at('multiAreaEntries')
    .items()
    .map((entry) => ({
      start: entry.at('deliveryStart').time(),
      end: entry.at('deliveryEnd').time(),
      value: entry.at('entryPerArea').at(area).number(),
    }));
}
