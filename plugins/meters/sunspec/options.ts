import type { ModbusLineOptions } from '../../shared/modbus/line.ts';

/** Options of a `sunspec` meter. */
export interface SunSpecMeterOptions extends ModbusLineOptions {
  /** Which of the device's values: a meter of the grid, the generation, or the battery; default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** Of several meters in the device, from 1; default 1 */
  meter?: number;
  /** Whether the device counts import or export as positive power; default import */
  positive?: 'import' | 'export';
  /** Modules (MPPT) that solar panels are connected to, of an inverter with a battery; default: its AC power counts */
  strings?: readonly number[];
  /** Module that says the power of charging; default 3 */
  chargeModule?: number;
  /** Module that says the power of discharging; default 4 */
  dischargeModule?: number;
  /** kWh usable, of a battery */
  capacity?: number;
}
