import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Emissions of Denmark. Source: Energi Data Service, dataset `CO2EmisProg`, 5 minutes each, g/kWh. */

/** `{ records: [{ Minutes5UTC, CO2Emission }] }`; times are UTC and do not say so. */
export function toSlots(answer: Answer): Slot[] {
  return answer
    .at('records')
    .items()
    .map((record) => {
      const emission = record.at('CO2Emission');
      return { start: record.at('Minutes5UTC').time('Z'), value: emission.absent ? null : emission.number() };
    });
}
