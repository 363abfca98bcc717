import type { Plugin } from '../../../core/index.ts';
import { type RegisterMeterOptions, registerMeterType } from '../../shared/modbus/meter-type.ts';
import { type EastronModel, MODELS } from './protocol.ts';

/** Options of an `eastron-sdm` meter; `model`: default sdm630. */
export type EastronMeterOptions = RegisterMeterOptions<EastronModel>;

declare module 'evcc' {
  interface MeterTypes {
    'eastron-sdm': EastronMeterOptions;
  }
}

/** Energy meters of the Eastron SDM family over Modbus. */
const eastron: Plugin = {
  name: 'meter-eastron-sdm',
  apply(evcc) {
    const description = 'Model; sdm72 is the first version, sdm72v2 the SDM72D-M-2';
    evcc.meters.define('eastron-sdm', registerMeterType(evcc, { models: MODELS, preset: 'sdm630', description }));
  },
};
export default eastron;
