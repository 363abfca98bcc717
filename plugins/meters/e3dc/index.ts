import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS } from './protocol.ts';

/** Options of a `e3dc` meter. */
export type E3dcMeterOptions = InverterOptions;

declare module 'evcc' {
  interface MeterTypes {
    e3dc: E3dcMeterOptions;
  }
}

/** Home power stations of E3/DC over Modbus. */
const e3dc: Plugin = {
  name: 'meter-e3dc',
  apply(evcc) {
    evcc.meters.define('e3dc', inverterType(evcc, { models: MODELS, preset: 's10' }));
  },
};
export default e3dc;
