import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * FoxESS H3, unit 247: holding registers (function 3), high word first. What is fed in counts as positive. Source: Fox ESS, H3
 * Modbus Register Definitions.
 */

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, scale });
const set = (address: number, value: number): Command => ({ to: at(address, 'u16'), value });

/** s after which the inverter goes on by itself, and ms after which it is told again */
const LAPSE = 120;
const REPEAT = 60_000;

/** Remote control: a power that the battery shall have, which also keeps it from charging with solar power */
const remote = (power: number): readonly Command[] => [
  set(44_001, LAPSE),
  { to: at(44_002, 'i32'), value: power },
  set(44_000, 1),
];

function battery({ maxChargePower }: BatteryLimits): BatteryControl {
  return {
    modes: {
      normal: [set(44_000, 0)],
      hold: remote(0),
      ...(maxChargePower !== undefined && { charge: remote(-maxChargePower) }),
    },
    repeats: { hold: REPEAT, charge: REPEAT },
    needs: 'it can only hold, and charge with the option maxChargePower',
  };
}

export const MODELS: Readonly<Record<'h3', InverterModel>> = {
  h3: {
    usages: {
      grid: {
        power: [31_026, 31_027, 31_028].map((address) => at(address, 'i16', -1)),
        ...perPhase('power', 1, at(31_026, 'i16', -1)),
        energy: at(32_012, 'u32', 100),
      },
      pv: { power: [at(31_002, 'i16'), at(31_005, 'i16')] },
      battery: { power: at(31_036, 'i16'), soc: at(31_038, 'u16') },
    },
    battery,
  },
};
