import type { Plugin } from '../../../core/index.ts';
import { type RegisterMeterOptions, registerMeterType } from '../../shared/modbus/meter-type.ts';
import { type CarloGavazziModel, MODELS } from './protocol.ts';

/** Options of a `carlo-gavazzi` meter; `model`: default em24. */
export type CarloGavazziMeterOptions = RegisterMeterOptions<CarloGavazziModel>;

declare module 'evcc' {
  interface MeterTypes {
    'carlo-gavazzi': CarloGavazziMeterOptions;
  }
}

/** Energy meters of Carlo Gavazzi over Modbus. */
const carloGavazzi: Plugin = {
  name: 'meter-carlo-gavazzi',
  apply(evcc) {
    const description = 'Model; em24 has a serial port, em24-e1 Ethernet';
    evcc.meters.define('carlo-gavazzi', registerMeterType(evcc, { models: MODELS, preset: 'em24', description }));
  },
};
export default carloGavazzi;
