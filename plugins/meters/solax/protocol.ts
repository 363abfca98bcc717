import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * SolaX X1 and X3 hybrid, generations 3 and 4: input registers (function 4), low word first. What is fed in and what is charged
 * counts as positive. Settings are kept in a memory that wears out. Source: SolaX, Hybrid X1/X3 G3/G4 Modbus TCP and RTU protocol.
 */

export type SolaxModel = 'x1' | 'x3';

const at = (address: number, type: Register['type'], scale = 1): Register => ({
  address,
  type,
  table: 'input',
  order: 'little',
  scale,
});

const set = (address: number, value: number): Command => ({ to: { address, type: 'u16' }, value });

/** The manual mode stops the battery as a whole, or charges it. */
const battery = (): BatteryControl => ({
  modes: {
    normal: [set(0x001f, 0)],
    hold: [set(0x0020, 0), set(0x001f, 3)],
    charge: [set(0x0020, 1), set(0x001f, 3)],
  },
});

const grid = {
  power: at(0x0046, 'i32', -1),
  // 0.01 kWh
  energy: at(0x004a, 'u32', 10),
  returnEnergy: at(0x0048, 'u32', 10),
};

const others = {
  pv: { power: [at(0x000a, 'u16'), at(0x000b, 'u16')], energy: at(0x0052, 'u32', 100) },
  battery: { power: at(0x0016, 'i16', -1), soc: at(0x001c, 'u16') },
};

export const MODELS: Readonly<Record<SolaxModel, InverterModel>> = {
  x1: { usages: { grid, ...others }, battery },
  x3: { usages: { grid: { ...grid, ...perPhase('power', 2, at(0x0082, 'i32', -1)) }, ...others }, battery },
};
