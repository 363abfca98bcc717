import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { InverterModel } from '../../shared/modbus/inverter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Growatt SPH/SPA and MIN/MOD TL-XH: input registers (function 4), high word first, in 0.1 W and 0.1 kWh; settings are holding
 * registers in a memory that wears out. Source: Growatt, Inverter Modbus RTU Protocol II.
 */

export type GrowattModel = 'sph' | 'tl-xh';

const power = (address: number, sign: 1 | -1 = 1): Register => ({
  address,
  type: 'u32',
  table: 'input',
  scale: sign * 0.1,
});
const energy = (address: number): Register => ({ address, type: 'u32', table: 'input', scale: 100 });
const soc = (address: number): Register => ({ address, type: 'u16', table: 'input' });

/** Whether it charges from the grid while the battery goes first */
const fromGrid = (address: number, value: 0 | 1): Command => ({
  to: { address, type: 'u16', multiple: true },
  value,
  differing: true,
});

/** From 00:00 to 23:59 the battery goes first, or not at all. */
const slot = (enabled: 0 | 1): Command => ({ address: 1_100, words: [0x0000, 0x173b, enabled], differing: true });
const sph = (): BatteryControl => ({
  modes: {
    normal: [slot(0), fromGrid(1_092, 0)],
    hold: [fromGrid(1_092, 0), slot(1)],
    charge: [fromGrid(1_092, 1), slot(1)],
  },
});

/** The same: bit 15 of the start switches the slot on, and bits 13 and 14 say that the battery goes first. */
const period = (enabled: boolean): Command => ({
  address: 3_038,
  words: [enabled ? 0xa000 : 0x2000, 0x173b],
  differing: true,
});
const xh = (): BatteryControl => ({
  modes: {
    normal: [period(false), fromGrid(3_049, 0)],
    hold: [fromGrid(3_049, 0), period(true)],
    charge: [fromGrid(3_049, 1), period(true)],
  },
});

export const MODELS: Readonly<Record<GrowattModel, InverterModel>> = {
  sph: {
    usages: {
      grid: { power: [power(1_021), power(1_029, -1)], energy: energy(1_046), returnEnergy: energy(1_050) },
      pv: { power: power(1), energy: energy(91) },
      battery: {
        power: [power(1_009), power(1_011, -1)],
        soc: soc(1_014),
        energy: energy(1_054),
        returnEnergy: energy(1_058),
      },
    },
    battery: sph,
  },
  'tl-xh': {
    usages: {
      grid: { power: [power(3_041), power(3_043, -1)], energy: energy(3_069), returnEnergy: energy(3_073) },
      pv: { power: power(3_001), energy: energy(3_053) },
      battery: {
        power: [power(3_178), power(3_180, -1)],
        soc: soc(3_171),
        energy: energy(3_127),
        returnEnergy: energy(3_131),
      },
    },
    battery: xh,
  },
};
