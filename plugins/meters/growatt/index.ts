import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { type GrowattModel, MODELS } from './protocol.ts';

/** Options of a `growatt` meter. */
export interface GrowattMeterOptions extends InverterOptions {
  model?: GrowattModel;
}

declare module 'evcc' {
  interface MeterTypes {
    growatt: GrowattMeterOptions;
  }
}

/** Inverters and batteries of Growatt over Modbus. */
const growatt: Plugin = {
  name: 'meter-growatt',
  apply(evcc) {
    const description = 'Series';
    evcc.meters.define('growatt', inverterType(evcc, { models: MODELS, preset: 'sph', description }));
  },
};
export default growatt;
