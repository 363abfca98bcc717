import type { Plugin } from '../../../core/index.ts';
import { type RegisterMeterOptions, registerMeterType } from '../../shared/modbus/meter-type.ts';
import { type AbbModel, MODELS } from './protocol.ts';

/** Options of an `abb` meter; `model`: default b23. */
export type AbbMeterOptions = RegisterMeterOptions<AbbModel>;

declare module 'evcc' {
  interface MeterTypes {
    abb: AbbMeterOptions;
  }
}

/** Energy meters of ABB over Modbus. */
const abb: Plugin = {
  name: 'meter-abb',
  apply(evcc) {
    const description = 'Model; all have the same registers';
    evcc.meters.define('abb', registerMeterType(evcc, { models: MODELS, preset: 'b23', description }));
  },
};
export default abb;
