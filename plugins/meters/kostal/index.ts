import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS, orderOf } from './protocol.ts';

/** Options of a `kostal` meter. */
export type KostalMeterOptions = InverterOptions;

declare module 'evcc' {
  interface MeterTypes {
    kostal: KostalMeterOptions;
  }
}

/** Inverters and batteries of KOSTAL over Modbus. */
const kostal: Plugin = {
  name: 'meter-kostal',
  apply(evcc) {
    evcc.meters.define(
      'kostal',
      inverterType(evcc, { models: MODELS, preset: orderOf, line: { port: 1_502, id: 71 } }),
    );
  },
};
export default kostal;
