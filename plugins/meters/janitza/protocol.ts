import { type MeterTable, perPhase } from '../../shared/modbus/meter.ts';
import type { RegisterMeterModel } from '../../shared/modbus/meter-type.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Janitza UMG 96, 103, 104, 508, 509, 511, 604, 605, 801 and the B series: holding registers (function 3), 32-bit floats, high
 * word first, in W, A, V and Wh. Source: Janitza, Modbus address list, the range from 19000 on that all of them have.
 */

export type JanitzaModel = 'umg' | 'b23';

const float = (address: number): Register => ({ address, type: 'f32' });

const table: MeterTable = {
  ...perPhase('voltage', 2, float(19_000)),
  ...perPhase('current', 2, float(19_012)),
  ...perPhase('power', 2, float(19_020)),
  power: float(19_026),
  energy: float(19_068),
  returnEnergy: float(19_076),
};

export const MODELS: Readonly<Record<JanitzaModel, RegisterMeterModel>> = { umg: { table }, b23: { table } };
