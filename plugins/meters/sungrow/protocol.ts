import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Sungrow SH (hybrid) and SG (string): measured values are input registers (function 4), settings holding registers; low word
 * first. Addresses are one less than in the vendor's lists. Source: Sungrow, Communication Protocol of Residential Hybrid
 * Inverters, and of PV Grid-Connected String Inverters.
 */

export type SungrowModel = 'sh' | 'sg';

/** What signed values say that are not there: the largest number, of some firmware the smallest */
const NOT_THERE: Partial<Record<Register['type'], readonly number[]>> = {
  i16: [0x7fff, -0x8000],
  i32: [0x7fffffff, -0x80000000],
};

const at = (address: number, type: Register['type'], scale = 1): Register => ({
  address,
  type,
  table: 'input',
  order: 'little',
  scale,
  ...(NOT_THERE[type] && { nan: NOT_THERE[type] }),
});
const set = (address: number, value: number, scale = 1): Command => ({ to: { address, type: 'u16', scale }, value });

const EMS_MODE = 13_049;
const COMMAND = 13_050;
const STOP = 0xcc;
const OWN = [set(COMMAND, STOP), set(EMS_MODE, 0)];

/** The limits of charging and discharging count in 10 W, and are 10 W at least. */
const charging = (power: number): Command => set(33_046, power, 10);
const discharging = (power: number): Command => set(33_047, power, 10);

function battery({ maxChargePower: charge, maxDischargePower: discharge }: BatteryLimits): BatteryControl {
  const restore = [
    ...(charge === undefined ? [] : [charging(charge)]),
    ...(discharge === undefined ? [] : [discharging(discharge)]),
  ];
  const normal = [...OWN, ...restore];
  return {
    modes: {
      normal,
      // Without knowing the limit to go back to it is stopped, which also keeps it from charging with solar power.
      hold: discharge === undefined ? [set(EMS_MODE, 2), set(COMMAND, STOP)] : [...normal, discharging(10)],
      ...(charge !== undefined && {
        charge: [...restore, set(13_051, charge), set(COMMAND, 0xaa), set(EMS_MODE, 2)],
        holdcharge: [...normal, charging(10)],
      }),
    },
    needs: 'charge and holdcharge need the option maxChargePower',
  };
}

export const MODELS: Readonly<Record<SungrowModel, InverterModel>> = {
  sh: {
    usages: {
      grid: {
        // It counts what is fed in as positive, but not so by phase.
        power: at(13_009, 'i32', -1),
        ...perPhase('power', 2, at(5_602, 'i32')),
        // 0.1 kWh
        energy: at(13_036, 'u32', 100),
        returnEnergy: at(13_045, 'u32', 100),
      },
      pv: { power: at(5_016, 'u32'), energy: at(13_002, 'u32', 100) },
      battery: {
        // With sign in later firmware only; bit 1 of the running state says that it charges.
        power: at(13_021, 'i16'),
        direction: { address: 13_000, table: 'input', type: 'bits', bit: 1, negative: 1 },
        soc: at(13_022, 'u16', 0.1),
        energy: at(13_026, 'u32', 100),
      },
    },
    limits: { gap: 4 },
    battery,
  },
  sg: {
    usages: {
      grid: { power: at(5_082, 'i32'), energy: at(5_098, 'u32', 100) },
      pv: { power: at(5_030, 'u32'), energy: at(5_003, 'u32', 1_000) },
    },
    limits: { gap: 4 },
  },
};
