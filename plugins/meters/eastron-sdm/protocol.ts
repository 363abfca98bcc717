import { type MeterTable, PLAUSIBLE, perPhase } from '../../shared/modbus/meter.ts';
import type { RegisterMeterModel } from '../../shared/modbus/meter-type.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/** Eastron SDM Modbus protocol: input registers (function 4), 32-bit floats, high word first. Import is positive. */

export type EastronModel = 'sdm630' | 'sdm54' | 'sdm72v2' | 'sdm72' | 'sdm230' | 'sdm220' | 'sdm120';

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

/** 80 registers are the most of an SDM630 */
const threePhases: RegisterMeterModel = {
  table: {
    ...perPhase('voltage', 2, float(0x00, PLAUSIBLE.voltage)),
    ...perPhase('current', 2, float(0x06, PLAUSIBLE.current)),
    ...perPhase('power', 2, float(0x0c, PLAUSIBLE.power)),
    power: float(0x34, PLAUSIBLE.power),
    ...energies,
  },
  limits: { length: 80, gap: 40 },
};

/** 10 registers are what the first SDM72 takes for sure. */
const single = (table: MeterTable): RegisterMeterModel => ({ table, limits: { length: 10, gap: 0 } });

/** Nobody knows which phase of the house a meter of one phase is on, so voltage and current are not read. */
const onePhase = single({ power: float(0x0c, PLAUSIBLE.power), ...energies });

export const MODELS: Readonly<Record<EastronModel, RegisterMeterModel>> = {
  sdm630: threePhases,
  sdm54: threePhases,
  sdm72v2: threePhases,
  // The first version of the SDM72D-M has the sums only.
  sdm72: single({ power: float(0x34, PLAUSIBLE.power), ...energies }),
  sdm230: onePhase,
  sdm220: onePhase,
  sdm120: onePhase,
};
