import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS, type SmaModel } from './protocol.ts';

/** Options of a `sma` meter. */
export interface SmaMeterOptions extends InverterOptions {
  model?: SmaModel;
}

declare module 'evcc' {
  interface MeterTypes {
    sma: SmaMeterOptions;
  }
}

/** Inverters and batteries of SMA over Modbus. */
const sma: Plugin = {
  name: 'meter-sma',
  apply(evcc) {
    const description = 'Kind of device: inverter, hybrid inverter, Sunny Boy Storage, Sunny Island, data manager';
    evcc.meters.define('sma', inverterType(evcc, { models: MODELS, preset: 'inverter', description, line: { id: 3 } }));
  },
};
export default sma;
