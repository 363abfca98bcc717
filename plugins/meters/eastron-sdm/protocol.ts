import type { BlockLimits } from '../../shared/modbus/blocks.ts';
import { type MeterTable, PLAUSIBLE, perPhase } from '../../shared/modbus/meter.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/** Eastron SDM Modbus protocol: input registers (function 4), 32-bit floats, high word first. Import is positive. */

export const MODELS = ['sdm630', 'sdm54', 'sdm72v2', 'sdm72', 'sdm230', 'sdm220', 'sdm120'] as const;
export type EastronModel = (typeof MODELS)[number];

const float = (address: number, range: { min: number; max: number }, scale = 1): Register => ({
  address,
  type: 'f32',
  table: 'input',
  scale,
  ...range,
});

/** kWh on the wire */
const energies = {
  energy: float(0x48, PLAUSIBLE.energy, 1_000),
  returnEnergy: float(0x4a, PLAUSIBLE.energy, 1_000),
};

const threePhases: MeterTable = {
  ...perPhase('voltage', 2, float(0x00, PLAUSIBLE.voltage)),
  ...perPhase('current', 2, float(0x06, PLAUSIBLE.current)),
  ...perPhase('power', 2, float(0x0c, PLAUSIBLE.power)),
  power: float(0x34, PLAUSIBLE.power),
  ...energies,
};

/** Nobody knows which phase of the house a meter of one phase is on, so voltage and current are not read. */
const onePhase: MeterTable = { power: float(0x0c, PLAUSIBLE.power), ...energies };

export const TABLES: Readonly<Record<EastronModel, MeterTable>> = {
  sdm630: threePhases,
  sdm54: threePhases,
  sdm72v2: threePhases,
  // The first version of the SDM72D-M has the sums only.
  sdm72: { power: float(0x34, PLAUSIBLE.power), ...energies },
  sdm230: onePhase,
  sdm220: onePhase,
  sdm120: onePhase,
};

/** 80 registers are the most of an SDM630; the first SDM72 takes 10 for sure. */
export function limitsOf(model: EastronModel): BlockLimits {
  return TABLES[model] === threePhases ? { length: 80, gap: 40 } : { length: 10, gap: 0 };
}
