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
