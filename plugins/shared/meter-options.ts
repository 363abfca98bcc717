import Type, { type TProperties } from 'typebox';

/** Options that meters of different makes have in common. */

/** Which of its values a device with several of them is configured for; the first one is the default. */
export function usageOption(usages: readonly [string, ...string[]]): TProperties[string] {
  return Type.Optional(Type.Enum([...usages], { description: 'Which of its values', default: usages[0] }));
}

export const INVERT: TProperties[string] = Type.Optional(
  Type.Boolean({
    description: 'It is wired the other way round: power and counters change direction',
    default: false,
  }),
);

/** kWh; `toTraits` makes Wh of it. */
export const CAPACITY: TProperties[string] = Type.Optional(
  Type.Number({ description: 'Usable energy of the battery', unit: 'kWh', exclusiveMinimum: 0, maximum: 100_000 }),
);

/** Traits of a battery with the option `capacity`. */
export function toTraits(capacity: number | undefined): { readonly traits?: { readonly capacity: number } } {
  return capacity === undefined ? {} : { traits: { capacity: capacity * 1_000 } };
}
