import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS, type SolaxModel } from './protocol.ts';

/** Options of a `solax` meter. */
export interface SolaxMeterOptions extends InverterOptions {
  model?: SolaxModel;
}

declare module 'evcc' {
  interface MeterTypes {
    solax: SolaxMeterOptions;
  }
}

/** Inverters and batteries of SolaX over Modbus. */
const solax: Plugin = {
  name: 'meter-solax',
  apply(evcc) {
    const description = 'Phases of the inverter';
    evcc.meters.define(
      'solax',
      inverterType(evcc, { models: MODELS, preset: 'x3', description, line: { baudrate: 19_200 } }),
    );
  },
};
export default solax;
