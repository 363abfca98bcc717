import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS, type SolisModel } from './protocol.ts';

/** Options of a `solis` meter. */
export interface SolisMeterOptions extends InverterOptions {
  model?: SolisModel;
}

declare module 'evcc' {
  interface MeterTypes {
    solis: SolisMeterOptions;
  }
}

/** Inverters and batteries of Solis over Modbus. */
const solis: Plugin = {
  name: 'meter-solis',
  apply(evcc) {
    const description = 'Kind of inverter';
    evcc.meters.define('solis', inverterType(evcc, { models: MODELS, preset: 'hybrid', description }));
  },
};
export default solis;
