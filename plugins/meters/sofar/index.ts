import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS } from './protocol.ts';

/** Options of a `sofar` meter. */
export type SofarMeterOptions = InverterOptions;

declare module 'evcc' {
  interface MeterTypes {
    sofar: SofarMeterOptions;
  }
}

/** Inverters of Sofar over Modbus. */
const sofar: Plugin = {
  name: 'meter-sofar',
  apply(evcc) {
    evcc.meters.define('sofar', inverterType(evcc, { models: MODELS, preset: 'hyd-g3', line: { port: 8_899 } }));
  },
};
export default sofar;
