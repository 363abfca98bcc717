import type { InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Ginlong Solis hybrid (RHI, S5, S6) and string inverters: input registers (function 4), high word first. What is fed in counts as
 * positive. Source: Ginlong, RS485 MODBUS Communication Protocol of hybrid and of grid-tied inverters.
 */

export type SolisModel = 'hybrid' | 'string';

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, table: 'input', scale });

export const MODELS: Readonly<Record<SolisModel, InverterModel>> = {
  hybrid: {
    usages: {
      grid: {
        power: at(33_263, 'i32', -1),
        ...perPhase('power', 2, at(33_257, 'i32', -1)),
        ...perPhase('current', 2, at(33_252, 'u16', 0.01)),
        // 0.01 kWh
        energy: at(33_283, 'u32', 10),
        returnEnergy: at(33_285, 'u32', 10),
      },
      pv: { power: at(33_057, 'u32'), energy: at(33_029, 'u32', 1_000) },
      battery: {
        power: at(33_149, 'i32'),
        direction: { address: 33_135, table: 'input', type: 'u16', negative: 0 },
        soc: at(33_139, 'u16'),
      },
    },
  },
  string: {
    usages: {
      grid: { power: at(3_262, 'i32', -1) },
      pv: { power: at(3_004, 'u32'), energy: at(3_008, 'u32', 1_000) },
    },
  },
};
