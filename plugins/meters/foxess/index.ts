import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS } from './protocol.ts';

/** Options of a `foxess` meter. */
export type FoxEssMeterOptions = InverterOptions;

declare module 'evcc' {
  interface MeterTypes {
    foxess: FoxEssMeterOptions;
  }
}

/** Inverters and batteries of FoxESS over Modbus. */
const foxEss: Plugin = {
  name: 'meter-foxess',
  apply(evcc) {
    evcc.meters.define('foxess', inverterType(evcc, { models: MODELS, preset: 'h3', line: { id: 247 } }));
  },
};
export default foxEss;
