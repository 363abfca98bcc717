import { perPhase } from '../../shared/modbus/meter.ts';
import type { RegisterMeterModel } from '../../shared/modbus/meter-type.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * ABB A43, A44, B23 and B24: holding registers (function 3), high word first; all bits set mean "not available", as a B23 Steel
 * says of its exported energy. Source: ABB, User Manual A43/A44 and B23/B24, communication with Modbus.
 */

export type AbbModel = 'a43' | 'a44' | 'b23' | 'b24';

const at = (address: number, type: Register['type'], scale: number): Register => ({ address, type, scale });

const model: RegisterMeterModel = {
  table: {
    ...perPhase('voltage', 2, at(0x5b00, 'u32', 0.1)),
    ...perPhase('current', 2, at(0x5b0c, 'u32', 0.01)),
    ...perPhase('power', 2, at(0x5b16, 'i32', 0.01)),
    power: at(0x5b14, 'i32', 0.01),
    // 0.01 kWh
    energy: at(0x5000, 'u64', 10),
    returnEnergy: at(0x5004, 'u64', 10),
  },
};

export const MODELS: Readonly<Record<AbbModel, RegisterMeterModel>> = {
  a43: model,
  a44: model,
  b23: model,
  b24: model,
};
