import type { Answer } from '../../shared/answer.ts';
import type { RoofOptions } from '../../shared/rates-service/roof.ts';
import { meansBetween, type Slot } from '../../shared/rates-service/slots.ts';

/** Expected generation. Source: doc.forecast.solar, `GET /estimate/:lat/:lon/:dec/:az/:kwp`. */

/** Where to ask; an API key, which stands in front, is for paying users. */
export function pathOf({ lat, lon, dec, az, kwp }: RoofOptions, apikey?: string): string {
  const account = apikey === undefined ? '' : `/${encodeURIComponent(apikey)}`;
  return `${account}/estimate/${[lat, lon, dec, az, kwp].join('/')}`;
}

/** `{ result: { watts: { time: W } } }`: the power at these times. Slots are the means in between. */
export function toSlots(answer: Answer, parse: (text: string) => number | undefined): Slot[] {
  const values = answer
    .at('result')
    .at('watts')
    .entries()
    .map(([text, watts]) => ({
      at: parse(text) ?? answer.refuse(`"${text.slice(0, 40)}" in result.watts is no time`),
      value: watts.number(),
    }));
  return meansBetween(values);
}
