import type { Static, TSchema } from 'typebox';

/**
 * Type of a factory's `options` parameter: the interface that configurations are completed with, as long as the schema
 * describes the same options; otherwise a text, so that `define` does not compile. Written as
 * `create(options: OptionsOf<typeof schema, FixedTariffOptions>, context)`. `readonly` makes no difference.
 */
export type OptionsOf<S extends TSchema, Options extends object> =
  Same<Plain<Static<S>>, Plain<Options>> extends true ? Options : 'Schema and interface describe different options.';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
