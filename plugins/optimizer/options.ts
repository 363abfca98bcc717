import Type, { type TObject } from 'typebox';

export const SCHEMA: TObject = Type.Object({
  batteryPower: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000,
      unit: 'kW',
      default: 6,
      description: 'What a home battery charges and discharges with, where its meter does not say',
    }),
  ),
  batteryReserve: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 100,
      unit: '%',
      default: 0,
      description: 'Soc below which home batteries do not discharge',
    }),
  ),
  timeout: Type.Optional(
    Type.Number({ minimum: 5, maximum: 300, unit: 's', default: 30, description: 'How long one run may take' }),
  ),
});

/** Options of the `optimizer` section. */
export interface OptimizerOptions {
  /** kW that a home battery charges and discharges with, where its meter does not say; default 6 */
  batteryPower?: number;
  /** %, soc below which home batteries do not discharge; default 0 */
  batteryReserve?: number;
  /** s that one run may take; default 30 */
  timeout?: number;
}

declare module 'evcc' {
  interface PluginSections {
    /** Says what home batteries and cars would best do */
    optimizer: OptimizerOptions;
  }
}
