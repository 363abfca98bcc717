import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of the Baltic states and Finland. Source: Elering live dashboard API, `GET /api/nps/price`. */

/** EUR/MWh to EUR/kWh */
export const SCALE = 0.001;

export const REGIONS = ['ee', 'lv', 'lt', 'fi'] as const;
export type EleringRegion = (typeof REGIONS)[number];

/** `{ data: { ee: [{ timestamp, price }], … } }` with s and EUR/MWh. */
export function toSlots(answer: Answer, region: EleringRegion): Slot[] {
  return answer
    .at('data')
    .at(region)
    .items()
    .map((item) => ({ start: item.at('timestamp').number() * 1_000, value: item.at('price').number() }));
}
