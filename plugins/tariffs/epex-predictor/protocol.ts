import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Expected prices beyond tomorrow. Source: EPEX predictor, `GET /prices?unit=EUR_PER_KWH&timezone=UTC`. */

/** `{ prices: [{ startsAt, total }] }` in EUR/kWh. */
export function toSlots(answer: Answer): Slot[] {
  return answer
    .at('prices')
    .items()
    .map((item) => ({ start: item.at('startsAt').time(), value: item.at('total').number() }));
}
