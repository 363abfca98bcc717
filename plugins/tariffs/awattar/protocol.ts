import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** The data feed of aWATTar. Source: aWATTar, "Datenfeed API", `GET /v1/marketdata`. */

/** EUR/MWh to EUR/kWh */
export const SCALE = 0.001;

/** `{ data: [{ start_timestamp, end_timestamp, marketprice }] }` with ms and EUR/MWh. */
export function toSlots(answer: Answer): Slot[] {
  return answer
    .at('data')
    .items()
    .map((item) => ({
      start: item.at('start_timestamp').number(),
      end: item.at('end_timestamp').number(),
      value: item.at('marketprice').number(),
    }));
}
