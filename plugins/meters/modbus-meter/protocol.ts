import { type MeterTable, perPhase } from '../../shared/modbus/meter.ts';
import type { RegisterMeterModel } from '../../shared/modbus/meter-type.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * Meters of the house that are nothing but a table of registers, high word first. Import is positive. Sources: DZG, DVH4013
 * Modbus register list; Finder, 7M.24/7M.38 Modbus manual; inepro Metering, PRO380 user manual; Orno, WE-516 Modbus register map
 * (the WE-517 has the same); Bernecker Engineering, MPM3PM Modbus RTU; Chint, DTSU666 user manual.
 */

export type ModbusMeterModel =
  | 'dzg-dvh4013'
  | 'finder-7m'
  | 'inepro-pro380'
  | 'inepro-pro1'
  | 'orno-we516'
  | 'orno-we517'
  | 'mpm3pm'
  | 'chint-dtsu666';

const reads = (type: Register['type'], table: Register['table'] = 'holding') => {
  return (address: number, scale = 1): Register => ({ address, type, table, scale });
};

const float = reads('f32');
const floatInput = reads('f32', 'input');
const u32 = reads('u32');
const u32Input = reads('u32', 'input');
const i32Input = reads('i32', 'input');

/** One counter for each direction, also of the power */
const dzg: MeterTable = {
  power: [u32(0x0000, 0.1), u32(0x0002, -0.1)],
  ...perPhase('voltage', 2, u32(0x0004, 0.01)),
  ...perPhase('current', 2, u32(0x000a, 0.001)),
  energy: u32(0x4000),
  returnEnergy: u32(0x4100),
};

/** Wh */
const finder: MeterTable = {
  ...perPhase('voltage', 2, floatInput(2_500)),
  ...perPhase('current', 2, floatInput(2_516)),
  ...perPhase('power', 2, floatInput(2_530)),
  power: floatInput(2_536),
  energy: floatInput(2_752),
  returnEnergy: floatInput(2_756),
};

/** kW and kWh; nobody knows which phase of the house the meter of one phase is on. */
const pro1: MeterTable = {
  power: float(0x5012, 1_000),
  energy: float(0x600c, 1_000),
  returnEnergy: float(0x6018, 1_000),
};
const pro380: MeterTable = {
  ...pro1,
  ...perPhase('voltage', 2, float(0x5002)),
  ...perPhase('current', 2, float(0x500c)),
  ...perPhase('power', 2, float(0x5014, 1_000)),
};

/** kW and kWh */
const we516: MeterTable = {
  ...perPhase('voltage', 2, float(0x0e)),
  ...perPhase('current', 2, float(0x16)),
  power: float(0x1c, 1_000),
  ...perPhase('power', 2, float(0x1e, 1_000)),
  energy: float(0x108, 1_000),
  returnEnergy: float(0x110, 1_000),
};

/** 10 Wh */
const mpm3pm: MeterTable = {
  energy: u32Input(0x02, 10),
  returnEnergy: u32Input(0x04, 10),
  ...perPhase('voltage', 2, u32Input(0x08, 0.1)),
  ...perPhase('current', 2, u32Input(0x0e, 0.01)),
  ...perPhase('power', 2, i32Input(0x14, 0.01)),
  power: i32Input(0x26, 0.01),
};

const dtsu666: MeterTable = {
  ...perPhase('voltage', 2, float(0x2006, 0.1)),
  ...perPhase('current', 2, float(0x200c, 0.001)),
  power: float(0x2012, 0.1),
  ...perPhase('power', 2, float(0x2014, 0.1)),
  energy: float(0x101e, 1_000),
  returnEnergy: float(0x1028, 1_000),
};

/** What lies between the values is not there in all of them. */
const alone = (table: MeterTable): RegisterMeterModel => ({ table, limits: { length: 40, gap: 0 } });

export const MODELS: Readonly<Record<ModbusMeterModel, RegisterMeterModel>> = {
  'dzg-dvh4013': alone(dzg),
  'finder-7m': alone(finder),
  'inepro-pro380': alone(pro380),
  'inepro-pro1': alone(pro1),
  'orno-we516': alone(we516),
  'orno-we517': alone(we516),
  mpm3pm: alone(mpm3pm),
  'chint-dtsu666': alone(dtsu666),
};
