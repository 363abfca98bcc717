import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { type MeterTable, perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * GoodWe ET, EH, BT and BH, unit 247: holding registers (function 3), high word first. What is fed in counts as positive.
 * Source: GoodWe, Modbus Protocol Hybrid ET/EH/BH/BT.
 */

export type GoodWeModel = 'et' | 'et-arm8';

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, scale });

const voltages = perPhase('voltage', 1, at(36_052, 'u16', 0.1));
const currents = perPhase('current', 1, at(36_055, 'u16', 0.1));
const counters = { energy: at(36_017, 'f32'), returnEnergy: at(36_015, 'f32') };

const grid: MeterTable = {
  power: at(36_025, 'i32', -1),
  ...perPhase('power', 2, at(36_019, 'i32', -1)),
  ...voltages,
  ...currents,
  ...counters,
};

/** Firmware of the ARM before version 9 has 16 bits only. */
const gridBefore: MeterTable = {
  power: at(36_008, 'i16', -1),
  ...perPhase('power', 1, at(36_005, 'i16', -1)),
  ...counters,
};

const pv: MeterTable = {
  power: [at(35_105, 'u32'), at(35_109, 'u32'), at(35_113, 'u32'), at(35_117, 'u32')],
  energy: at(35_191, 'u32', 100),
};

const stored = {
  soc: at(37_007, 'u16'),
  energy: at(35_209, 'u32', 100),
  returnEnergy: at(35_206, 'u32', 100),
};

/** Power before mode, so that it never charges with what an older command said */
const ems = (mode: number, power: number): readonly Command[] => [
  { to: at(47_512, 'u16'), value: power },
  { to: at(47_511, 'u16'), value: mode },
];

function battery({ maxChargePower }: BatteryLimits): BatteryControl {
  return {
    modes: {
      normal: ems(1, 0),
      hold: ems(2, 0),
      ...(maxChargePower !== undefined && { charge: ems(2, Math.min(maxChargePower, 10_000)) }),
    },
    needs: 'it can only hold, and charge with the option maxChargePower',
  };
}

const limits = { length: 60, gap: 4 };

export const MODELS: Readonly<Record<GoodWeModel, InverterModel>> = {
  et: { usages: { grid, pv, battery: { power: at(35_182, 'i32'), ...stored } }, limits, battery },
  'et-arm8': {
    usages: { grid: gridBefore, pv, battery: { power: at(35_183, 'i16'), ...stored } },
    limits,
    battery,
  },
};
