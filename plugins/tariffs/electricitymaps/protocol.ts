import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** CO2 by hours. Source: Electricity Maps API v3, `GET /carbon-intensity/forecast`. */

/** `{ forecast: [{ datetime, carbonIntensity }] }`, g/kWh. */
export function toSlots(answer: Answer): Slot[] {
  return answer
    .at('forecast')
    .items()
    .map((item) => ({ start: item.at('datetime').time(), value: item.at('carbonIntensity').number() }));
}
