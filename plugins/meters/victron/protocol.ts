import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Victron GX devices (Cerbo, Ekrano, Venus), the system as a whole at unit 100: holding registers (function 3), high word first.
 * The battery counts charging as positive. Source: Victron Energy, CCGX Modbus TCP register list; ESS mode 2 and 3.
 */

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, scale });
const GRID = { address: 820, type: 'i16' } as const;

/** W that shall be taken from the grid, of Venus OS 3.50 and later */
const drawn = (power: number): Command => ({ to: at(2_716, 'i32'), value: power });
/** W that may be discharged, in steps of 10 W */
const discharged = (power: number): Command => ({ to: at(2_704, 'u16', 10), value: power });

function battery({ maxChargePower, maxDischargePower }: BatteryLimits): BatteryControl | undefined {
  if (maxDischargePower === undefined) return undefined;
  const normal = [drawn(0), discharged(maxDischargePower)];
  return {
    modes: {
      normal,
      hold: [drawn(0), discharged(0)],
      ...(maxChargePower !== undefined && { charge: [discharged(maxDischargePower), drawn(maxChargePower)] }),
    },
    needs: 'it can only hold, and charge with the option maxChargePower',
  };
}

export const MODELS: Readonly<Record<'gx', InverterModel>> = {
  gx: {
    usages: {
      grid: {
        power: [at(820, 'i16'), at(821, 'i16'), at(822, 'i16')],
        ...perPhase('power', 1, GRID),
      },
      // AC-coupled at the output and at the input, and DC-coupled
      pv: { power: [...[808, 809, 810, 811, 812, 813].map((address) => at(address, 'u16')), at(850, 'u16')] },
      battery: { power: at(842, 'i16', -1), soc: at(843, 'u16') },
    },
    battery,
  },
};
