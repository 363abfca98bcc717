import type { Answer } from '../../shared/answer.ts';
import type { Ask } from '../../shared/rates-service/service.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Grünstromindex of German postcodes by hours. Source: corrently.io, `GET /v2.0/gsi/prediction`. */

/**
 * `{ forecast: [{ timeframe: { start, end }, co2_g_standard }] }` with ms and g/kWh. Errors come with status 200:
 * `{ err: true, message }`.
 */
export function toSlots(answer: Answer, fail: Ask['fail']): Slot[] {
  if (answer.at('err').is(true)) fail('EVCC_DEVICE_UNAVAILABLE', `the service says: ${answer.at('message').shown}`);
  return answer
    .at('forecast')
    .items()
    .map((item) => ({
      start: item.at('timeframe').at('start').number(),
      end: item.at('timeframe').at('end').number(),
      value: item.at('co2_g_standard').number(),
    }));
}
