import Type, { type TEnum, type TOptional } from 'typebox';
import type { Answer } from '../answer.ts';
import type { Slot } from './slots.ts';

/** Dynamic tariffs of Swiss grid operators, which publish them in the same form. Source: VSE/AES, data of dynamic tariffs. */

const PARTS = ['integrated', 'electricity', 'grid'] as const;

/** Part of the price: all of it, energy, or use of the grid */
export type SwissPart = (typeof PARTS)[number];

export const SWISS_PART: TOptional<TEnum<['integrated', 'electricity', 'grid']>> = Type.Optional(
  Type.Enum([...PARTS], {
    description: 'Part of the price: all of it, the energy, or the use of the grid',
    default: 'integrated',
  }),
);

/**
 * `{ prices: [{ start_timestamp, end_timestamp, integrated: [{ unit, value }] }] }`; of the units (there are prices by month,
 * too) that of the energy counts, CHF/kWh.
 */
export function toSwissSlots(answer: Answer, part: SwissPart): Slot[] {
  return answer
    .at('prices')
    .items()
    .map((price) => {
      const parts = price.at(part).items();
      const energy = parts.find((each) => isEnergy(each.at('unit')));
      if (!energy) return answer.refuse(`a price has no value for ${part} in CHF/kWh`);
      return {
        start: price.at('start_timestamp').time(),
        end: price.at('end_timestamp').time(),
        value: energy.at('value').number(),
      };
    });
}

const isEnergy = (unit: Answer): boolean => unit.is('CHF_kWh') || unit.is('CHF/kWh');
