import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** CO2 of the present hour. Source: Electricity Maps API v3, `GET /home-assistant`, for accounts without forecasts. */

/** ms for which the present value is assumed to stay */
const AHEAD = 48 * 3_600_000;
/** ms of a slot */
const SLOT = 3_600_000;

/** `{ data: { carbonIntensity } }`, g/kWh. */
export function toSlots(answer: Answer, now: number): Slot[] {
  const start = now - (now % SLOT);
  return [{ start, end: start + AHEAD, value: answer.at('data').at('carbonIntensity').number() }];
}
