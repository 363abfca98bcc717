import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { type GoodWeModel, MODELS } from './protocol.ts';

/** Options of a `goodwe` meter. */
export interface GoodWeMeterOptions extends InverterOptions {
  model?: GoodWeModel;
}

declare module 'evcc' {
  interface MeterTypes {
    goodwe: GoodWeMeterOptions;
  }
}

/** Inverters and batteries of GoodWe over Modbus. */
const goodWe: Plugin = {
  name: 'meter-goodwe',
  apply(evcc) {
    const description = 'Series ET, EH, BT, BH; et-arm8 with firmware of the ARM before version 9';
    evcc.meters.define('goodwe', inverterType(evcc, { models: MODELS, preset: 'et', description, line: { id: 247 } }));
  },
};
export default goodWe;
