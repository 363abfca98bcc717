import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { type HuaweiModel, MODELS } from './protocol.ts';

/** Options of a `huawei` meter. */
export interface HuaweiMeterOptions extends InverterOptions {
  model?: HuaweiModel;
}

declare module 'evcc' {
  interface MeterTypes {
    huawei: HuaweiMeterOptions;
  }
}

/** Inverters and batteries of Huawei over Modbus. */
const huawei: Plugin = {
  name: 'meter-huawei',
  apply(evcc) {
    const description = 'Inverter, or the EMMA in front of it';
    evcc.meters.define(
      'huawei',
      inverterType(evcc, { models: MODELS, preset: 'sun2000', description, line: { connectDelay: 1 } }),
    );
  },
};
export default huawei;
