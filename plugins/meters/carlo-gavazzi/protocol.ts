import { PLAUSIBLE, perPhase } from '../../shared/modbus/meter.ts';
import type { RegisterMeterModel } from '../../shared/modbus/meter-type.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/** Carlo Gavazzi EM24, EM/ET330 and EM/ET340: input registers (function 4), 32-bit integers, low word first. */

export type CarloGavazziModel = 'em24' | 'em24-e1' | 'em330' | 'em340' | 'et330' | 'et340';

const integer = (address: number, scale: number, range: { min: number; max: number }): Register => ({
  address,
  type: 'i32',
  table: 'input',
  order: 'little',
  scale,
  ...range,
});

/**
 * The counters stand at 0.1 kWh, at addresses that differ between the models. Nothing in between is read, and no long block,
 * which not all of them take.
 */
const modelOf = (energy: number, returnEnergy: number): RegisterMeterModel => ({
  table: {
    ...perPhase('voltage', 2, integer(0x00, 0.1, PLAUSIBLE.voltage)),
    ...perPhase('current', 2, integer(0x0c, 0.001, PLAUSIBLE.current)),
    ...perPhase('power', 2, integer(0x12, 0.1, PLAUSIBLE.power)),
    power: integer(0x28, 0.1, PLAUSIBLE.power),
    energy: integer(energy, 100, PLAUSIBLE.energy),
    returnEnergy: integer(returnEnergy, 100, PLAUSIBLE.energy),
  },
  limits: { length: 12, gap: 0 },
});

const later = modelOf(0x34, 0x4e);

export const MODELS: Readonly<Record<CarloGavazziModel, RegisterMeterModel>> = {
  // The EM24 with a serial port; the one with Ethernet has the addresses of the later models.
  em24: modelOf(0x42, 0x5c),
  'em24-e1': later,
  em330: later,
  em340: later,
  et330: later,
  et340: later,
};
