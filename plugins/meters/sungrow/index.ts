import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS, type SungrowModel } from './protocol.ts';

/** Options of a `sungrow` meter. */
export interface SungrowMeterOptions extends InverterOptions {
  model?: SungrowModel;
}

declare module 'evcc' {
  interface MeterTypes {
    sungrow: SungrowMeterOptions;
  }
}

/** Inverters and batteries of Sungrow over Modbus. */
const sungrow: Plugin = {
  name: 'meter-sungrow',
  apply(evcc) {
    const description = 'Series: hybrid SH, or string SG';
    evcc.meters.define('sungrow', inverterType(evcc, { models: MODELS, preset: 'sh', description }));
  },
};
export default sungrow;
