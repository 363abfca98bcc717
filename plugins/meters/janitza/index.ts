import type { Plugin } from '../../../core/index.ts';
import { type RegisterMeterOptions, registerMeterType } from '../../shared/modbus/meter-type.ts';
import { type JanitzaModel, MODELS } from './protocol.ts';

/** Options of a `janitza` meter; `model`: default umg. */
export type JanitzaMeterOptions = RegisterMeterOptions<JanitzaModel>;

declare module 'evcc' {
  interface MeterTypes {
    janitza: JanitzaMeterOptions;
  }
}

/** Energy meters of Janitza over Modbus. */
const janitza: Plugin = {
  name: 'meter-janitza',
  apply(evcc) {
    const description = 'Model; all have the same registers';
    evcc.meters.define('janitza', registerMeterType(evcc, { models: MODELS, preset: 'umg', description }));
  },
};
export default janitza;
