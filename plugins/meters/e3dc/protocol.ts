import type { InverterModel } from '../../shared/modbus/inverter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * E3/DC home power stations in "simple mode": holding registers (function 3), low word first. The battery counts charging as
 * positive. They can only be read. Source: E3/DC, Modbus TCP/IP interface of the S10.
 */

const at = (address: number, scale = 1): Register => ({ address, type: 'i32', order: 'little', scale });

export const MODELS: Readonly<Record<'s10', InverterModel>> = {
  s10: {
    usages: {
      grid: { power: at(40_073) },
      pv: { power: at(40_067) },
      battery: { power: at(40_069, -1), soc: { address: 40_082, type: 'u16' } },
    },
    limits: { gap: 16 },
  },
};
