import type { InverterModel } from '../../shared/modbus/inverter.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Deye and Sunsynk hybrid inverters: holding registers (function 3), low word first. Source: Deye, Modbus RTU protocol of hybrid
 * inverters, for one phase and for three phases.
 */

export type DeyeModel = '1p' | '3p-lv' | '3p-hv';

const at = (address: number, type: Register['type'], scale = 1): Register => ({
  address,
  type,
  order: 'little',
  scale,
});

/** 0.1 kWh */
const energy = (address: number): Register => at(address, 'u32', 100);

/** Those with a battery of high voltage count in 10 W. */
const threePhases = (factor: 1 | 10): InverterModel => ({
  usages: {
    grid: {
      power: at(625, 'i16'),
      ...perPhase('power', 1, at(616, 'i16')),
      ...perPhase('voltage', 1, at(598, 'u16', 0.1)),
      ...perPhase('current', 1, at(613, 'i16', 0.01)),
      energy: energy(522),
      returnEnergy: energy(524),
    },
    pv: { power: [672, 673, 674, 675].map((address) => at(address, 'u16', factor)), energy: energy(534) },
    battery: {
      power: at(590, 'i16', factor),
      soc: at(588, 'u16'),
      energy: energy(518),
      returnEnergy: energy(516),
    },
  },
});

export const MODELS: Readonly<Record<DeyeModel, InverterModel>> = {
  '1p': {
    usages: {
      grid: {
        power: at(169, 'i16'),
        // The words of the imported energy do not stand side by side, and each may have all its bits set.
        energy: [
          { ...at(78, 'u16', 100), nan: [] },
          { ...at(80, 'u16', 65_536 * 100), nan: [] },
        ],
        returnEnergy: energy(81),
      },
      pv: { power: [186, 187, 188, 189].map((address) => at(address, 'u16')), energy: energy(96) },
      battery: {
        power: at(190, 'i16'),
        soc: at(184, 'u16'),
        energy: energy(74),
        returnEnergy: energy(72),
      },
    },
  },
  '3p-lv': threePhases(1),
  '3p-hv': threePhases(10),
};

/** Register 0 of each */
const TYPES: Readonly<Record<number, DeyeModel>> = {
  768: '1p',
  3: '1p',
  1280: '3p-lv',
  5: '3p-lv',
  6: '3p-hv',
  1536: '3p-hv',
};

/** Which model it says that it is; `undefined`: none that has a battery. */
export async function modelOf(link: ModbusLink, signal: AbortSignal): Promise<DeyeModel | undefined> {
  return TYPES[(await link.read('holding', 0, 1, signal)).readUInt16BE()];
}
