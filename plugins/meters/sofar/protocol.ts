import type { InverterModel } from '../../shared/modbus/inverter.ts';
import { type MeterTable, perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Sofar HYD, third generation: holding registers (function 3), in 10 W and 0.1 kWh. What is fed in counts as positive. Source:
 * Sofar, Modbus protocol G3.
 */

const power = (address: number): Register => ({ address, type: 'i16', scale: -10 });

const grid: MeterTable = {
  power: power(0x0488),
  ...perPhase('power', 0x0b, power(0x0493)),
  energy: { address: 0x068e, type: 'u32', scale: 100 },
};

export const MODELS: Readonly<Record<'hyd-g3', InverterModel>> = { 'hyd-g3': { usages: { grid } } };
