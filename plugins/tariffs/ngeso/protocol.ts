import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** CO2 of Great Britain by half hours. Source: carbonintensity.org.uk, API definitions 2.0. */

/** Where to ask, from a time in minutes such as `2026-03-14T00:00Z` on. */
export function pathOf(from: string, place: { readonly regionId?: number; readonly postcode?: string }): string {
  if (place.regionId !== undefined) return `/regional/intensity/${from}/fw48h/regionid/${place.regionId}`;
  if (place.postcode !== undefined) return `/regional/intensity/${from}/fw48h/postcode/${place.postcode}`;
  return `/intensity/${from}/fw48h`;
}

/** `{ data: [{ from, to, intensity: { forecast } }] }`, of regions one level deeper; g/kWh. */
export function toSlots(answer: Answer, regional: boolean): Slot[] {
  const data = regional ? answer.at('data').at('data') : answer.at('data');
  return data.items().map((item) => {
    const forecast = item.at('intensity').at('forecast');
    return {
      start: item.at('from').time(),
      end: item.at('to').time(),
      value: forecast.absent ? null : forecast.number(),
    };
  });
}
