import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Tariffs of Octopus Energy in Great Britain. Source: developer.octopus.energy, REST API. */

/** p/kWh to GBP/kWh */
export const SCALE = 0.01;

/** Distribution areas: letters without I and O */
export const REGIONS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P'] as const;
export type OctopusRegion = (typeof REGIONS)[number];

/** Of one register (E-1R) or two, product and region: `E-1R-AGILE-24-10-01-C` */
const TARIFF = /^E-[12]R-(.+)-[A-P]$/;

/** Where the unit rates of a tariff are; `undefined`: it is no code of a tariff. */
export function pathOf(tariff: string): string | undefined {
  const product = TARIFF.exec(tariff)?.[1];
  return product && `/v1/products/${product}/electricity-tariffs/${tariff}/standard-unit-rates/`;
}

/** The code of the tariff that runs at `now`, of the first meter for import. */
export function tariffOf(account: Answer, now: number): string {
  for (const property of account.at('properties').items()) {
    for (const point of property.at('electricity_meter_points').items()) {
      if (point.at('is_export').is(true)) continue;
      for (const agreement of point.at('agreements').items()) {
        const [from, to] = [agreement.at('valid_from'), agreement.at('valid_to')];
        const runs = (from.absent || from.time() <= now) && (to.absent || now < to.time());
        if (runs) return agreement.at('tariff_code').text();
      }
    }
  }
  return account.refuse('the account has no running tariff for import');
}

/**
 * `{ results: [{ value_inc_vat, valid_from, valid_to, payment_method }] }`, newest first. Of rates for other ways to pay
 * nothing is used; a rate without end holds until `end`.
 */
export function toSlots(answer: Answer, end: number, payment: string): Slot[] {
  return answer
    .at('results')
    .items()
    .filter((rate) => rate.at('payment_method').absent || rate.at('payment_method').is(payment))
    .map((rate) => {
      const start = rate.at('valid_from').time();
      const until = rate.at('valid_to');
      return {
        start,
        end: until.absent ? Math.max(end, start + 1) : until.time(),
        value: rate.at('value_inc_vat').number(),
      };
    });
}
