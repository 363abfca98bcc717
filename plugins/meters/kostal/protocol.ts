import type { BatteryControl, Command } from '../../shared/modbus/battery.ts';
import type { BatteryLimits, InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * KOSTAL PLENTICORE and PIKO IQ: holding registers (function 3) on TCP port 1502, unit 71. The order of words is a setting of the
 * inverter, which register 5 tells. Source: KOSTAL, Interface Description MODBUS (TCP) & SunSpec.
 */

/** Order of the words of a float */
export type KostalModel = 'little' | 'big';

/** ms; the inverter forgets after the time that is set in it, 30 s when it leaves the works */
const REPEAT = 15_000;

function modelOf(order: KostalModel): InverterModel {
  const float = (address: number, scale = 1): Register => ({ address, type: 'f32', order, scale });
  const neither: readonly Command[] = [{ to: float(1_034), value: 0 }];
  const battery = ({ maxChargePower }: BatteryLimits): BatteryControl => ({
    modes: {
      // The limits lapse by themselves.
      normal: neither,
      hold: [{ to: float(1_040), value: 0 }],
      holdcharge: [{ to: float(1_038), value: 0 }],
      ...(maxChargePower !== undefined && { charge: [{ to: float(1_034), value: -maxChargePower }] }),
    },
    repeats: { hold: REPEAT, charge: REPEAT, holdcharge: REPEAT },
    // Repeating a limit would keep the power of charging in force.
    ends: { charge: neither },
    needs: 'charge needs the option maxChargePower',
  });
  return {
    usages: {
      grid: {
        power: float(252),
        ...perPhase('current', 10, float(222)),
        ...perPhase('power', 10, float(224)),
        ...perPhase('voltage', 10, float(230)),
      },
      // Register 100 would contain what the battery gives.
      pv: { power: float(1_066), energy: float(1_056) },
      battery: { power: { address: 582, type: 'i16' }, soc: { address: 514, type: 'u16' } },
    },
    // All of 220 to 253 is there, and so are 1056 to 1067.
    limits: { length: 40, gap: 8 },
    battery,
    curtail: 'sunspec',
  };
}

export const MODELS: Readonly<Record<KostalModel, InverterModel>> = { little: modelOf('little'), big: modelOf('big') };

/** Which order of words is set in the inverter; `undefined`: it says none. */
export async function orderOf(link: ModbusLink, signal: AbortSignal): Promise<KostalModel | undefined> {
  const order = (await link.read('holding', 5, 1, signal)).readUInt16BE();
  return order === 0 ? 'little' : order === 1 ? 'big' : undefined;
}
