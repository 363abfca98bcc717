import type { Plugin } from '../../../core/index.ts';
import { type RegisterMeterOptions, registerMeterType } from '../../shared/modbus/meter-type.ts';
import { MODELS, type ModbusMeterModel } from './protocol.ts';

/** Options of a `modbus-meter`; `model`: default orno-we516. */
export type ModbusMeterOptions = RegisterMeterOptions<ModbusMeterModel>;

declare module 'evcc' {
  interface MeterTypes {
    'modbus-meter': ModbusMeterOptions;
  }
}

/** Further meters for the distribution board, over Modbus. */
const modbusMeter: Plugin = {
  name: 'meter-modbus-meter',
  apply(evcc) {
    const description = 'Manufacturer and model';
    evcc.meters.define('modbus-meter', registerMeterType(evcc, { models: MODELS, preset: 'orno-we516', description }));
  },
};
export default modbusMeter;
