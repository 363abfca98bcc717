import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import type { SunSpecRoleOptions } from '../../shared/sunspec/roles.ts';

/** Options of a `sunspec` meter. */
export interface SunSpecMeterOptions extends ModbusLineOptions, SunSpecRoleOptions {
  /** Which of the device's values: a meter of the grid, the generation, or the battery; default grid */
  usage?: 'grid' | 'pv' | 'battery';
  /** kWh usable, of a battery */
  capacity?: number;
}
