import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { type DeyeModel, MODELS, modelOf } from './protocol.ts';

/** Options of a `deye` meter. */
export interface DeyeMeterOptions extends InverterOptions {
  model?: DeyeModel;
}

declare module 'evcc' {
  interface MeterTypes {
    deye: DeyeMeterOptions;
  }
}

/** Inverters and batteries of Deye over Modbus. */
const deye: Plugin = {
  name: 'meter-deye',
  apply(evcc) {
    const description = 'Kind of inverter; without it the inverter says what it is';
    evcc.meters.define('deye', inverterType(evcc, { models: MODELS, preset: modelOf, description }));
  },
};
export default deye;
