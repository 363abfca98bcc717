import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Huawei SUN2000 with its power sensor and a LUNA2000, and the EMMA: holding registers (function 3), high word first. The
 * inverter counts what is fed in and what is charged as positive. Source: Huawei, SUN2000 Modbus Interface Definitions and
 * EMMA-A Modbus Interface Definitions.
 */

export type HuaweiModel = 'sun2000' | 'emma';

const at = (address: number, type: Register['type'], scale = 1): Register => ({ address, type, scale });

/** ms; it charges for 2 minutes */
const REPEAT = 30_000;
const MINUTES = 2;

/** The limits are settings, which the inverter keeps. */
const MOST_CHARGE = { to: at(47_075, 'u32'), value: at(37_046, 'u32'), differing: true };
const MOST_DISCHARGE = { to: at(47_077, 'u32'), value: at(37_048, 'u32'), differing: true };
const NOT_FORCED = { to: at(47_100, 'u16'), value: 0 };

function battery({ maxChargePower }: BatteryLimits): BatteryControl {
  return {
    modes: {
      normal: [NOT_FORCED, MOST_CHARGE, MOST_DISCHARGE],
      hold: [NOT_FORCED, MOST_CHARGE, { to: at(47_077, 'u32'), value: 0 }],
      holdcharge: [NOT_FORCED, { to: at(47_075, 'u32'), value: 0 }, MOST_DISCHARGE],
      ...(maxChargePower !== undefined && {
        charge: [
          MOST_CHARGE,
          { to: at(47_247, 'u32'), value: maxChargePower },
          { to: at(47_083, 'u16'), value: MINUTES },
          { to: at(47_246, 'u16'), value: 0 },
          { to: at(47_100, 'u16'), value: 1 },
        ],
      }),
    },
    // The limits of the other modes stay until they are set anew.
    repeats: { charge: REPEAT },
    needs: 'charge needs the option maxChargePower',
  };
}

/** What may be fed in, in 0.1 % of the nominal power */
function curtail(percent: number): readonly Command[] {
  if (percent >= 100) return [{ to: at(47_415, 'u16'), value: 0 }];
  return [
    { to: at(47_418, 'i16', 0.1), value: percent },
    { to: at(47_415, 'u16'), value: 7 },
  ];
}

export const MODELS: Readonly<Record<HuaweiModel, InverterModel>> = {
  sun2000: {
    usages: {
      grid: {
        power: at(37_113, 'i32', -1),
        ...perPhase('voltage', 2, at(37_101, 'i32', 0.1)),
        ...perPhase('current', 2, at(37_107, 'i32', 0.01)),
        ...perPhase('power', 2, at(37_132, 'i32', -1)),
        // 0.01 kWh
        energy: at(37_121, 'u32', 10),
        returnEnergy: at(37_119, 'i32', 10),
      },
      pv: { power: at(32_064, 'i32'), energy: at(32_106, 'u32', 10) },
      battery: {
        power: at(37_765, 'i32', -1),
        soc: at(37_760, 'u16', 0.1),
        energy: at(37_782, 'u32', 10),
        returnEnergy: at(37_780, 'u32', 10),
      },
    },
    limits: { length: 60, gap: 40 },
    battery,
    curtail,
  },
  emma: {
    usages: {
      grid: {
        power: at(31_657, 'i32'),
        ...perPhase('voltage', 2, at(31_639, 'i32', 0.01)),
        ...perPhase('current', 2, at(31_651, 'i32', 0.1)),
        energy: at(31_679, 'i64', 10),
      },
      pv: { power: at(30_354, 'u32') },
      battery: { power: at(30_360, 'i32', -1), soc: at(30_368, 'u16', 0.01) },
    },
    limits: { length: 60, gap: 8 },
  },
};
